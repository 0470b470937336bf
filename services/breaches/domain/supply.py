"""Goods that may run short: what is there, what comes instead, and when all is well again."""

from datetime import datetime

from services.breaches.domain.file import CaseRecord, Dues
from services.breaches.domain.papers import Means, Supply
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.breaches import SupplyAssessed, SupplySecured


class SupplySteps(CaseRecord):
    def assess_supply(
        self, supply: Supply, by: str, reason: str, dues: Dues, now: datetime
    ) -> None:
        """The clinic and vigilance are told, and the usable stock is counted."""
        self.must_allow(Action.ASSESS_SUPPLY)
        if supply.days_of_stock < 0:
            raise Rejected("stock lasts for nought days or more", field="days_of_stock")
        self.supply = supply
        waits = self.enter(Stage.ASSESSED, dues)
        self.log("supply assessed", by, f"{supply.days_of_stock:g} days; {reason}", now)
        self.announce(
            SupplyAssessed(
                **self.about(),
                item=supply.item,
                days_of_stock=supply.days_of_stock,
                told=supply.told,
                by=by,
                reason=reason,
                **waits,
            )
        )

    def secure_supply(
        self, means: Means, reference: str, by: str, reason: str, dues: Dues, now: datetime
    ) -> None:
        """An alternative, an authority's derogation, or an urgent purchase with its record.

        An urgent purchase without a call for competition rests on Directive 2014/24/EU Art
        32(2)(c): extreme urgency that the buyer could not foresee, and only as much as it takes.
        """
        self.must_allow(Action.SECURE_SUPPLY)
        if self.supply is None:
            raise Rejected("assess the usable stock first")
        if means != "alternative" and not reference.strip():
            raise Rejected(f"name the record of the {means.replace('_', ' ')}", field="reference")
        update = {"means": means, "reference": reference, "reason": reason}
        self.supply = self.supply.model_copy(update=update)
        waits = self.enter(Stage.SECURED, dues)
        self.log("supply secured", by, f"{means} {reference}: {reason}", now)
        self.announce(
            SupplySecured(
                **self.about(), means=means, reference=reference, by=by, reason=reason, **waits
            )
        )
