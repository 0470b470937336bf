"""The rules of onboarding: parties, documents, claims and qualifications."""

from .contract import Contract, Door, reference_of
from .document import Document, State, document_id
from .ledger import Claim, ClaimState, Evidence, Ledger, claim_id, ledger_id
from .party import Party
from .qualification import Qualification, Request, qualification_id
from .said import (
    Answer,
    Box,
    Correction,
    EvidenceRef,
    Field,
    Finding,
    NamedContact,
    NamedGood,
    NamedPartner,
    NamedPerson,
    Ownership,
    Understanding,
)

__all__ = [
    "Answer",
    "Box",
    "Claim",
    "ClaimState",
    "Contract",
    "Correction",
    "Document",
    "Door",
    "Evidence",
    "EvidenceRef",
    "Field",
    "Finding",
    "Ledger",
    "NamedContact",
    "NamedGood",
    "NamedPartner",
    "NamedPerson",
    "Ownership",
    "Party",
    "Qualification",
    "Request",
    "State",
    "Understanding",
    "claim_id",
    "document_id",
    "ledger_id",
    "qualification_id",
    "reference_of",
]
