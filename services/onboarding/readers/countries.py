"""Country codes: UBL since 2.3 writes three letters, everything here two (ISO 3166-1)."""

from shared.countries import ALPHA2, alpha2

__all__ = ["ALPHA2", "alpha2"]
