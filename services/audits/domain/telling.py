"""Words of follow-up that may tell of offences, and whose key seals them (ADR 76)."""

from typing import ClassVar

from pydantic import BaseModel

from services.audits.domain.library import Library
from shared.domain import Aggregate
from shared.events.base import Criminal


class Telling(Aggregate):
    """About a party and one of its obligations, in words of people.

    `offences_of` names the key that seals them where the obligation is one that the library names.
    Else that of the party does, where it is a person; of a company they are open.
    """

    subject_field: ClassVar[str] = "whose"

    party_id: str = ""
    obligation: str = ""
    offences_of: str = ""

    @property
    def whose(self) -> str:
        return self.offences_of or self.party_id

    def keep_apart(self, library: Library) -> None:
        """Seal the words from now on, where they may tell of offences. What is sealed stays so."""
        self.offences_of = self.offences_of or library.offences_of(
            self.obligation, self.id, self.party_id
        )


class Words(BaseModel, frozen=True):
    """What a person wrote where it may tell of offences, in something about somebody else."""

    subject_field: ClassVar[str] = "offences_of"

    offences_of: str
    text: Criminal[str]
