"""Self-cleaning, and in Denmark the opinion of the competition authority before a decision.

Directive 2014/24/EU Art 57(6); udbudsloven § 138: what the party has done is weighed; where it
sent something, the buyer asks for an opinion and awaits it. The opinion does not bind, but
deviating from it takes reasons.
"""

from datetime import datetime

from services.breaches.domain.basis import Option
from services.breaches.domain.file import CaseRecord, Dues
from services.breaches.domain.papers import Cleaning, Opinion
from services.breaches.domain.rules import Measure
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.breaches import (
    OpinionReceived,
    OpinionRequested,
    SelfCleaningAssessed,
    Track,
)

AUTHORITY = "Konkurrence- og Forbrugerstyrelsen"


class CleaningSteps(CaseRecord):
    def assess_cleaning(self, cleaning: Cleaning, dues: Dues, now: datetime) -> None:
        self.must_allow(Action.CLEAN)
        self.cleaning, self.opinion = cleaning, None
        waits = self.enter(Stage.CONFIRMED, dues)
        self.log("self-cleaning assessed", cleaning.by, cleaning.reason, now)
        self.announce(
            SelfCleaningAssessed(
                **self.about(),
                enough=cleaning.enough,
                by=cleaning.by,
                reason=cleaning.reason,
                **waits,
            )
        )

    def request_opinion(self, by: str, dues: Dues, now: datetime) -> None:
        self.must_allow(Action.REQUEST_OPINION)
        if self.cleaning is None:
            raise Rejected(
                "say first what the party did to be reliable again: the authority's opinion is "
                "about that (udbudsloven § 138)"
            )
        waits = self.enter(Stage.OPINION, dues)
        self.opinion = Opinion(authority=AUTHORITY, asked=now, due=self.due)
        self.log("opinion asked", by, AUTHORITY, now)
        self.announce(
            OpinionRequested(**self.about(), authority=AUTHORITY, due=self.due, by=by, **waits)
        )

    def receive_opinion(
        self, reliable: bool, text: str, by: str, dues: Dues, now: datetime
    ) -> None:
        self.must_allow(Action.RECEIVE_OPINION)
        asked = self.opinion or Opinion(authority=AUTHORITY, asked=now, due=self.due)
        update = {"received": now, "reliable": reliable, "text": text}
        self.opinion = asked.model_copy(update=update)
        waits = self.enter(Stage.CONFIRMED, dues)
        self.log("opinion received", by, text, now)
        self.announce(
            OpinionReceived(
                **self.about(),
                authority=asked.authority,
                reliable=reliable,
                opinion=text,
                by=by,
                **waits,
            )
        )

    def must_have_weighed(
        self, option: Option, deviation: str, country: str, derogation: str = ""
    ) -> None:
        """Raise `Rejected` where self-cleaning, or the opinion about it, was passed over, or where
        a mandatory ground is let be without the public's interest in that."""
        if self.track is not Track.EXCLUSION:
            return
        if option.measure in (Measure.DIALOGUE, Measure.NONE):
            clean = self.cleaning is not None and self.cleaning.enough
            if self.mandatory and self.established and not clean and len(derogation.strip()) < 3:
                raise Rejected(
                    "this ground is mandatory: say which overriding reason in the public interest "
                    "lets it be, such as public health (Directive 2014/24/EU Art 57(3)), or weigh "
                    "self-cleaning first",
                    field="derogation",
                )
            return
        if self.cleaning_offered and self.cleaning is None:
            raise Rejected(
                "the party said what it has done to be reliable again: assess that first "
                "(Directive 2014/24/EU Art 57(6); udbudsloven § 138)"
            )
        if self.cleaning is None or country != "DK":
            return
        opinion = self.opinion
        if opinion is None or opinion.received is None:
            raise Rejected(
                f"the opinion of {AUTHORITY} comes first: who receives self-cleaning must ask "
                "for it and await it (udbudsloven § 138)"
            )
        if opinion.reliable and len(deviation.strip()) < 3:
            raise Rejected(
                f"{opinion.authority} finds the party reliable: say why you deviate from that",
                field="deviation",
            )
