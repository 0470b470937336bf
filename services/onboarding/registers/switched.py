"""Which registers are switched on."""

from collections.abc import Mapping

from .asking import Access, OverHttp, Register
from .certificates import Certificates
from .formats import FORMATS


class Registers:
    """The registers that are switched on, by name; `certificates` where EUDAMED is one of them."""

    def __init__(self, access: Mapping[str, Access]) -> None:
        """Raises ValueError for a register that is not known here."""
        if unheard := access.keys() - FORMATS.keys():
            known = ", ".join(FORMATS)
            raise ValueError(f"the registers are {known}, not {', '.join(sorted(unheard))}")
        self.on: dict[str, Register] = {
            name: OverHttp(FORMATS[name], one) for name, one in access.items()
        }
        eudamed = access.get("eudamed")
        self.certificates = Certificates(eudamed) if eudamed else None
