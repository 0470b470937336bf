"""What a chain must keep to: each rule answers for the contract or for one party on it.

An answer is `kept`, `broken` or `unknown`. What is not known is never called kept, and is not a
violation either: a person sees it with the chain.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.subcontractors.domain.members import Member, Standing
from services.subcontractors.domain.roster import Roster, Sighting
from shared.events.words import Right, Share

Verdict = Literal["kept", "broken", "unknown"]

WHOLE = "CH-SHARE"
CIRCLE = "CH-CIRCLE"
DEPTH = "CH-DEPTH"
UNDECLARED = "CH-UNDECLARED"
UNAPPROVED = "CH-UNAPPROVED"
DOCUMENTS = "CH-DOCS"
ART_5K = "SAN-5K"
IPI = "IPI-CN"


class Limit(BaseModel):
    """A rule's numbers from a day to a day (the last one on which they hold), and their source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    valid_from: date
    valid_to: date | None = None
    share_above: float
    country: str = ""
    cpv_from: str = ""
    cpv_to: str = ""
    value_at_least: dict[str, float] = {}
    source: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class PartyFacts(BaseModel, frozen=True):
    """What is known of a party that chain rules ask for.

    `art_5k` is what the rule about Russian companies says (`yes`, `no`, `unknown`, `review`), empty
    where nothing was said; `expired` and `lost` name documents that no longer show what they must.
    """

    country: str = ""
    art_5k: str = ""
    expired: tuple[str, ...] = ()
    lost: str = ""


class Answer(BaseModel, frozen=True):
    """What one rule says. `about` tells several answers of a rule on one party apart."""

    rule: str
    party_id: str
    verdict: Verdict
    detail: str
    about: str = ""


Facts = Mapping[str, PartyFacts]


def answers_of(
    chain: Roster, facts: Facts, limits: tuple[Limit, ...], today: date
) -> tuple[Answer, ...]:
    """All that the rules say of a chain on a day. A contract that is over breaks none."""
    if chain.over:
        return ()
    return tuple(_answers(chain, facts, limits, today))


def _answers(
    chain: Roster, facts: Facts, limits: tuple[Limit, ...], today: date
) -> Iterator[Answer]:
    supplier_id = chain.supplier_ids[0] if chain.supplier_ids else chain.id
    for limit in limits:
        if limit.code == WHOLE and limit.holds_on(today):
            yield _shares(chain, supplier_id, limit)
        if limit.code == ART_5K and limit.holds_on(today):
            yield from _russian(chain, facts, limit)
        if limit.code == IPI:
            yield from _foreign(chain, facts, limit, supplier_id)
    for party_id, parent_id in chain.circles:
        detail = f"{party_id} is named under {parent_id}, which it hires or is"
        yield Answer(rule=CIRCLE, party_id=party_id, verdict="broken", detail=detail)
    for member in chain.working:
        yield from _place(chain, member, today)
    for party_id in chain.party_ids:
        yield from _papers(party_id, facts.get(party_id, PartyFacts()))
    for sighting in chain.sightings:
        if not sighting.dismissed:
            yield from _seen(chain, sighting, supplier_id)


def _said(rule: str, party_id: str, verdict: Verdict, detail: str, about: str = "") -> Answer:
    return Answer(rule=rule, party_id=party_id, verdict=verdict, detail=detail, about=about)


def _shares(chain: Roster, supplier_id: str, limit: Limit) -> Answer:
    most = limit.share_above if chain.max_share is None else chain.max_share
    first = [m for m in chain.working if m.tier == 1]
    least = chain.least_share_given_away()
    highest = sum(m.share.maximum if m.share else 0.0 for m in first)
    if least > most:
        detail = (
            f"subcontractors have at least {least:g} % of the contract's value together, "
            f"{most:g} % is allowed"
        )
        return _said(WHOLE, supplier_id, "broken", detail)
    unnamed = sum(m.share is None for m in first)
    if chain.max_share is not None and (highest > most or unnamed):
        detail = f"between {least:g} % and {highest:g} %, and {unnamed} without a share"
        return _said(WHOLE, supplier_id, "unknown", detail)
    return _said(WHOLE, supplier_id, "kept", f"at least {least:g} % of {most:g} %")


def _over(share: Share | None, limit: float) -> bool | None:
    """Whether a share lies above a limit. None where that cannot be told."""
    if share is None or share.minimum <= limit < share.maximum:
        return None
    return share.minimum > limit


def _russian(chain: Roster, facts: Facts, limit: Limit) -> Iterator[Answer]:
    """Only above the EU thresholds, and each subcontractor above its share of the value."""
    if not chain.above_threshold:
        return
    for member in chain.working:
        said = facts.get(member.party_id, PartyFacts()).art_5k
        if not said or said == "no":
            continue
        above = _over(member.share, limit.share_above)
        share = _in_words(member.share)
        detail = f"Art 5k says {said} of it, and it has {share} of the value"
        if above is False:
            yield _said(ART_5K, member.party_id, "kept", f"{detail}: not above the limit")
        elif above and said == "yes":
            detail = f"{detail}: more than {limit.share_above:g} %"
            yield _said(ART_5K, member.party_id, "broken", detail)
        else:
            yield _said(ART_5K, member.party_id, "unknown", detail)


