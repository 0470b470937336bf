"""What came of asking suppliers about tax havens: the answer to the tax-haven-free charter.

The charter (Oxfam; Region Hovedstaden signed it) asks buyers to strive, within the law, for
responsible tax conduct. It is answered with figures: whom was asked about what, who answered, what
changed. Nobody is accused, and no party is named in it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel

from services.screening.domain.haven import FlaggedTie
from shared.domain import Record

UNKNOWN = "unknown"


class HavenCase(Record):
    """A case of a buyer about ties of a party to listed countries. Its id is the case's."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "party_id")

    buyer_id: str
    party_id: str
    contract_id: str
    rule: str
    flag_ids: tuple[str, ...] = ()
    found: datetime
    asked: datetime | None = None
    answered: datetime | None = None
    closed: datetime | None = None


class OutcomeLine(BaseModel):
    """Parties, each counted once per line.

    `found`: with a case, asked or not; `asked` and `answered` by the supplier; `changed`: the tie
    ended after the question; `open`: asked, and none of answered, changed or closed.
    """

    found: int = 0
    asked: int = 0
    answered: int = 0
    changed: int = 0
    open: int = 0


class OutcomeOfTie(OutcomeLine):
    """`whose` is the kind of link, `country` where it leads, `rule` what it speaks to."""

    whose: str
    country: str
    rule: str


class Outcome(OutcomeLine):
    """All parties of a buyer with a case in the period, and the same by kind of link."""

    buyer_id: str
    ties: list[OutcomeOfTie]


def outcomes(
    cases: Iterable[HavenCase], ties: Mapping[str, FlaggedTie], since: date, until: date
) -> list[Outcome]:
    """Per buyer, what came of the cases that were found from `since` until `until`, both in it."""
    by_buyer: dict[str, list[HavenCase]] = {}
    for case in cases:
        if since <= case.found.date() <= until:
            by_buyer.setdefault(case.buyer_id, []).append(case)
    return [_of_buyer(buyer, theirs, ties) for buyer, theirs in sorted(by_buyer.items())]


def _of_buyer(buyer_id: str, cases: list[HavenCase], ties: Mapping[str, FlaggedTie]) -> Outcome:
    groups: dict[tuple[str, str, str], list[tuple[HavenCase, FlaggedTie | None]]] = {}
    for case in cases:
        for flag_id in case.flag_ids or ("",):
            tie = ties.get(flag_id)
            key = (tie.whose, tie.country, tie.rule) if tie else (UNKNOWN, UNKNOWN, case.rule)
            groups.setdefault(key, []).append((case, tie))
    lines = [
        OutcomeOfTie(whose=key[0], country=key[1], rule=key[2], **_counted(group))
        for key, group in sorted(groups.items())
    ]
    everything = [pair for group in groups.values() for pair in group]
    return Outcome(buyer_id=buyer_id, ties=lines, **_counted(everything))


def _counted(group: list[tuple[HavenCase, FlaggedTie | None]]) -> dict[str, int]:
    asked = {case.party_id for case, _ in group if case.asked}
    answered = {case.party_id for case, _ in group if case.answered}
    changed = {case.party_id for case, tie in group if _changed(case, tie)}
    closed = {case.party_id for case, _ in group if case.closed}
    return {
        "found": len({case.party_id for case, _ in group}),
        "asked": len(asked),
        "answered": len(answered),
        "changed": len(changed),
        "open": len(asked - answered - changed - closed),
    }


def _changed(case: HavenCase, tie: FlaggedTie | None) -> bool:
    ended = tie.ended if tie else None
    return case.asked is not None and ended is not None and ended >= case.asked
