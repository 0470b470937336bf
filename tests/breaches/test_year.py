"""Some weeks of a region, drawn from a seed: whatever people do, every case stays lawful."""

from bench.year.lawful import problems_of
from bench.year.playing import play
from shared.events.breaches import Track


async def test_every_case_of_some_weeks_is_in_a_lawful_state() -> None:
    year = await play(weeks=10, contracts=250, seed=16)
    assert year.problems == []
    told = year.told()
    assert set(told["cases"]) >= {Track.CONTRACT_BREACH, Track.ENQUIRY, Track.LEGAL_BLOCK}
    assert {"BreachEscalated", "CasePassedOn", "ConsequenceOrdered", "ReplacementPaused"} <= set(
        told["announced"]
    )
    assert told["refused"] > 0, "people also try what is not lawful"


async def test_the_same_seed_gives_the_same_weeks() -> None:
    one, other = [await play(weeks=3, contracts=120, seed=5) for _ in range(2)]
    assert one.outcomes == other.outcomes
    assert one.desk.count == other.desk.count


async def test_a_case_that_nobody_is_asked_about_is_found() -> None:
    year = await play(weeks=3, contracts=250, seed=11)
    case = next(case for case in year.desk.cases if case.open)
    del year.desk.needs[case.need_id]
    year.desk.breaches.deadlines.clear()
    case.escalated = False
    found = problems_of(case, year.desk)
    assert any("nobody is asked" in problem for problem in found)
    assert any("no deadline runs" in problem for problem in found)
    case.steps = (*case.steps, case.steps[0].model_copy(update={"what": "ground established"}))
    assert any("before" in problem for problem in problems_of(case, year.desk))