def _foreign(chain: Roster, facts: Facts, limit: Limit, supplier_id: str) -> Iterator[Answer]:
    """Medical devices: how much of the value comes from the country that the measure names.

    The winner may take at most its limit from there, in goods and through subcontractors.
    """
    day = chain.awarded or chain.starts
    if not limit.cpv_from <= chain.category[:8] <= limit.cpv_to or day is None:
        return
    if not limit.holds_on(day):
        return
    large = _large_enough(chain, limit)
    if large is False:
        return
    least, most = _from_there(chain, facts, limit.country)
    detail = f"{least:g} % to {most:g} % of the value comes from {limit.country}"
    if large is None:
        yield _said(IPI, supplier_id, "unknown", f"{detail}; the value cannot be compared")
    elif least > limit.share_above:
        yield _said(IPI, supplier_id, "broken", f"{detail}: more than {limit.share_above:g} %")
    elif most > limit.share_above:
        yield _said(IPI, supplier_id, "unknown", detail)
    else:
        yield _said(IPI, supplier_id, "kept", detail)


def _large_enough(chain: Roster, limit: Limit) -> bool | None:
    if chain.value is None or chain.value.currency not in limit.value_at_least:
        return None
    return chain.value.amount >= limit.value_at_least[chain.value.currency]


def _from_there(chain: Roster, facts: Facts, country: str) -> tuple[float, float]:
    """Per cent of the value from a country, at least and at most: goods, else who delivers."""
    least = most = 0.0
    for good in chain.goods:
        if good.origin in (None, country):
            share = good.share or Share(minimum=0, maximum=100)
            least += share.minimum if good.origin == country else 0.0
            most += share.maximum
    for member in (m for m in chain.working if m.tier == 1 and not chain.goods):
        where = facts.get(member.party_id, PartyFacts()).country or member.party.country
        if where in (None, "", country):
            share = member.share or Share(minimum=0, maximum=100)
            least += share.minimum if where == country else 0.0
            most += share.maximum
    return min(least, 100.0), min(most, 100.0)


def _place(chain: Roster, member: Member, today: date) -> Iterator[Answer]:
    allowed = chain.max_tier
    if allowed is not None and member.tier > allowed:
        detail = f"it is at tier {member.tier}, the contract allows {allowed}"
        yield _said(DEPTH, member.party_id, "broken", detail)
    if chain.clause_with(Right.APPROVE_SUBCONTRACTOR) and member.standing is Standing.DECLARED:
        answered_by = member.answer_due.date() if member.answer_due else today
        if "starts" in member.stated and max(member.starts, answered_by) <= today:
            detail = f"it works since {member.starts} and was not approved"
            yield _said(UNAPPROVED, member.party_id, "broken", detail)
        else:
            yield _said(UNAPPROVED, member.party_id, "unknown", "it waits for an answer")


def _papers(party_id: str, facts: PartyFacts) -> Iterator[Answer]:
    if facts.lost:
        yield _said(DOCUMENTS, party_id, "broken", f"no longer shown: {facts.lost}")
    elif facts.expired:
        yield _said(DOCUMENTS, party_id, "broken", f"expired: {', '.join(facts.expired)}")


def _seen(chain: Roster, sighting: Sighting, supplier_id: str) -> Iterator[Answer]:
    """Who was seen to work must be in the chain, and be approved where a clause asks for it."""
    itself = (
        sighting.party_id in chain.supplier_ids
        if sighting.party_id
        else plain(sighting.company) in map(plain, chain.supplier_names)
    )
    if itself:
        return
    found = _found(chain, sighting)
    where = f"{sighting.source} {sighting.reference}".strip()
    if found is None:
        party_id = sighting.party_id or supplier_id
        detail = f"{sighting.company} is named on {where} of {sighting.seen_on}, not in the chain"
        yield _said(UNDECLARED, party_id, "broken", detail, about=sighting.id)
        return
    needs = chain.clause_with(Right.APPROVE_SUBCONTRACTOR)
    if needs and found.standing in (Standing.DECLARED, Standing.REFUSED):
        detail = f"it is named on {where} of {sighting.seen_on} and is {found.standing}"
        yield _said(UNAPPROVED, found.party_id, "broken", detail)


def _found(chain: Roster, sighting: Sighting) -> Member | None:
    """Who in the chain, on the day, it was. A refused one is found too."""
    for member in reversed(chain.members):
        stayed = member.ends is None or sighting.seen_on < member.ends
        if not stayed and member.standing is not Standing.REFUSED:
            continue
        if sighting.party_id == member.party_id:
            return member
        if sighting.party_id is None and plain(member.party.name) == plain(sighting.company):
            return member
    return None


def plain(name: str) -> str:
    """A company's name without what is written now one way, now another."""
    letters = "".join(c if c.isalnum() else " " for c in name.casefold())
    return " ".join(word for word in letters.split() if word not in ("a", "s", "as", "aps", "ab"))


def next_day_of(chain: Roster, today: date) -> date | None:
    """The next day on which a rule can say something else without anything being told."""
    days = {
        max(member.starts, member.answer_due.date() if member.answer_due else member.starts)
        for member in chain.working
        if member.standing is Standing.DECLARED and "starts" in member.stated
    }
    return min((day for day in days if day > today), default=None)


def _in_words(share: Share | None) -> str:
    if share is None:
        return "an unknown share"
    if share.minimum == share.maximum:
        return f"{share.minimum:g} %"
    return f"{share.minimum:g} to {share.maximum:g} %"
