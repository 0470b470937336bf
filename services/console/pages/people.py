"""Who works here, by name: the directory of notifications, for forms that ask for a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.console.courier import Courier
from services.console.session import token_in
from shared.http import ServiceDesk

EVERY_BUYER = "*"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the directory. `subject` is how a token calls them."""

    subject: str
    name: str
    roles: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()

    def works_for(self, buyer_id: str) -> bool:
        return not buyer_id or bool({buyer_id, EVERY_BUYER} & set(self.buyers))


async def people_of(desk: ServiceDesk, buyer_id: str = "", role: str = "") -> list[Someone]:
    """The people of a buyer, perhaps those of one role alone, by name. Nobody where the directory
    cannot be asked, or names nobody: then a form takes the name that people sign in with."""
    courier: Courier = desk.adapters["courier"]
    directory = await courier.read("notifications", "/directory", token=token_in(desk.request))
    found = [
        Someone(
            subject=one["subject"],
            name=one.get("name") or one["subject"],
            roles=tuple(one.get("roles", ())),
            buyers=tuple(one.get("buyers", ())),
        )
        for one in (directory or {}).get("people", ())
    ]
    there = (one for one in found if one.works_for(buyer_id) and (not role or role in one.roles))
    return sorted(there, key=lambda one: one.name.casefold())


def with_those(people: Iterable[Someone], subjects: Iterable[str]) -> list[Someone]:
    """The same, with those who were chosen before and whom the directory does not name any more."""
    listed = list(people)
    known = {one.subject for one in listed}
    more = (subject for subject in dict.fromkeys(subjects) if subject and subject not in known)
    return [*listed, *(Someone(subject=one, name=one) for one in more)]
