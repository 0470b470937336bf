"""Public registers that are asked about parties. All are off until an address is set for them.

What an answer means is always one of four: *not asked*, *unavailable* (it did not answer: nothing
is known by that), *unknown* (it answered that it has no such party) and *known*.
"""

from .asking import Access, Register
from .certificates import Certificates
from .formats import FORMATS, Answer, RegisterState
from .switched import Registers

__all__ = [
    "FORMATS",
    "Access",
    "Answer",
    "Certificates",
    "Register",
    "RegisterState",
    "Registers",
]
