"""How long a document counts: it runs out, expires, gives way, is suspended or withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain import Rejected
from shared.events.onboarding import (
    DocumentExpired,
    DocumentExpiring,
    DocumentReinstated,
    DocumentReplaced,
    DocumentSuspended,
    DocumentWithdrawn,
)

from .document import Document, State


def runs_out(document: Document) -> bool:
    """It counts only a while longer. Told once; says whether it was told now."""
    if document.state is not State.VERIFIED or document.warned or document.valid_until is None:
        return False
    document.warned = True
    document.announce(DocumentExpiring(**document.about(), valid_until=document.valid_until))
    return True


def expire(document: Document) -> bool:
    """The last day on which it counted has passed. Says whether it counted until now."""
    if document.state not in (State.VERIFIED, State.SUSPENDED) or document.valid_until is None:
        return False
    document.state, document.reasons = State.EXPIRED, (f"it counted until {document.valid_until}",)
    document.announce(DocumentExpired(**document.about(), valid_until=document.valid_until))
    return True


def give_way(document: Document, newer_id: str) -> None:
    """A newer one of its kind counts from now on."""
    document.state, document.reasons = State.REPLACED, (f"replaced by {newer_id}",)
    document.announce(DocumentReplaced(**document.about(), newer_id=newer_id))


def suspend(document: Document, told: Mapping[str, Any]) -> None:
    """Whoever gave it has suspended it. `told` is since when, by which source, what it says."""
    if document.state is not State.VERIFIED:
        raise Rejected(f"the document is {document.state}; only one that counts can be suspended")
    document.state, document.reasons = State.SUSPENDED, (str(told["told"]),)
    document.standing_from = str(told["source"])
    document.announce(DocumentSuspended(**document.about(), **told))


def reinstate(document: Document, told: Mapping[str, Any]) -> None:
    """The suspension is over."""
    if document.state is not State.SUSPENDED:
        raise Rejected(f"the document is {document.state}, not suspended")
    document.state, document.reasons = State.VERIFIED, ()
    document.standing_from = str(told["source"])
    document.announce(DocumentReinstated(**document.about(), **told))


def withdraw(document: Document, told: Mapping[str, Any]) -> None:
    """Whoever gave it has withdrawn it, for good."""
    if document.state not in (State.VERIFIED, State.SUSPENDED):
        raise Rejected(f"the document is {document.state}; only one that counts can be withdrawn")
    document.state, document.reasons = State.WITHDRAWN, (str(told["told"]),)
    document.standing_from = str(told["source"])
    document.announce(DocumentWithdrawn(**document.about(), **told))


def restrict(document: Document, told: str, due: datetime) -> None:
    """The register says that its scope was restricted: a person must look at what is left."""
    document.restricted = True
    document.ask_for_review((told,), due)
