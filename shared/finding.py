"""What a look at a part of an installation found, for `ansvar doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`told` says how the part stands; `remedy` what to do, and nothing where all is well."""

    part: str
    told: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        return not self.remedy
