"""Who is on duty outside office hours, for what cannot wait until the morning."""

from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel

from shared.domain import Aggregate, Rejected

MOST_DUTIES = 1_000
"""Nearly three years of nights."""


def rota_id(buyer_id: str) -> str:
    return f"rota-{buyer_id}"


class Duty(BaseModel, frozen=True):
    """One person's turn: from `starts` until just before `ends`."""

    subject: str
    starts: AwareDatetime
    ends: AwareDatetime


class Rota(Aggregate):
    """The turns of one buyer. Turns may overlap: then several are on duty."""

    buyer_id: str
    duties: tuple[Duty, ...] = ()

    def on_duty(self, at: datetime) -> tuple[str, ...]:
        found = (one.subject for one in self.duties if one.starts <= at < one.ends)
        return tuple(dict.fromkeys(found))

    def replace(self, duties: tuple[Duty, ...], known: frozenset[str]) -> None:
        if len(duties) > MOST_DUTIES:
            raise Rejected(f"a rota has at most {MOST_DUTIES} turns", field="duties")
        for number, one in enumerate(duties):
            if one.ends <= one.starts:
                raise Rejected("a turn ends after it starts", field=f"duties.{number}.ends")
            if one.subject not in known:
                raise Rejected(
                    f"{one.subject} is not among the people of this buyer",
                    field=f"duties.{number}.subject",
                )
        self.duties = tuple(
            one.model_copy(
                update={"starts": one.starts.astimezone(UTC), "ends": one.ends.astimezone(UTC)}
            )
            for one in sorted(duties, key=lambda one: one.starts)
        )
