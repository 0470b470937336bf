"""Answers how a contract or a party stands, now or as of a day, from what the service keeps."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.contracts import status
from services.contracts.domain import (
    Contract,
    KnownParty,
    ListsInForce,
    ListsSaid,
    PartySaid,
    PartyStanding,
    Stage,
    Standing,
    StatusSaid,
)
from services.contracts.domain.history import moment
from services.contracts.status import StatusPayload
from shared.domain import Caller, Rejected, Unknown
from shared.events.words import ListRef
from shared.identifiers import WrongNumber, check, party_id_of
from shared.persons import PersonKey, SoleTrader
from shared.store import S, Store

MOST_OF_A_PARTY = 1_000
NUMBERS = {"cvr": "dk-cvr", "orgnr": "se-orgnr", "vat": "vat", "lei": "lei"}
"""By which numbers a party can be asked for, and what their registers are called here."""


class Question(BaseModel):
    """Exactly one of the fields names whom or what is asked for.

    `cvr`: Danish CVR number, `orgnr`: Swedish organisation number, `vat`: VAT number with its
    country, `lei`: ISO 17442.
    """

    model_config = ConfigDict(extra="forbid")

    contract_id: str | None = Field(default=None, max_length=300)
    party_id: str | None = Field(default=None, max_length=300)
    cvr: str | None = Field(default=None, max_length=30)
    orgnr: str | None = Field(default=None, max_length=30)
    vat: str | None = Field(default=None, max_length=30)
    lei: str | None = Field(default=None, max_length=30)

    def named(self) -> tuple[str, str]:
        """The field that is given and its value. Raises `Rejected` unless it is exactly one."""
        given = [(name, value) for name, value in self if value is not None]
        if len(given) != 1:
            fields = ", ".join(type(self).model_fields)
            raise Rejected(f"name exactly one of {fields}", field="contract_id")
        return given[0]


class Asking:
    """Who asks, and as of when: without `at`, now."""

    def __init__(
        self, store: Store, caller: Caller, key: PersonKey, at: datetime | None = None
    ) -> None:
        self._store = store
        self._caller = caller
        self._key = key
        self._at = at
        self._lists: tuple[ListRef, ...] | None = None

    async def answer(self, question: Question, buyer_id: str | None) -> StatusPayload:
        """Raises `Unknown` for what this buyer's contracts do not know, `Rejected` for what cannot
        be asked so, `Forbidden` for another buyer's."""
        name, value = question.named()
        if name == "contract_id":
            return await self.of_contract(value)
        if not buyer_id:
            raise Rejected("a party stands for each buyer for itself: name one", field="buyer_id")
        ids = [value] if name == "party_id" else await self._parties_with(name, value)
        return await self.of_party(value, ids, buyer_id)

    # ------------------------------------------------------------ contracts

    async def of_contract(self, contract_id: str) -> StatusPayload:
        contract = (await self._store.fetch(Contract, [contract_id])).get(contract_id)
        if contract is None:
            raise Unknown("contract", contract_id)
        self._caller.must_serve(contract.buyer_id)
        if contract.stage is Stage.EXPECTED:
            raise Unknown("contract", contract_id)
        if self._at is None:
            return status.of_contract(contract, await self.lists())
        said = await self.then(contract)
        if said is None:
            raise Unknown(f"contract (as of {self._at.date()})", contract_id)
        lists = await self.lists()
        return status.of_contract_then(said, contract.procedure_id, lists, self._at)

    async def then(self, contract: Contract) -> StatusSaid | None:
        """What was said of a contract at the moment that is asked for; none before it was known."""
        assert self._at is not None
        said = await self._last(StatusSaid, "key", f"{contract.id}|{moment(self._at)}")
        return said if said is not None and said.contract_id == contract.id else None

    # ------------------------------------------------------------ parties

    async def _parties_with(self, name: str, value: str) -> list[str]:
        try:
            number = check(NUMBERS[name], value)
        except WrongNumber as wrong:
            raise Rejected(str(wrong), field=name) from wrong
        id = party_id_of([number], self._key)
        if id is None:
            raise Rejected("this number names no company", field=name)
        known = await self._store.search(KnownParty, {"numbers": id}, limit=10)
        return [id, *(one.id for one in known if one.id != id)]

    async def of_party(self, asked: str, ids: list[str], buyer_id: str) -> StatusPayload:
        """The first of these ids that the buyer's contracts know."""
        self._caller.must_serve(buyer_id)
        for party_id in ids:
            found = await self._contracts_of(party_id, buyer_id)
            own = await self._own(party_id, buyer_id)
            known = (await self._store.fetch(KnownParty, [party_id])).get(party_id)
            since = known.buyers.get(buyer_id) if known else None
            if not (found or own or since):
                continue
            if self._at is None:
                here = known.contracts.items() if known else ()
                found |= await self._known([id for id, of in here if of == buyer_id], found)
                standing = own.standing if own else Standing()
                contracts = list(found.values())
                lists = await self.lists()
                return status.of_party(party_id, buyer_id, contracts, standing, lists)
            return await self._of_party_then(party_id, buyer_id, found, since)
        raise Unknown("party", asked)

    async def _of_party_then(
        self, party_id: str, buyer_id: str, found: dict[str, Contract], since: datetime | None
    ) -> StatusPayload:
        assert self._at is not None
        key = PartyStanding.id_of(buyer_id, party_id)
        own = await self._last(PartySaid, "key", PartySaid.key_of(key, self._at))
        if own is not None and (own.party_id, own.buyer_id) != (party_id, buyer_id):
            own = None
        supplied = [
            said
            for contract in found.values()
            if party_id in contract.supplier_ids and (said := await self.then(contract))
        ]
        if own is None and not supplied and (since is None or since > self._at):
            raise Unknown(f"party (as of {self._at.date()})", party_id)
        procedures = {id: contract.procedure_id for id, contract in found.items()}
        lists = await self.lists()
        return status.of_party_then(party_id, buyer_id, supplied, own, procedures, lists, self._at)

    async def _contracts_of(self, party_id: str, buyer_id: str) -> dict[str, Contract]:
        found: dict[str, Contract] = {}
        for field in ("supplier_ids", "concerned_ids"):
            where = {"buyer_id": buyer_id, field: party_id}
            there = await self._store.search(Contract, where, limit=MOST_OF_A_PARTY)
            found |= {one.id: one for one in there}
        return found

    async def _known(self, ids: Iterable[str], but: dict[str, Contract]) -> dict[str, Contract]:
        wanted = [id for id in ids if id not in but]
        found = await self._store.fetch(Contract, wanted) if wanted else {}
        return {id: one for id, one in found.items() if one.stage is not Stage.EXPECTED}

    async def _own(self, party_id: str, buyer_id: str) -> PartyStanding | None:
        id = PartyStanding.id_of(buyer_id, party_id)
        return (await self._store.fetch(PartyStanding, [id])).get(id)

    # ------------------------------------------------------------ lists, history

    async def lists(self) -> tuple[ListRef, ...]:
        """The lists in force at the moment: as of when the answer is good."""
        if self._lists is None:
            if self._at is None:
                now = await self._store.search(ListsInForce, {}, limit=1)
                self._lists = now[0].lists if now else ()
            else:
                then = await self._last(ListsSaid, "since", moment(self._at))
                self._lists = then.lists if then else ()
        return self._lists

    async def _last(self, kind: type[S], field: str, until: str) -> S | None:
        """The newest record whose key is not beyond this one."""
        found = await self._store.search(
            kind, {}, sort=field, descending=True, limit=1, after=until + "~"
        )
        return found[0] if found else None


def is_personal(name: str, value: str) -> bool:
    """Whether a number is that of a natural person, which belongs in no address and no log."""
    try:
        return isinstance(check(NUMBERS[name], value), SoleTrader)
    except (KeyError, WrongNumber):
        return False
