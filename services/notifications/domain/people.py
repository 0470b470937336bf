"""Who works here, and whom a need is put to."""

from typing import Literal

from pydantic import BaseModel

from shared.domain import Aggregate, Rejected
from shared.events.base import Need

DIRECTORY = "directory"
EVERY_BUYER = "*"
LAST_RESORT = ("approver", "admin")
"""Roles that are told, in this order, when the deputies have not acted either (design §5: what a
person must do has an owner, a deputy and an escalation)."""


class Person(BaseModel, frozen=True):
    """Somebody who works for a buyer: `subject` is the name that the tokens give."""

    subject: str
    name: str
    email: str
    roles: tuple[str, ...]
    buyers: tuple[str, ...]
    language: Literal["da", "sv", "en"] = "da"
    deputy: str = ""

    def serves(self, buyer_id: str) -> bool:
        return EVERY_BUYER in self.buyers or buyer_id in self.buyers


class Directory(Aggregate):
    """Who works here. There is one; `file_sha256` is the file that it was last taken from."""

    people: tuple[Person, ...] = ()
    file_sha256: str = ""

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

    def replace(
        self, people: tuple[Person, ...], *, kept: tuple[Person, ...] = (), file: str = ""
    ) -> None:
        """Take over a whole new list; `kept` are those whom the caller may not touch."""
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
            if person.deputy == person.subject:
                raise Rejected(f"{person.subject} cannot be their own deputy", field="deputy")
        self.people, self.file_sha256 = everybody, file
