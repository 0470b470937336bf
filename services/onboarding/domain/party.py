"""Who somebody is: one party for everyone who says something about it."""

from datetime import date
from typing import ClassVar, Self

from shared.domain import Aggregate, Rejected
from shared.events.onboarding import (
    OwnershipDeclared,
    PartiesMerged,
    PartyChanged,
    PartyRegistered,
    PartySplit,
)
from shared.events.words import PartyDescription, Stake

from .alike import name_key, numbers_of


class Party(Aggregate):
    """A company or a person. Roles belong to contracts, not to the party."""

    indexes: ClassVar[tuple[str, ...]] = (
        "country",
        "numbers",
        "name_key",
        "looked_up",
        "owner_ids",
    )

    party: PartyDescription
    numbers: tuple[str, ...] = ()
    name_key: str = ""
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()
    others: tuple[PartyDescription, ...] = ()
    looked_up: bool = False
    country: str | None = None
    stakes: tuple[Stake, ...] = ()
    owner_ids: tuple[str, ...] = ()
    """Everybody who was ever declared to own it: their time ends with the party's."""
    stakes_as_of: date | None = None
    stakes_from: str = ""

    @classmethod
    def register(cls, description: PartyDescription, heard_from: str) -> Self:
        party = cls(id=description.party_id, party=description, country=description.country)
        party._index()
        party.announce(PartyRegistered(party=description, heard_from=heard_from))
        return party

    def learn(self, said: PartyDescription) -> bool:
        """Take in what else is said of the party; says whether anything was new.

        What we know stays and is completed: a name written otherwise becomes an alias, because
        the party must be screened under it too.
        """
        known = self.party
        news: dict[str, object] = {}
        for field in ("country", "address", "address_country", "contact"):
            if getattr(known, field) is None and getattr(said, field) is not None:
                news[field] = getattr(said, field)
        if said.birth_date and said.birth_date.startswith(known.birth_date or ""):
            news["birth_date"] = said.birth_date
        aliases = _more(known.aliases, (said.name, *said.aliases), but=known.name)
        identifiers = tuple(dict.fromkeys((*known.identifiers, *said.identifiers)))
        news |= {"aliases": aliases, "identifiers": identifiers}
        changed = tuple(field for field, value in news.items() if value != getattr(known, field))
        if not changed:
            return False
        self.party = known.model_copy(update=news)
        self.country = self.party.country
        self._index()
        self.announce(PartyChanged(party=self.whole, changed=changed))
        return True

    def _index(self) -> None:
        self.numbers, self.name_key = numbers_of(self.party), name_key(self.party)

    # ------------------------------------------------------------ merged with others

    @property
    def whole(self) -> PartyDescription:
        """What is known of it, with the names and numbers of those that are merged into it."""
        aliases, identifiers = self.party.aliases, self.party.identifiers
        for other in self.others:
            aliases = _more(aliases, (other.name, *other.aliases), but=self.party.name)
            identifiers = tuple(dict.fromkeys((*identifiers, *other.identifiers)))
        return self.party.model_copy(update={"aliases": aliases, "identifiers": identifiers})

    def absorb(self, other: "Party", by: str, reason: str, settles: tuple[str, ...]) -> None:
        """Another party is this one: what is said of either is said of both. Ids stay."""
        if other.id == self.id:
            raise Rejected("a party is not merged with itself", field="absorbed_id")
        for one in (self, other):
            if one.merged_into:
                raise Rejected(f"{one.id} is merged into {one.merged_into} already")
        if self.party.kind is not other.party.kind:
            raise Rejected("a company and a person are two", field="absorbed_id")
        self.absorbed = (*self.absorbed, other.id, *other.absorbed)
        self.others = (*self.others, other.party, *other.others)
        other.merged_into, other.absorbed, other.others = self.id, (), ()
        self.announce(
            PartiesMerged(
                party_id=self.id,
                merged_id=other.id,
                by=by,
                reason=reason,
                settles=settles,
            )
        )
        self.announce(PartyChanged(party=self.whole, changed=("aliases", "identifiers")))

    def hear_of(self, other: PartyDescription) -> None:
        """Something was learnt of one that is merged into this one."""
        kept = tuple(o for o in self.others if o.party_id != other.party_id)
        self.others = (*kept, other)
        self.announce(PartyChanged(party=self.whole, changed=("aliases", "identifiers")))

    def let_go(self, other: "Party", by: str, reason: str) -> None:
        """They are two again: each is what it was, and what it learnt since."""
        if other.merged_into != self.id:
            raise Rejected(f"{other.id} is not merged into {self.id}")
        self.absorbed = tuple(id for id in self.absorbed if id != other.id)
        self.others = tuple(o for o in self.others if o.party_id != other.id)
        other.merged_into = ""
        self.announce(
            PartySplit(
                party_id=self.id,
                split_id=other.id,
                by=by,
                reason=reason,
            )
        )
        self.announce(PartyChanged(party=self.whole, changed=("aliases", "identifiers")))

    def declare_owners(
        self,
        stakes: tuple[Stake, ...],
        document_id: str,
        as_of: date,
        declared_by: str = "",
        reason: str = "",
    ) -> bool:
        """The statement of the latest day counts, whenever it arrives. Says whether this one does.

        The same owners on a later day are said again: whoever waits for a newer statement hears
        of it, and an older one that is still to come does not take its place.
        """
        if self.stakes_as_of and as_of < self.stakes_as_of:
            return False
        if stakes == self.stakes and as_of == self.stakes_as_of:
            return False
        self.stakes, self.stakes_as_of, self.stakes_from = stakes, as_of, document_id
        owners = (stake.owner.party_id for stake in stakes if stake.owner is not None)
        self.owner_ids = tuple(dict.fromkeys((*self.owner_ids, *owners)))
        self.announce(
            OwnershipDeclared(
                party_id=self.id,
                stakes=stakes,
                document_id=document_id,
                as_of=as_of,
                declared_by=declared_by,
                reason=reason,
            )
        )
        return True


def _more(known: tuple[str, ...], said: tuple[str, ...], *, but: str) -> tuple[str, ...]:
    seen = {_plain(name) for name in (but, *known)}
    new = []
    for name in said:
        if name and _plain(name) not in seen:
            seen.add(_plain(name))
            new.append(name)
    return (*known, *new)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
