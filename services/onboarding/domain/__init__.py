"""The rules of onboarding: parties, documents, claims and qualifications."""

from .ask import Ask, AskState, ask_id
from .consignment import Consignment, consignment_id
from .contract import Contract, Door, reference_of
from .document import Document, State, document_id
from .housekeeping import SWEEP, Housekeeping
from .ledger import Claim, ClaimState, Evidence, Ledger, claim_id, ledger_id
from .likeness import Likeness, LikenessState
from .party import Party
from .qualification import Qualification, qualification_id
from .request import Request
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
from .screened import Screened
from .stages import WAITING, Around, Stage, Wanted

__all__ = [
    "SWEEP",
    "WAITING",
    "Answer",
    "Around",
    "Ask",
    "AskState",
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
    "Likeness",
    "LikenessState",
    "NamedContact",
    "NamedGood",
    "NamedPartner",
    "NamedPerson",
    "Ownership",
    "Party",
    "Qualification",
    "Request",
    "Screened",
    "Stage",
    "State",
    "Understanding",
    "Wanted",
    "ask_id",
    "claim_id",
    "consignment_id",
    "document_id",
    "ledger_id",
    "qualification_id",
    "reference_of",
]
