"""Self-cleaning, and in Denmark the opinion of the competition authority before a decision.

Directive 2014/24/EU Art 57(6); udbudsloven § 138: what the party has done is weighed; where it
sent something, the buyer asks for an opinion and awaits it. The opinion does not bind, but
deviating from it takes reasons.
"""

from datetime import datetime

from services.breaches.domain.basis import Option
from services.breaches.domain.file import Dues
from services.breaches.domain.papers import Cleaning, Opinion
from services.breaches.domain.rules import Measure
from services.breaches.domain.stages import Action, Stage
from services.breaches.domain.weighing import LIGHT, SHORTEST, WeighingSteps
from shared.domain import Rejected
from shared.events.breaches import (
    OpinionReceived,
    OpinionRequested,
    SelfCleaningAssessed,
    Track,
)

AUTHORITY = "Konkurrence- og Forbrugerstyrelsen"


class CleaningSteps(WeighingSteps):
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
        self,
        option: Option,
        deviation: str,
        country: str,
        derogation: str = "",
        *,
        derogable: bool = False,
    ) -> None:
        """Raise `Rejected` where self-cleaning, or the opinion about it, was passed over, or where
        a mandatory ground is let be without the public's interest in that. `derogable`: the
        rulebook of the case has a derogation as a decision of its own (since 2026-04)."""
        if self.track is not Track.EXCLUSION:
            return
        self._must_name_the_interest(option.measure, derogation, derogable=derogable)
        if option.measure in LIGHT:
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
        hurts = option.measure is not Measure.DEROGATE
        if hurts and opinion.reliable and len(deviation.strip()) < SHORTEST:
            raise Rejected(
                f"{opinion.authority} finds the party reliable: say why you deviate from that",
                field="deviation",
            )

    def _must_name_the_interest(
        self, measure: Measure, derogation: str, *, derogable: bool
    ) -> None:
        passes_over = measure in LIGHT and self.binds
        if passes_over and derogable:
            raise Rejected(
                f"this ground is mandatory: {measure} does not let it be. Decide a derogation with "
                "the public's interest in it (Directive 2014/24/EU Art 57(3)), or weigh "
                "self-cleaning first",
                field="consequence",
            )
        needs_it = passes_over or measure is Measure.DEROGATE
        if needs_it and len(derogation.strip()) < SHORTEST:
            raise Rejected(
                "this ground is mandatory: say which overriding reason in the public interest lets "
                "it be, such as public health (Directive 2014/24/EU Art 57(3)), or weigh "
                "self-cleaning first",
                field="derogation",
            )
