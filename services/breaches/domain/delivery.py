"""Whether a letter reached whom it is for: from then on time counts, and silence says something.

What was never delivered cannot lapse. A person sees to it that it arrives, by another way where
need be, and says when it did.
"""

from datetime import datetime

from services.breaches.domain.file import CaseRecord, Dues, Exchange
from services.breaches.domain.papers import LEAST_LEFT, Alongside, Served
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.breaches import (
    AlongsideHeard,
    DeliveryMissing,
    DeliveryNoted,
    LetterIssued,
)

BY_HAND = "other"
"""The channel of what an officer saw to: by hand, by registered post, at a meeting."""

AWAITS_ANSWER = (Stage.ASKED, Stage.HEARING)


class DeliverySteps(CaseRecord):
    def letter_written(
        self,
        number: int,
        kind: str,
        addressee_id: str,
        hashes: dict[str, str],
        now: datetime,
        *,
        goes_alone: bool,
    ) -> None:
        """It is registered. `goes_alone`: no link of a question or an order brings it along."""
        asked = self.open_exchange()
        awaited = asked.due if asked and kind == asked.kind and goes_alone else None
        self.log("letter", "breaches", f"{number}: {kind} to {addressee_id}", now)
        self.announce(
            LetterIssued(
                **self.about(),
                letter_id=f"letter-{self.id}-{number}",
                number=number,
                kind=kind,
                addressee_id=addressee_id,
                link_id=f"link-{self.id}-letter-{number}" if goes_alone else "",
                due=awaited,
                **{f"sha256_{language}": said for language, said in hashes.items()},
            )
        )

    def has_been_served(self, served: Served, counted: datetime, now: datetime) -> bool:
        """A letter has arrived. `counted` is when the time for an answer ends, counted from then.

        Whether the day by which an answer is asked for is another one from now on.
        """
        if any(one.link_id == served.link_id for one in self.served):
            return False
        self.served = (*self.served, served)
        where = f"{served.channel} {served.reference}".strip()
        self.log("letter delivered", served.by or "notifications", where, now)
        asked, before = self.open_exchange(), self.due
        waits = {}
        if asked is not None and asked.link_id == served.link_id:
            waits = self._counts_from(asked, served, counted, now)
        self.announce(
            DeliveryNoted(
                **self.about(),
                link_id=served.link_id,
                addressee_id=served.addressee_id,
                channel=served.channel,
                delivered_at=served.at,
                reference=served.reference,
                by=served.by,
                due=self.due if waits else None,
                **waits,
            )
        )
        return self.due.date() != before.date()

    def _counts_from(
        self, asked: Exchange, served: Served, counted: datetime, now: datetime
    ) -> dict[str, object]:
        waited = asked.unserved
        due = max(counted, now + LEAST_LEFT) if waited else max(counted, asked.due)
        moves = self.stage in AWAITS_ANSWER and self.rest is None and (waited or due != asked.due)
        update = {"delivered": served.at, "unserved": False}
        if moves:
            update["due"] = due
        self._exchange(asked, asked.model_copy(update=update))
        return dict(self.enter(self.stage, {}, due=due)) if moves else {}

    def serve_by_hand(self, served: Served, counted: datetime, now: datetime) -> bool:
        """An officer saw that what is asked arrived, and on which day."""
        self.must_allow(Action.DELIVER)
        asked = self.open_exchange()
        if asked is None:
            raise Rejected("nothing that waits for an answer is to be delivered in this case")
        if asked.delivered is not None:
            raise Rejected(f"it was delivered on {asked.delivered:%Y-%m-%d} already")
        if not asked.sent.date() <= served.at.date() <= now.date():
            raise Rejected(
                f"between {asked.sent:%Y-%m-%d}, when it was sent, and today", field="on"
            )
        return self.has_been_served(
            served.model_copy(update={"link_id": asked.link_id}), counted, now
        )

    def miss_delivery(self, asked: Exchange, dues: Dues, now: datetime) -> None:
        """The time is over and nothing shows that the question arrived: it lapses not."""
        self._exchange(asked, asked.model_copy(update={"unserved": True}))
        waits = self.enter(self.stage, dues)
        self.log("not delivered", "clock", "nothing shows that the letter arrived", now)
        self.announce(
            DeliveryMissing(
                **self.about(), link_id=asked.link_id, addressee_id=self.supplier_id, **waits
            )
        )

    def hear_alongside(
        self, answer: str, document_ids: tuple[str, ...], now: datetime, *, self_cleaning: bool
    ) -> None:
        """The subcontractor speaks in the hearing of its contracting party, which goes on."""
        heard = next((e for e in reversed(self.exchanges) if e.kind == "hearing"), None)
        if heard is None or self.stage not in (Stage.HEARING, Stage.HEARD):
            raise Rejected(
                "the hearing is over: what you say now goes to your contact at the buyer"
            )
        if heard.alongside:
            raise Rejected("you have answered already")
        said = Alongside(answer=answer, document_ids=document_ids, at=now)
        self._exchange(heard, heard.model_copy(update={"alongside": (said,)}))
        self.cleaning_offered = self.cleaning_offered or self_cleaning
        self.log("subcontractor heard alongside", "link", answer, now)
        self.announce(
            AlongsideHeard(
                **self.about(),
                answer=answer,
                document_ids=document_ids,
                self_cleaning=self_cleaning,
            )
        )

    def _exchange(self, old: Exchange, new: Exchange) -> None:
        self.exchanges = tuple(new if e is old else e for e in self.exchanges)
