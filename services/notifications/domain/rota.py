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

    def add(self, duty: Duty, known: frozenset[str]) -> None:
        """One more turn; the same one twice is one."""
        others = tuple(one for one in self.duties if one != _in_utc(duty))
        self.replace((*others, duty), known)

    def remove(self, duty: Duty) -> None:
        if _in_utc(duty) not in self.duties:
            raise Rejected("this turn is not in the rota any more", field="duty")
        self.duties = tuple(one for one in self.duties if one != _in_utc(duty))

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
        self.duties = tuple(map(_in_utc, sorted(duties, key=lambda one: one.starts)))


def _in_utc(duty: Duty) -> Duty:
    return duty.model_copy(
        update={"starts": duty.starts.astimezone(UTC), "ends": duty.ends.astimezone(UTC)}
    )
