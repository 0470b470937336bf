"""The asset freeze's question: aggregated, cascading, honest about what is not known."""

from hypothesis import given
from hypothesis import strategies as st

from services.screening.domain import Finding, Holding, freeze, holdings_of
from shared.events.words import PartyDescription, PartyKind, Share, Stake

LISTED = {"person-l"}


def holding(owner: str | None, low: float, high: float | None = None, **more: object) -> Holding:
    share = Share(minimum=low, maximum=low if high is None else high)
    person = bool(owner and owner.startswith("person-"))
    return Holding(owner_id=owner, person=person, direct=share, **more)


def ask(company: str = "c", **graph: list[Holding]) -> Finding:
    return freeze(company, {name: tuple(h) for name, h in graph.items()}, LISTED)


def test_half_is_owned_and_a_little_less_is_not() -> None:
    assert ask(c=[holding("person-l", 50), holding("person-x", 50)]).verdict == "owned"
    assert ask(c=[holding("person-l", 49.9), holding("person-x", 50.1)]).verdict == "not_owned"


def test_what_an_owned_company_owns_counts_wholly() -> None:
    found = ask(
        c=[holding("h", 50), holding("person-x", 50)],
        h=[holding("person-l", 51), holding("person-x", 49)],
    )
    assert found.verdict == "owned"
    assert found.share == Share.exactly(50)
    assert found.path == ("person-l", "h", "c")


def test_what_a_company_below_half_owns_does_not_count() -> None:
    found = ask(c=[holding("h", 100)], h=[holding("person-l", 40), holding("person-x", 60)])
    assert found.verdict == "not_owned"
    assert found.share == Share.exactly(0)
    assert found.path == ("person-l", "h", "c")


def test_a_range_over_the_line_is_unknown_and_says_so() -> None:
    found = ask(c=[holding("person-l", 25, 75), holding("person-x", 25, 75)])
    assert found.verdict == "unknown"
    assert found.share == Share(minimum=25, maximum=75)
    assert "given as ranges" in found.reason


def test_a_range_below_the_line_is_not_owned() -> None:
    found = ask(c=[holding("person-l", 5, 10), holding("person-x", 75, 90)])
    assert found.verdict == "not_owned"
    assert found.share == Share(minimum=5, maximum=25)


def test_what_is_not_accounted_for_may_be_theirs() -> None:
    found = ask(c=[holding("person-l", 30), holding("person-x", 40)])
    assert found.verdict == "unknown"
    assert "30 % of c is not accounted for" in found.reason


def test_an_owner_that_never_declared_its_own_owners_is_unknown_with_the_way_to_it() -> None:
    found = ask(
        c=[holding("person-l", 10), holding("h", 90)],
        h=[holding("g", 100)],
    )
    assert found.verdict == "unknown"
    assert "the owners of g are not declared (c ← h ← g)" in found.reason


def test_companies_that_own_each_other_are_unknown_with_the_circle() -> None:
    found = ask(
        c=[holding("person-l", 10), holding("h", 60), holding("person-x", 30)],
        h=[holding("g", 100)],
        g=[holding("h", 100)],
    )
    assert found.verdict == "unknown"
    assert "the owners go in a circle (h ← g ← h)" in found.reason


def test_a_circle_below_half_changes_nothing() -> None:
    found = ask(
        c=[holding("person-l", 10), holding("h", 20), holding("person-x", 70)],
        h=[holding("c", 100)],
    )
    assert found.verdict == "not_owned"


def test_a_company_that_owns_itself_is_judged_by_the_rest() -> None:
    found = ask(c=[holding("c", 20), holding("person-l", 50), holding("person-x", 30)])
    assert found.verdict == "owned"


def test_the_majority_of_votes_is_control() -> None:
    votes = Share.exactly(51)
    found = ask(c=[holding("person-l", 10, votes=votes), holding("person-x", 90)])
    assert found.verdict == "owned"
    assert "majority of the votes" in found.reason
    half = Share.exactly(50)
    found = ask(c=[holding("person-l", 10, votes=half), holding("person-x", 90, votes=half)])
    assert found.verdict == "not_owned"


def test_who_appoints_the_board_controls() -> None:
    found = ask(c=[holding("person-l", 10, board=True), holding("person-x", 90)])
    assert found.verdict == "owned"
    assert "appoint the board" in found.reason


def test_other_influence_is_for_a_person_to_judge() -> None:
    found = ask(c=[holding("person-l", 10, influence=("nominee",)), holding("person-x", 90)])
    assert found.verdict == "unknown"
    assert "influence on c (nominee)" in found.reason


