"""Compares parties with listed entries: who resembles whom, how much, and why, in words."""

from services.screening.matching.index import Index, Likeness
from services.screening.matching.policy import Policy, load_policy
from services.screening.matching.subject import Subject, subject_of

ENGINE = "ansvar-names/3"
"""Named in every PartyScreened; another number wherever the same input could score otherwise."""

__all__ = ["ENGINE", "Index", "Likeness", "Policy", "Subject", "load_policy", "subject_of"]
