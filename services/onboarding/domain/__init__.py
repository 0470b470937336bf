"""The rules of onboarding: parties, documents, claims and qualifications."""

from .consignment import Consignment, consignment_id
from .contract import Contract, Door, reference_of
from .document import Document, State, document_id
from .housekeeping import SWEEP, Housekeeping
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
    "SWEEP",
    "Answer",
    "Box",
    "Claim",
    "ClaimState",
    "Consignment",
    "Contract",
    "Correction",
    "Document",
    "Door",
    "Evidence",
    "EvidenceRef",
    "Field",
    "Finding",
    "Housekeeping",
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
    "consignment_id",
    "document_id",
    "ledger_id",
    "qualification_id",
    "reference_of",
]