def test_direct_and_indirect_shares_are_not_counted_twice() -> None:
    stakes = (
        Stake(owner=owner("person-l"), share=Share.exactly(30)),
        Stake(owner=owner("person-l"), share=Share.exactly(30), direct=False),
        Stake(owner=owner("person-x"), share=Share.exactly(70)),
    )
    found = freeze("c", {"c": holdings_of(stakes)}, LISTED)
    assert found.verdict == "not_owned"
    assert found.share == Share.exactly(30)


def test_several_share_classes_of_one_owner_add_up() -> None:
    stakes = tuple(Stake(owner=owner("person-l"), share=Share.exactly(25)) for _ in range(2))
    rest = Stake(owner=owner("person-x"), share=Share.exactly(50))
    assert freeze("c", {"c": holdings_of((*stakes, rest))}, LISTED).verdict == "owned"


def test_votes_are_not_added_to_shares() -> None:
    stakes = (
        Stake(owner=owner("person-l"), share=Share.exactly(20)),
        Stake(owner=owner("person-l"), share=Share.exactly(20), interest="votingRights"),
        Stake(owner=owner("person-x"), share=Share.exactly(80)),
        Stake(owner=owner("person-x"), share=Share.exactly(80), interest="votingRights"),
    )
    found = freeze("c", {"c": holdings_of(stakes)}, LISTED)
    assert (found.verdict, found.share) == ("not_owned", Share.exactly(20))


def test_without_a_listed_owner_above_there_is_nothing_to_say() -> None:
    found = ask(c=[holding("h", 100)])
    assert found.verdict == "not_owned"
    assert found.reason == "no owner has a confirmed hit"
    assert found.owner_ids == ()


def owner(id: str) -> PartyDescription:
    return PartyDescription(party_id=id, kind=PartyKind.PERSON, name=id)


# ---------------------------------------------------------------- for any graph

COMPANIES = ("c", "d", "e", "f")
OWNERS: tuple[str | None, ...] = ("person-l", "person-x", "person-y", *COMPANIES, None)


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[Holding, ...]]:
    """Companies whose declared shares add up to at most 100, some never declared."""
    graph = {}
    for name in draw(st.sets(st.sampled_from(COMPANIES), min_size=1)) | {"c"}:
        left, holdings = 100, []
        for who in draw(st.lists(st.sampled_from(OWNERS), max_size=4, unique=True)):
            low = draw(st.integers(0, left))
            high = draw(st.integers(low, left))
            left -= low
            holdings.append(holding(who, low, high))
        graph[name] = tuple(holdings)
    return graph


@given(graphs())
def test_more_listed_owners_never_make_a_company_cleaner(
    graph: dict[str, tuple[Holding, ...]],
) -> None:
    order = ["not_owned", "unknown", "owned"]
    one = freeze("c", graph, {"person-l"})
    more = freeze("c", graph, {"person-l", "person-x"})
    assert order.index(more.verdict) >= order.index(one.verdict)
    assert more.share.minimum >= one.share.minimum


@given(graphs())
def test_the_share_is_an_interval_and_the_way_leads_from_a_listed_owner(
    graph: dict[str, tuple[Holding, ...]],
) -> None:
    found = freeze("c", graph, {"person-l"})
    assert 0 <= found.share.minimum <= found.share.maximum <= 100
    if found.owner_ids:
        assert found.path[0] == "person-l"
        assert found.path[-1] == "c"
        for above, below in zip(found.path, found.path[1:], strict=False):
            assert above in {h.owner_id for h in graph[below]}
    if found.verdict == "owned":
        assert found.share.minimum >= 50


def filled(
    graph: dict[str, tuple[Holding, ...]], data: st.DataObject
) -> dict[str, tuple[Holding, ...]]:
    """A truth that fits the statements: everybody holds the least, somebody all that is left."""
    truth: dict[str, tuple[Holding, ...]] = {}
    for name in COMPANIES:
        held = {"person-l": 0.0, "person-x": 0.0}
        for one in graph.get(name, ()):
            assert one.direct is not None
            who = one.owner_id or data.draw(st.sampled_from(("person-l", "person-x")))
            held[who] = held.get(who, 0.0) + one.direct.minimum
        taker = data.draw(st.sampled_from(sorted(held)))
        held[taker] += 100.0 - sum(held.values())
        truth[name] = tuple(holding(who, percent) for who, percent in held.items())
    return truth


@given(graphs(), st.data())
def test_yes_and_no_are_said_only_if_every_truth_that_fits_the_statements_says_so(
    graph: dict[str, tuple[Holding, ...]], data: st.DataObject
) -> None:
    found = freeze("c", graph, {"person-l"})
    truth = freeze("c", filled(graph, data), {"person-l"})
    if found.verdict == "owned":
        assert truth.verdict == "owned"
    if found.verdict == "not_owned" and found.owner_ids:
        assert truth.verdict != "owned"
