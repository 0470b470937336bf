"""What one register said of one party, and when."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.onboarding import RegisterAnswered, RegisterFact


def certificate_entry_id(certificate: str) -> str:
    """One entry for all documents that show the same certificate, whichever buyer holds them."""
    return f"certificate-{sha256(certificate.encode()).hexdigest()[:20]}"


def entry_id(register: str, party_id: str) -> str:
    return f"register-{register}-{party_id}"


class RegisterEntry(Aggregate):
    """The last answer, kept as long as it is young enough; its age can always be told.

    An answer that did not come takes nothing away: the facts of the one before stay, with their
    `as_of`. `tried` is when it was asked last. `about` is the certificate, where one was asked
    about; `known_by` is the number by which the register knows the party.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "about", "register_name")

    party_id: str
    register_name: str
    about: str = ""
    known_by: str = ""
    state: str = "not asked"
    facts: tuple[RegisterFact, ...] = ()
    as_of: datetime | None = None
    problem: str = ""
    tried: datetime | None = None
    asking: bool = False
    failures: int = 0

    def hear(
        self, state: str, facts: tuple[RegisterFact, ...], problem: str, now: datetime
    ) -> bool:
        """Take an answer down. Told where it says something else than before; says whether so."""
        self.asking, self.tried = False, now
        news = (state, facts if state != "unavailable" else self.facts) != (self.state, self.facts)
        self.problem = problem
        if state == "unavailable":
            self.failures += 1
        else:
            self.facts, self.as_of, self.failures = facts, now, 0
        self.state = state
        if news:
            self.announce(
                RegisterAnswered(
                    party_id=self.party_id,
                    register_name=self.register_name,
                    about=self.about,
                    state=state,
                    facts=self.facts,
                    problem=problem,
                    as_of=now,
                )
            )
        return news
