"""Beneficial owners: natural persons who own enough of a company in the end, or control it.

Shares are multiplied along each chain and added over all of them: Regulation (EU) 2024/1624 (AMLR)
Art 52. From when which threshold counts is dated data (`policy/beneficial-owners.json`): more than
25 % in Denmark today, 25 % or more from 10 July 2027.
"""

from datetime import date

from pydantic import BaseModel

from services.screening.domain.chains import above, path_down, span
from services.screening.domain.conclusion import Conclusion, Verdict, not_known
from services.screening.domain.freeze import ROUNDING, possibly_owned, surely_owned
from services.screening.domain.holding import Graph, veiled
from services.screening.domain.lookthrough import Belongs, Judge, gaps_above, look_through
from shared.events.screening import OwnerShare
from shared.events.words import Share

BENEFICIAL = "BENEFICIAL"


class Threshold(BaseModel, frozen=True):
    """From which share on a person is a beneficial owner; `inclusive`: the share itself counts."""

    valid_from: date
    percent: float
    inclusive: bool
    source: str

    def is_reached(self, share: float) -> bool:
        if self.inclusive:
            return share >= self.percent - ROUNDING
        return share > self.percent + ROUNDING

    def in_words(self) -> str:
        return f"{self.percent:g} % or more" if self.inclusive else f"more than {self.percent:g} %"


def beneficial_owners(company: str, graph: Graph, threshold: Threshold) -> Conclusion:
    """Who they are. `yes`: all are known; `no`: there is none; else `unknown`, with those known."""
    graph = veiled(graph)
    everybody = above(company, graph)
    persons = {h.owner_id for holdings in graph.values() for h in holdings if h.person}
    known = sorted(everybody & persons)
    owners = [_weigh(one, company, graph, persons, threshold) for one in known]
    counted = tuple(one for one in owners if one.verdict != "no")
    judge = _theirs(None, persons)
    hidden = look_through(company, graph, judge)
    doubtful = any(one.verdict == "unknown" for one in counted)
    if doubtful or threshold.is_reached(hidden.maximum) or company not in graph:
        found = not_known(BENEFICIAL, gaps_above(company, graph, judge), hidden)
        return found.model_copy(
            update={"owners": counted, "owner_ids": tuple(one.owner_id for one in counted)}
        )
    if not counted:
        reason = f"no person owns {threshold.in_words()} of it in the end, or controls it"
        return Conclusion(rule=BENEFICIAL, verdict="no", reason=reason)
    reason = "; ".join(
        f"{one.owner_id} owns {span(one.share)}"
        if threshold.is_reached(one.share.minimum)
        else f"{one.owner_id} controls it"
        for one in counted
    )
    return Conclusion(
        rule=BENEFICIAL,
        verdict="yes",
        reason=reason,
        owner_ids=tuple(one.owner_id for one in counted),
        path=counted[0].path,
        owners=counted,
    )


def _weigh(
    person: str, company: str, graph: Graph, persons: set[str | None], threshold: Threshold
) -> OwnerShare:
    share = look_through(company, graph, _theirs(person, persons))
    votes = next((h.votes for h in graph.get(company, ()) if h.owner_id == person), None)
    verdict: Verdict = "no"
    if (
        threshold.is_reached(share.minimum)
        or (votes and threshold.is_reached(votes.minimum))
        or company in surely_owned(graph, {person}, more_than_half=True)
    ):
        verdict = "yes"
    elif (
        threshold.is_reached(share.maximum)
        or (votes and threshold.is_reached(votes.maximum))
        or company in possibly_owned(graph, {person}, more_than_half=True)
    ):
        verdict = "unknown"
    return OwnerShare(
        owner_id=person,
        verdict=verdict,
        share=Share(minimum=share.minimum, maximum=share.maximum),
        path=path_down(company, graph, {person}, above(company, graph)),
    )


def _theirs(person: str | None, persons: set[str | None]) -> Judge:
    def judge(owner: str) -> Belongs:
        if owner == person:
            return Belongs.WHOLLY
        return Belongs.NOT if owner in persons else Belongs.THROUGH

    return judge
