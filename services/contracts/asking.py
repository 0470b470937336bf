"""Answers how a contract or a party stands, now or as of a day, from what the service keeps."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict, Field

from services.contracts import status
from services.contracts.domain import (
    Contract,
    KnownParty,
    ListsInForce,
    ListsSaid,
    PartySaid,
    PartyStanding,
    Procedure,
    Stage,
    Standing,
    StatusSaid,
)
from services.contracts.domain.history import moment
from services.contracts.identity import Whole, whole
from services.contracts.sending_terms import end_of_day
from services.contracts.status import StatusPayload
from shared.domain import Caller, Rejected, Unknown
from shared.events.words import ListRef
from shared.identifiers import WrongNumber, check, party_id_of
from shared.persons import PersonKey, SoleTrader
from shared.store import Store

MOST_OF_A_PARTY = 1_000
MOST_CHANGES = 10_000
"""Of one contract or party; a status that changed daily would take a quarter of a century."""

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
        must_serve_one_of(contract.buyer_ids, self._caller)
        if contract.stage is Stage.EXPECTED:
            raise Unknown("contract", contract_id)
        return await self.of(contract)

    async def of(self, contract: Contract) -> StatusPayload:
        """Raises `Unknown` where the contract was not known yet at the moment."""
        if self._at is None:
            return status.of_contract(contract, await self.lists())
        said = await self.then(contract)
        if said is None:
            raise Unknown(f"contract (as of {self._at.date()})", contract.id)
        lists = await self.lists()
        return status.of_contract_then(said, contract.procedure_id, lists, self._at)

    async def then(self, contract: Contract) -> StatusSaid | None:
        """What was said of a contract at the moment that is asked for; none before it was known."""
        assert self._at is not None
        return await said_at(self._store, contract.id, self._at)

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
        """The first of these ids that the buyer's contracts know, or the awards that it prepares.

        Whoever was merged into another is answered for as that one.
        """
        self._caller.must_serve(buyer_id)
        for party_id in ids:
            party = await whole(self._store, party_id, self._at)
            answer = await (
                self._now(party, buyer_id) if self._at is None else self._then(party, buyer_id)
            )
            if answer is not None:
                return answer
        for party_id in ids:
            party = await whole(self._store, party_id, self._at)
            if await self._is_awaited(party, buyer_id):
                nothing = status.nothing_known(party.id, buyer_id, await self.lists(), self._at)
                return nothing
        raise Unknown("party" if self._at is None else f"party (as of {self._at.date()})", asked)

    async def _now(self, party: Whole, buyer_id: str) -> StatusPayload | None:
        found = await self._contracts_of(party, buyer_id)
        own = await self._own(party.id, buyer_id)
        if not (found or own or party.known_since(buyer_id)):
            return None
        here = await self._known((id for page in party.pages for id in page.contracts), found)
        found |= {id: one for id, one in here.items() if buyer_id in one.buyer_ids}
        return status.of_party(
            party.id,
            buyer_id,
            list(found.values()),
            own.standing if own else Standing(),
            await self.lists(),
            screened=party.screened(),
        )

    async def _then(self, party: Whole, buyer_id: str) -> StatusPayload | None:
        assert self._at is not None
        found = await self._contracts_of(party, buyer_id)
        until = PartySaid.key_of(PartyStanding.id_of(buyer_id, party.id), self._at)
        there = await self._store.search(PartySaid, {"party_id": party.id}, limit=MOST_CHANGES)
        its = [one for one in there if one.buyer_id == buyer_id and one.key <= until]
        own = max(its, key=lambda one: one.key, default=None)
        supplied = [
            said
            for contract in found.values()
            if any(one.party_id in party.ids for one in contract.suppliers)
            and (said := await self.then(contract))
        ]
        since = party.known_since(buyer_id)
        if own is None and not supplied and (since is None or since > self._at):
            return None
        supplies = {one.contract_id for one in supplied}
        touching = await self._known(own.contracts if own else (), {})
        touched = [
            said
            for id, contract in touching.items()
            if id not in supplies and (said := await self.then(contract))
        ]
        return status.of_party_then(
            party.id,
            buyer_id,
            supplied,
            touched,
            own,
            {id: contract.procedure_id for id, contract in found.items()},
            await self.lists(),
            self._at,
            screened=party.screened(self._at),
        )

    async def _is_awaited(self, party: Whole, buyer_id: str) -> bool:
        """Whether the buyer prepares an award to it or with it, and it has been screened."""
        if self._at is not None or not party.screened():
            return False
        for id in party.ids:
            there = await self._store.search(Procedure, {"watched": id}, limit=MOST_OF_A_PARTY)
            if any(one.buyer_id == buyer_id for one in there):
                return True
        return False

    async def _contracts_of(self, party: Whole, buyer_id: str) -> dict[str, Contract]:
        """Those that it supplies, or on which something concerns it.

        Asked as of a day, it can have been another party's since: those are found by both ids.
        """
        now = {page.known_as() for page in party.pages} - set(party.ids)
        wanted = [("supplier_ids", id) for id in (*party.ids, *sorted(now))]
        wanted += [("concerned_ids", id) for id in party.ids]
        found: dict[str, Contract] = {}
        for field, id in wanted:
            # Were the buyer asked for, too, the database could go through all of its contracts.
            there = await self._store.search(Contract, {field: id}, limit=MOST_OF_A_PARTY)
            found |= {one.id: one for one in there if buyer_id in one.buyer_ids}
        return found

    async def _known(self, ids: Iterable[str], but: dict[str, Contract]) -> dict[str, Contract]:
        wanted = [id for id in dict.fromkeys(ids) if id not in but]
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
                found = await self._store.search(
                    ListsSaid,
                    {},
                    sort="since",
                    descending=True,
                    limit=1,
                    after=moment(self._at) + "~",
                )
                self._lists = found[0].lists if found else ()
        return self._lists


def must_serve_one_of(buyer_ids: tuple[str, ...], caller: Caller) -> None:
    """Raise `Forbidden` unless the caller acts for one of those who buy together."""
    if not any(map(caller.serves, buyer_ids)):
        caller.must_serve(buyer_ids[0])


async def said_at(store: Store, contract_id: str, at: datetime) -> StatusSaid | None:
    """What was said of a contract at a moment; none before it was known."""
    until = f"{contract_id}|{moment(at)}~"
    found = await store.search(StatusSaid, {"contract_id": contract_id}, limit=MOST_CHANGES)
    return max((s for s in found if s.key < until), key=lambda s: s.key, default=None)


def end_of(day: date, now: datetime) -> datetime:
    """The end of a day by the buyer's clock; of today, now."""
    return min(end_of_day(day, "DK"), now.astimezone(UTC))


def is_personal(name: str, value: str) -> bool:
    """Whether a number is that of a natural person, which belongs in no address and no log."""
    try:
        return isinstance(check(NUMBERS[name], value), SoleTrader)
    except (KeyError, WrongNumber):
        return False
