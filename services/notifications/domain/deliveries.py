"""Each message to one recipient, and what is known of those who get letters."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel

from shared.domain import Aggregate
from shared.events.base import Need, Personal
from shared.events.notifications import (
    LetterDelivered,
    LetterReleased,
    LetterUndeliverable,
    NotificationDelivered,
    NotificationFailed,
)


class Contact(Aggregate):
    """Where letters to a party go. Its language is that of its country."""

    subject_field: ClassVar[str] = "id"

    name: Personal[str] = ""
    address: Personal[str] = ""
    country: str = ""
    bounced: Personal[str] = ""
    """The address from which mail came back."""
    box: Personal[str] = ""
    """Of somebody who is no party: the id of the company whose mailbox of the state it uses."""

    @property
    def reachable(self) -> bool:
        return bool(self.address) and self.address != self.bounced

    @property
    def language(self) -> Literal["da", "sv", "en"]:
        known: dict[str, Literal["da", "sv"]] = {"DK": "da", "SE": "sv", "FI": "sv"}
        return known.get(self.country, "en")


class Contract(Aggregate):
    """What a contract is called, for letters about it."""

    title: str = ""
    category: str = ""


class Procedures(Aggregate):
    """Which ids are those of procedures: what they ask goes over a tender platform."""

    ids: tuple[str, ...] = ()


class Unsent(BaseModel, frozen=True):
    """Everything of a letter but the address, until there is one."""

    due: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()
    link_id: str = ""
    link_scope: str = ""
    link_expires: datetime | None = None
    thread: str = ""


class Delivery(Aggregate):
    """One message to one recipient by one channel. `recipient` is a subject or a party id.

    `queued` is the time in ISO 8601, UTC. `unsent` is a letter that waits for an address.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "recipient", "queued", "message")

    message: str = ""
    """The id that the message itself carries; several deliveries may go in one."""
    recipient: str
    buyer_id: str
    channel: str = "mail"
    words: str = ""
    about: str = ""
    need_ids: tuple[str, ...] = ()
    queued: str
    state: Literal["queued", "handed over", "delivered", "refused", "bounced", "no address"] = (
        "queued"
    )
    problem: str = ""
    ended: datetime | None = None
    letter: Unsent | None = None
    unsent: Unsent | None = None

    def handed_over(self, at: datetime) -> None:
        """A post has it: that is not yet delivered."""
        if self.state == "queued":
            self.state, self.ended = "handed over", at

    def accepted(self, at: datetime, reference: str = "") -> None:
        if self.state == "delivered":
            return
        self.state, self.ended = "delivered", at
        if self.letter is not None:
            self.announce(
                LetterDelivered(
                    letter_id=self.id,
                    party_id=self.recipient,
                    buyer_id=self.buyer_id,
                    words=self.words,
                    about=self.about,
                    link_id=self.letter.link_id,
                    channel=self.channel,
                    delivered_at=at,
                    reference=reference,
                )
            )
        for need_id in self.need_ids or ("",):
            self.announce(
                NotificationDelivered(
                    notification_id=self.id,
                    recipient=self.recipient,
                    channel=self.channel,
                    about=self.about,
                    need_id=need_id,
                )
            )

    def refused(self, problem: str, at: datetime, *, bounced: bool = False) -> None:
        """The other side will never take it, or sent it back: trying again cannot help."""
        self.state = "bounced" if bounced else "refused"
        self.problem, self.ended = problem, at
        self.announce(
            NotificationFailed(
                notification_id=self.id,
                recipient=self.recipient,
                channel=self.channel,
                about=self.about,
                problem=problem,
            )
        )

    def has_no_address(
        self, unsent: Unsent, at: datetime, due: datetime, problem: str = ""
    ) -> None:
        """A letter that nobody can send yet: a person has to find out where to."""
        self.state, self.unsent, self.ended = "no address", unsent, at
        self.announce(
            LetterUndeliverable(
                letter_id=self.id,
                party_id=self.recipient,
                buyer_id=self.buyer_id,
                words=self.words,
                problem=problem,
                need=Need(
                    id=self._address_need,
                    kind="find-address",
                    role="officer",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.recipient,
                ),
            )
        )

    def has_an_address(self, at: datetime) -> Unsent:
        """It can be sent now, as it was meant."""
        assert self.unsent is not None
        unsent, self.unsent = self.unsent, None
        self.state, self.ended = "queued", None
        self.announce(
            LetterReleased(
                letter_id=self.id,
                party_id=self.recipient,
                buyer_id=self.buyer_id,
                settles=(self._address_need,),
            )
        )
        return unsent

    @property
    def _address_need(self) -> str:
        return f"find-address/{self.id}"
