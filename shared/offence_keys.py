"""Words that may tell of offences go with the contract that they were about (ADR 78).

Onboarding says when what is kept for a contract is erased: after its time, a person's look, a hold
and, where the law asks for one, a decision. Each service then destroys the keys of what people
wrote in its cases, findings or audits of that contract.
"""

from collections.abc import Awaitable, Callable, Iterable

from shared.erasures import LOOK_AGAIN, Persons
from shared.events.base import Effect, Internal
from shared.events.offences import APART
from shared.events.onboarding import DataErased
from shared.router import Router
from shared.sealing import HeldBack
from shared.unit import Unit


class DestroyOffenceKeys(Effect):
    """`subjects` are the names of keys; they say nothing of anybody."""

    contract_id: str
    subjects: tuple[str, ...]


class OffenceKeysDestroyed(Internal):
    """All but those of `held`, which are held back."""

    contract_id: str
    held: tuple[str, ...] = ()


class OffenceKeysDue(Internal):
    """What was held back is looked at again."""

    contract_id: str
    subjects: tuple[str, ...]


class OffenceKeys:
    """Handles these messages for one service; `named` finds whose words it keeps of a contract."""

    def __init__(
        self, router: Router, named: Callable[[str, Unit], Awaitable[Iterable[str]]]
    ) -> None:
        self._named = named
        router.on(DataErased)(self.contract_is_over)
        router.does(DestroyOffenceKeys)(self.destroy)
        router.on(OffenceKeysDestroyed)(self.wait_for_held)
        router.on(OffenceKeysDue)(self.look_again)

    async def contract_is_over(self, event: DataErased, unit: Unit) -> None:
        found = {one for one in await self._named(event.contract_id, unit) if one.startswith(APART)}
        if found:
            self._ask(event.contract_id, tuple(sorted(found)), unit)

    async def destroy(self, effect: DestroyOffenceKeys, persons: Persons) -> OffenceKeysDestroyed:
        """Doing it again changes nothing."""
        held: list[str] = []
        for subject in effect.subjects:
            try:
                await persons.destroy(subject)
            except HeldBack:
                held.append(subject)
        return OffenceKeysDestroyed(contract_id=effect.contract_id, held=tuple(held))

    async def wait_for_held(self, event: OffenceKeysDestroyed, unit: Unit) -> None:
        if event.held:
            again = OffenceKeysDue(contract_id=event.contract_id, subjects=event.held)
            unit.schedule(f"offence-keys/{event.contract_id}", unit.now + LOOK_AGAIN, again)

    async def look_again(self, moment: OffenceKeysDue, unit: Unit) -> None:
        self._ask(moment.contract_id, moment.subjects, unit)

    def _ask(self, contract_id: str, subjects: tuple[str, ...], unit: Unit) -> None:
        effect = DestroyOffenceKeys(contract_id=contract_id, subjects=subjects)
        unit.effect(f"offence-keys/{contract_id}", effect)
