"""The tax list as it was when everybody's ties were looked at last, and who is to be looked at."""

from pydantic import Field

from shared.domain import Aggregate

TAX_LIST_SEEN = "tax-list"


class TaxListSeen(Aggregate):
    """`standing` holds for each listed country whether § 134 a excludes who is seated there.

    While `countries` are named, parties that have to do with them are being looked at, part by
    part in the order of their ids; `walk` counts these walks.
    """

    standing: dict[str, str] = Field(default_factory=dict)
    countries: tuple[str, ...] = ()
    walk: int = 0

    def revise(self, standing: dict[str, str]) -> bool:
        """The list says this now. False where that is what it said before.

        A walk that is under way is begun anew, with its countries and the new ones.
        """
        old = self.standing
        moved = {one for one in old.keys() | standing.keys() if old.get(one) != standing.get(one)}
        if not moved:
            return False
        self.standing = standing
        self.countries = tuple(sorted({*self.countries, *moved}))
        self.walk += 1
        return True

    def end_walk(self) -> None:
        self.countries = ()
