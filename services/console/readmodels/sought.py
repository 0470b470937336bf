"""What the search looks through: parties, contracts, cases and documents by keyed hashes of words.

No name, number or id of a person stands here (`services.console.seeking`); what is shown of a find
is read from the read models, which are sealed and erased as everywhere.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from services.console.readmodels.contracts import Contract
from services.console.readmodels.parties import Party
from services.console.seeking import Seeker
from shared.domain import Record
from shared.events.base import Event
from shared.events.breaches import BreachFlagged
from shared.events.contracts import ContractAmended, ContractSigned
from shared.events.onboarding import (
    DocumentReceived,
    OwnershipDeclared,
    PartyAliased,
)
from shared.events.words import PartyDescription
from shared.unit import Unit

Kind = Literal["party", "contract", "case", "document"]


class Sought(Record):
    """One thing that can be found. Its id is `<kind>/<its own id>`."""

    indexes: ClassVar[tuple[str, ...]] = ("keys",)

    kind: Kind
    keys: tuple[str, ...] = ()

    @property
    def of(self) -> str:
        return self.id.partition("/")[2]


def names_of(party: Party) -> tuple[str, ...]:
    return tuple(str(name) for name in (party.name, *party.aliases) if name)


def ids_of(party: Party) -> tuple[str, ...]:
    """The numbers by which it is asked for. The id of a person is nobody's to type."""
    own = () if party.id.startswith(("person-", "se-sole-")) else (party.id,)
    return (*own, *(one.value for one in party.identifiers))


async def follow_sought(event: Event, unit: Unit, seeker: Seeker) -> None:
    """After all other read models: what they now say of whom and what the fact names."""
    for party_id in set(sought_parties(event)):
        if party := await unit.load(Party, party_id):
            _keep(unit, "party", party.id, seeker.keys(names_of(party), ids_of(party)))
    match event:
        case ContractSigned() | ContractAmended():
            if contract := await unit.load(Contract, event.contract_id):
                keys = seeker.keys([contract.title], [contract.id, contract.procedure_id])
                _keep(unit, "contract", contract.id, keys)
        case BreachFlagged():
            _keep(unit, "case", event.case_id, seeker.keys([], [event.case_id]))
        case DocumentReceived():
            keys = seeker.keys([event.name], [event.document_id])
            _keep(unit, "document", event.document_id, keys)


def _keep(unit: Unit, kind: Kind, id: str, keys: tuple[str, ...]) -> None:
    unit.put(Sought(id=f"{kind}/{id}", kind=kind, keys=keys))


def sought_parties(event: Event) -> Iterator[str]:
    """The parties that the fact gives a name or a number."""
    for described in _described(event):
        yield described.party_id
    if isinstance(event, PartyAliased):
        yield event.party_id


def _described(event: Event) -> Iterable[PartyDescription]:
    party = getattr(event, "party", None)
    if isinstance(party, PartyDescription):
        yield party
    yield from getattr(event, "suppliers", ())
    for named in getattr(event, "named", ()):
        yield named.party
    if isinstance(event, OwnershipDeclared):
        yield from (stake.owner for stake in event.stakes if stake.owner)
