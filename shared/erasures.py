"""When something is over its time begins, and at its end the key of what is personal in it goes.

A service has one `Erasures` for each kind of thing; what moves it are messages of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

from shared.domain import Caller, Forbidden
from shared.events.base import Command, Effect, Internal
from shared.keeping import KeptForATime
from shared.retention import KeepingRules, noon_of
from shared.router import Router
from shared.sealing import HeldBack
from shared.unit import Unit

LOOK_AGAIN = timedelta(days=30)
"""For somebody whose keys are held back: nobody says when they are let go."""

K = TypeVar("K", bound=KeptForATime)


class Persons(Protocol):
    """Where the keys of persons lie."""

    async def destroy(self, subject: str) -> None:
        """Raises `HeldBack` for a person who is held back."""


@dataclass(frozen=True, slots=True)
class ErasureMessages:
    """The moments, the effect and its outcome (`held`: nothing was done), and what people ask."""

    near: type[Internal]
    due: type[Internal]
    erase: type[Effect]
    destroyed: type[Internal]
    hold: type[Command]
    release: type[Command]
    decide: type[Command]


class Erasures(Generic[K]):
    """Handles these messages for one kind of thing.

    All of them hold its id in the field that its facts hold it in. `said` refuses a reason that
    says nothing, and names the field.
    """

    def __init__(
        self,
        router: Router,
        kind: type[K],
        messages: ErasureMessages,
        said: Callable[[str, str], str],
    ) -> None:
        self._kind, self._messages, self._said = kind, messages, said
        self._about = kind.keeping_facts.about
        router.on(messages.near)(self.say_what_goes)
        router.on(messages.due)(self.day_comes)
        router.does(messages.erase)(self.destroy_key)
        router.on(messages.destroyed)(self.tell_erased)
        router.on(messages.hold)(self.hold_back)
        router.on(messages.release)(self.release)
        router.on(messages.decide)(self.decide)

    def begin(self, one: K, country: str, unit: Unit, keeping: KeepingRules) -> None:
        """It is over: from now on its time runs, once."""
        if one.kept is not None:
            return
        one.kept = kept = keeping.kept(unit.now, country, one.buyer_id)
        due = noon_of(kept.erase_on, country)
        unit.schedule(f"erasure/{one.id}", due, self._due(one))
        if kept.tell_on is not None:
            near = self._messages.near.model_validate({self._about: one.id, "due": due})
            unit.schedule(f"erasure-near/{one.id}", noon_of(kept.tell_on, country), near)

    async def say_what_goes(self, moment: Any, unit: Unit) -> None:
        one = await self._behind(moment, unit)
        one.tell_soon(moment.due)
        unit.save(one)

    async def day_comes(self, moment: Internal, unit: Unit) -> None:
        one = await self._behind(moment, unit)
        self._erase(one, unit)
        unit.save(one)

    async def destroy_key(self, effect: Effect, persons: Persons) -> Internal:
        """Doing it again changes nothing."""
        said: Any = effect
        about = {self._about: getattr(effect, self._about)}
        try:
            await persons.destroy(said.subject)
        except HeldBack:
            return self._messages.destroyed.model_validate({**about, "held": True})
        return self._messages.destroyed.model_validate({**about, "held": False})

    async def tell_erased(self, event: Any, unit: Unit) -> None:
        one = await self._behind(event, unit)
        if one.kept is None or one.kept.erased:
            return
        if event.held:
            unit.schedule(f"erasure/{one.id}", unit.now + LOOK_AGAIN, self._due(one))
            return
        one.erased()
        unit.save(one)

    # ------------------------------------------------------------ what people say

    async def hold_back(self, command: Any, unit: Unit) -> dict[str, object]:
        one, caller = await self._asked(command, unit)
        one.hold(caller.subject, self._said(command.reason, "reason"))
        unit.save(one)
        return self._told(one)

    async def release(self, command: Any, unit: Unit) -> dict[str, object]:
        """What waited for it is erased at once."""
        one, caller = await self._asked(command, unit)
        one.release(caller.subject, self._said(command.reason, "reason"))
        self._now_if_due(one, unit)
        unit.save(one)
        return self._told(one)

    async def decide(self, command: Any, unit: Unit) -> dict[str, object]:
        one, caller = await self._asked(command, unit)
        reference = self._said(command.reference, "reference")
        one.decide_erasure(reference, caller.subject, self._said(command.reason, "reason"))
        self._now_if_due(one, unit)
        unit.save(one)
        return self._told(one)

    # ------------------------------------------------------------ what they share

    async def _behind(self, said: Any, unit: Unit) -> K:
        return await unit.get(self._kind, getattr(said, self._about))

    async def _asked(self, command: Any, unit: Unit) -> tuple[K, Caller]:
        one = await self._behind(command, unit)
        if unit.caller is None:
            raise Forbidden("this needs a person who is signed in")
        unit.caller.must_serve(one.buyer_id)
        return one, unit.caller

    def _told(self, one: K) -> dict[str, object]:
        return {self._about: one.id, "erase_on": one.kept.erase_on.isoformat() if one.kept else ""}

    def _due(self, one: K) -> Internal:
        return self._messages.due.model_validate({self._about: one.id})

    def _erase(self, one: K, unit: Unit) -> None:
        if one.time_is_over(unit.now):
            subject = getattr(one, one.subject_field)
            effect = self._messages.erase.model_validate({self._about: one.id, "subject": subject})
            unit.effect(f"erase/{one.id}", effect)

    def _now_if_due(self, one: K, unit: Unit) -> None:
        if one.kept is not None and one.kept.erase_on <= unit.now.date() and not one.kept.waits:
            self._erase(one, unit)
