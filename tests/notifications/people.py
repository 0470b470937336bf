"""The people of the tests, and needs that are put to them."""

from datetime import timedelta

from services.notifications.domain import (
    Person,
)
from services.notifications.messages import (
    TakeDirectory,
)
from shared.events.base import Need
from shared.testing import T0

BUYER = "dk-cvr-91204711"
OTHER_BUYER = "dk-cvr-11111111"


def person(subject: str, role: str, *, deputy: str = "", buyer: str = BUYER) -> Person:
    return Person(
        subject=subject,
        name=subject.title(),
        email=f"{subject}@region.example",
        roles=(role,),
        buyers=(buyer,),
        language="en",
        deputy=deputy,
    )


METTE = person("mette", "officer", deputy="jonas")
JONAS = person("jonas", "officer", deputy="mette")
ANDERS = person("anders", "approver")
ULLA = person("ulla", "admin")
STRANGER = person("stranger", "officer", buyer=OTHER_BUYER)
EVERYBODY = (METTE, JONAS, ANDERS, ULLA, STRANGER)
TAKEN = TakeDirectory(people=EVERYBODY, file_sha256="1")


def need(id: str = "review-hit/hit-1/b", *, owner: str | None = None, **more: str) -> Need:
    return Need(
        id=id,
        kind=more.get("kind", "weigh-evidence"),
        role=more.get("role", "officer"),
        buyer_id=more.get("buyer_id", BUYER),
        due=T0 + timedelta(days=1),
        owner=owner,
        about="hit-1",
    )
