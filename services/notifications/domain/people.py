"""Who works here, and whom a need is put to."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from shared.domain import Aggregate, Rejected, Unknown
from shared.events.base import Need
from shared.events.notifications import PeopleForgotten

DIRECTORY = "directory"
EVERY_BUYER = "*"
LAST_RESORT = ("approver", "admin")
"""Roles that are told, in this order, when the deputies have not acted either (design §5: what a
person must do has an owner, a deputy and an escalation)."""


HookForm = Literal["json", "teams", "slack"]
"""How a webhook wants its messages: plain JSON, an adaptive card, or blocks."""


class Person(BaseModel, frozen=True):
    """Somebody who works for a buyer: `subject` is the name that the tokens give.

    Whoever has a `webhook` is told there instead of by mail, where a route allows it; mail is what
    is left where the webhook fails.
    """

    subject: str
    name: str
    email: str
    roles: tuple[str, ...]
    buyers: tuple[str, ...]
    language: Literal["da", "sv", "en"] = "da"
    deputy: str = ""
    teams: tuple[str, ...] = ()
    webhook: str = ""
    webhook_form: HookForm = "json"

    def serves(self, buyer_id: str) -> bool:
        return EVERY_BUYER in self.buyers or buyer_id in self.buyers


class Team(BaseModel, frozen=True):
    """A unit or a steering group. Its members name it in `teams`; what is put to one of them is
    told at its webhook too, such as a channel of Teams or Slack.
    """

    id: str
    name: str
    kind: Literal["unit", "steering group"] = "unit"
    buyers: tuple[str, ...]
    language: Literal["da", "sv", "en"] = "da"
    webhook: str = ""
    webhook_form: HookForm = "json"

    def serves(self, buyer_id: str) -> bool:
        return EVERY_BUYER in self.buyers or buyer_id in self.buyers


class Directory(Aggregate):
    """Who works here. There is one; `file_sha256` is the file that it was last taken from."""

    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    file_sha256: str = ""
    listed: tuple[str, ...] = ()
    """Who stands in a list that was taken over, by subject; others are known from signing in."""
    seen: dict[str, date] = Field(default_factory=dict)
    """The last day on which somebody signed in, by subject."""
    held: dict[str, str] = Field(default_factory=dict)
    """Who is not forgotten although nobody saw them for long, and why."""
    watched: bool = False
    """Whether it is looked at from time to time for whom nobody needs any more."""

    def see(self, subject: str, today: date) -> bool:
        """Somebody signed in; whether that was not known of this day."""
        if self.seen.get(subject) == today:
            return False
        self.seen = {**self.seen, subject: today}
        return True

    def hold(self, subject: str, reason: str) -> None:
        if self.find(subject) is None:
            raise Unknown("person", subject)
        self.held = {**self.held, subject: reason}

    def release(self, subject: str) -> None:
        if subject not in self.held:
            raise Rejected(f"{subject} is not held")
        self.held = {one: why for one, why in self.held.items() if one != subject}

    def forget(self, over: dict[str, str]) -> tuple[str, ...]:
        """Take those out whose time is over (with their rule), but for whom somebody holds back.

        Returns whom.
        """
        gone = tuple(subject for subject in over if subject not in self.held)
        if not gone:
            return ()
        self.people = tuple(
            p.model_copy(update={"deputy": ""}) if p.deputy in gone else p
            for p in self.people
            if p.subject not in gone
        )
        self.seen = {one: day for one, day in self.seen.items() if one not in gone}
        rules = tuple(sorted({over[subject] for subject in gone}))
        self.announce(PeopleForgotten(people=len(gone), held=len(over) - len(gone), rules=rules))
        return gone

    def strangers(self) -> tuple[Person, ...]:
        """Who is in no list: known from signing in alone."""
        return tuple(p for p in self.people if p.subject not in self.listed)

    def team(self, id: str) -> Team | None:
        return next((team for team in self.teams if team.id == id), None)

    def endpoint(self, id: str) -> Person | Team | None:
        """Whose webhook is known under this id: a subject, or `team/` and the id of a team."""
        found = self.team(id.removeprefix("team/")) if id.startswith("team/") else self.find(id)
        return found if found is not None and found.webhook else None

    def members(self, team_ids: tuple[str, ...], buyer_id: str) -> tuple[Person, ...]:
        """Who belongs to one of these units or groups and works for this buyer."""
        return tuple(p for p in self.people if set(team_ids) & set(p.teams) and p.serves(buyer_id))

    def teams_of(self, people: tuple[Person, ...], buyer_id: str) -> tuple[Team, ...]:
        """The teams with a webhook to which one of these people belongs."""
        named = {id for person in people for id in person.teams}
        return tuple(t for t in self.teams if t.id in named and t.webhook and t.serves(buyer_id))

    def find(self, subject: str) -> Person | None:
        return next((person for person in self.people if person.subject == subject), None)

    def with_role(self, role: str, buyer_id: str) -> tuple[Person, ...]:
        return tuple(p for p in self.people if role in p.roles and p.serves(buyer_id))

    def asked_by(self, need: Need) -> tuple[Person, ...]:
        """Whom a need is put to: its owner, else all of its role, else whoever may at last."""
        owner = self.find(need.owner) if need.owner else None
        if owner is not None and owner.serves(need.buyer_id):
            return (owner,)
        for role in (need.role, *LAST_RESORT):
            if people := self.with_role(role, need.buyer_id):
                return people
        return ()

    def instead_of(
        self, people: tuple[Person, ...], away: frozenset[str], need: Need
    ) -> tuple[Person, ...]:
        """These people, and for those who are away their deputies, or theirs in turn."""
        found = list(people)
        for person in people:
            seen, one = {person.subject}, person
            while one.subject in away and one.deputy and one.deputy not in seen:
                seen.add(one.deputy)
                deputy = self.find(one.deputy)
                if deputy is None or not deputy.serves(need.buyer_id):
                    break
                one = deputy
                if deputy.subject not in away:
                    found.append(deputy)
        return tuple({one.subject: one for one in found}.values())

    def next_after(self, told: tuple[str, ...], need: Need) -> tuple[Person, ...]:
        """Who is told next when nobody acted: deputies, then the roles of the last resort."""
        deputies = [found.deputy for s in told if (found := self.find(s)) and found.deputy]
        people = [self.find(subject) for subject in dict.fromkeys(deputies)]
        fresh = tuple(p for p in people if p and p.subject not in told and p.serves(need.buyer_id))
        if fresh:
            return fresh
        for role in LAST_RESORT:
            others = self.with_role(role, need.buyer_id)
            if fresh := tuple(p for p in others if p.subject not in told):
                return fresh
        return ()

    def know(self, said: Person, *, mail: str, language: str, units: tuple[str, ...]) -> bool:
        """Take over what somebody's own token says of them; whether anything is new.

        Roles, buyers and name are always those of the token. The address and the language are where
        it names one, and of `units` those that are in the list count. Deputy and webhook stay.
        """
        found = self.find(said.subject)
        known = tuple(team.id for team in self.teams if team.id in units)
        if found is None and not mail:
            raise Rejected(
                f"{said.subject} is in no list of people, and the token names no mail address",
                field="email",
            )
        before = found or said
        person = before.model_copy(
            update={
                "name": said.name or before.name,
                "email": mail or before.email,
                "roles": said.roles,
                "buyers": said.buyers,
                "language": language or before.language,
                "teams": known if units else before.teams,
            }
        )
        if person == found:
            return False
        self.people = (*(p for p in self.people if p.subject != said.subject), person)
        return True

    def replace(
        self,
        people: tuple[Person, ...],
        *,
        kept: tuple[Person, ...] = (),
        teams: tuple[Team, ...] = (),
        file: str = "",
    ) -> None:
        """Take over a whole new list; `kept` are those whom the caller may not touch."""
        team_ids = [team.id for team in teams]
        if twice := [id for id in team_ids if team_ids.count(id) > 1]:
            raise Rejected(f"{twice[0]} is in the list twice", field="teams")
        everybody = (*kept, *people)
        subjects = [person.subject for person in everybody]
        for person in people:
            if subjects.count(person.subject) > 1:
                raise Rejected(f"{person.subject} is in the list twice", field="subject")
            if person.deputy and person.deputy not in subjects:
                raise Rejected(
                    f"{person.deputy}, the deputy of {person.subject}, is not in the list",
                    field="deputy",
                )
            if unknown := [id for id in person.teams if id not in team_ids]:
                raise Rejected(
                    f"{person.subject} is in {unknown[0]}, which is no unit or group in the list",
                    field="teams",
                )
            if person.deputy == person.subject:
                raise Rejected(f"{person.subject} cannot be their own deputy", field="deputy")
        self.people, self.teams, self.file_sha256 = everybody, teams, file
        self.listed = (
            *(p.subject for p in kept if p.subject in self.listed),
            *(p.subject for p in people),
        )
        self.seen = {one: day for one, day in self.seen.items() if one in subjects}
        self.held = {one: why for one, why in self.held.items() if one in subjects}
