"""Regulation (EU) No 833/2014, Art 5k(1): is a company Russian, or owned or directed from there?

(a) a Russian national, or whoever is established in Russia; (b) whose proprietary rights are
directly or indirectly owned for more than 50 % by (a), all of them together; (c) who acts on behalf
or at the direction of (a) or (b): de facto control counts (CJEU, opinion in C-313/24), and is
always for a person to judge. The 10 % of the contract's value, and the thresholds, come with the
chain and the contract.

Owners are multiplied along chains. Where that gives too little but a chain of majorities leads to
Russia, a person must look, as for exactly 50 %.
"""

from collections.abc import Mapping, Set

from services.screening.domain.chains import above, path_down, span
from services.screening.domain.conclusion import NOBODY, Conclusion, not_known
from services.screening.domain.freeze import ROUNDING, possibly_owned, surely_owned
from services.screening.domain.holding import OFFICES, Graph, Holding, veiled
from services.screening.domain.lookthrough import Belongs, Gap, gaps_above, look_through
from shared.events.words import Share

ART_5K = "SAN-5K"
RUSSIA = "RU"
OWNED_ABOVE = 50.0
"""Per cent of the proprietary rights: Art 5k(1)(b)."""

Countries = Mapping[str, str | None]
"""Party → ISO 3166 alpha-2 of its seat, or of a person's nationality. None: not known."""


def art_5k(company: str, graph: Graph, countries: Countries) -> Conclusion:
    """Whether Art 5k(1) speaks of a company, as far as its owners are known."""
    if countries.get(company) == RUSSIA:
        reason = f"{company} is established in Russia: Art 5k(1)(a)"
        return Conclusion(rule=ART_5K, verdict="yes", reason=reason, path=(company,))
    graph = _without_offices(veiled(graph))
    everybody = above(company, graph)
    russian = {id for id in everybody if countries.get(id) == RUSSIA}
    unplaced = {id for id in everybody if not countries.get(id)}
    persons = {h.owner_id for holdings in graph.values() for h in holdings if h.person}

    def judge(owner: str) -> Belongs:
        if owner in russian:
            return Belongs.WHOLLY
        if owner in unplaced:
            return Belongs.OPEN
        return Belongs.NOT if owner in persons else Belongs.THROUGH

    share = look_through(company, graph, judge)
    found = _by_shares(company, graph, russian, share) or _by_direction(
        company, graph, russian, share
    )
    if found:
        return found
    gaps = gaps_above(company, graph, judge)
    if not countries.get(company):
        own = Gap(why=f"the country of {company} itself is not known", path=(company,))
        return not_known(ART_5K, [own, *gaps], share)
    if share.maximum >= OWNED_ABOVE - ROUNDING:
        beginning = f"{span(share)} may be owned from Russia: "
        return not_known(ART_5K, gaps, share, beginning)
    if company in possibly_owned(graph, russian | unplaced):
        beginning = "a chain of majorities or other influence from Russia cannot be ruled out: "
        return not_known(ART_5K, gaps, share, beginning)
    reason = (
        f"at most {share.maximum:.4g} % can be owned from Russia"
        if share.maximum > ROUNDING
        else "nobody above it is Russian or established in Russia"
    )
    return Conclusion(
        rule=ART_5K,
        verdict="no",
        reason=reason,
        share=share if share.maximum > ROUNDING else NOBODY,
        owner_ids=tuple(sorted(russian)),
        path=path_down(company, graph, russian, russian),
    )


def _by_shares(company: str, graph: Graph, russian: Set[str], share: Share) -> Conclusion | None:
    owners = tuple(sorted(russian))
    path = path_down(company, graph, russian, above(company, graph))
    if share.minimum > OWNED_ABOVE + ROUNDING:
        reason = (
            f"{span(share)} is owned from Russia, directly or through others, which is more than "
            f"{OWNED_ABOVE:g} %: Art 5k(1)(b)"
        )
        return Conclusion(
            rule=ART_5K, verdict="yes", reason=reason, share=share, owner_ids=owners, path=path
        )
    exactly = min(share.minimum, 100 - share.maximum) >= OWNED_ABOVE - ROUNDING
    if not exactly:
        return None
    reason = f"exactly {OWNED_ABOVE:g} % is owned from Russia: Art 5k(1)(b) asks for more"
    return Conclusion(
        rule=ART_5K, verdict="review", reason=reason, share=share, owner_ids=owners, path=path
    )


def _by_direction(company: str, graph: Graph, russian: Set[str], share: Share) -> Conclusion | None:
    """Majorities all the way up, votes, or the board: signs that it acts at their direction."""
    surely = surely_owned(graph, russian)
    if company not in surely:
        return None
    reason = (
        f"{span(share)} is owned from Russia, but a chain of halves or majorities, of votes or of "
        f"the right to appoint the board leads there: is it at their direction, Art 5k(1)(c)?"
    )
    return Conclusion(
        rule=ART_5K,
        verdict="review",
        reason=reason,
        share=share,
        owner_ids=tuple(sorted(russian)),
        path=path_down(company, graph, russian, surely),
    )


def _without_offices(graph: Graph) -> dict[str, tuple[Holding, ...]]:
    """A Russian director does not make a company directed from Russia."""
    return {
        company: tuple(
            h.model_copy(update={"influence": tuple(i for i in h.influence if i not in OFFICES)})
            for h in holdings
        )
        for company, holdings in graph.items()
    }
