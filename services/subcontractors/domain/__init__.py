"""The rules of chains, of exposure and of replacement."""

from services.subcontractors.domain.candidate import Answer, Candidate, Stage
from services.subcontractors.domain.chain import Chain
from services.subcontractors.domain.deeds import Declaration, Deed
from services.subcontractors.domain.exposure import CaseFile, Exposure, why_gone
from services.subcontractors.domain.footprint import Footprint
from services.subcontractors.domain.members import Member, Place, Standing
from services.subcontractors.domain.reach import ART_5K, exposures_of, reach_of
from services.subcontractors.domain.replacement import Replacement
from services.subcontractors.domain.surroundings import Surroundings

__all__ = [
    "ART_5K",
    "Answer",
    "Candidate",
    "CaseFile",
    "Chain",
    "Declaration",
    "Deed",
    "Exposure",
    "Footprint",
    "Member",
    "Place",
    "Replacement",
    "Stage",
    "Standing",
    "Surroundings",
    "exposures_of",
    "reach_of",
    "why_gone",
]
