"""The rules of screening: what a hit is, what a verdict does, what a listed owner means."""

from services.screening.domain.flag import Flag, flag_id
from services.screening.domain.freeze import FREEZE_RULE, Finding, freeze
from services.screening.domain.hit import Hit, HitState, Match, Verdict, VerdictKind, hit_id
from services.screening.domain.holding import Holding, holdings_of
from services.screening.domain.listed import (
    Delta,
    EntryKind,
    ListedEntry,
    ListedIdentifier,
    ListedName,
    Manifest,
)
from services.screening.domain.ownership import Ownership, ownership_id
from services.screening.domain.polling import Polling, polling_id
from services.screening.domain.screening import Confirmed, HitMark, Screening, matters
from services.screening.domain.sweep import Sweep, sweep_id
from services.screening.domain.watchlist import (
    Counts,
    Guard,
    ListVersion,
    VersionState,
    Watchlist,
    list_version_of,
    version_id,
    watchlist_id,
)

__all__ = [
    "FREEZE_RULE",
    "Confirmed",
    "Counts",
    "Delta",
    "EntryKind",
    "Finding",
    "Flag",
    "Guard",
    "Hit",
    "HitMark",
    "HitState",
    "Holding",
    "ListVersion",
    "ListedEntry",
    "ListedIdentifier",
    "ListedName",
    "Manifest",
    "Match",
    "Ownership",
    "Polling",
    "Screening",
    "Sweep",
    "Verdict",
    "VerdictKind",
    "VersionState",
    "Watchlist",
    "flag_id",
    "freeze",
    "hit_id",
    "holdings_of",
    "list_version_of",
    "matters",
    "ownership_id",
    "polling_id",
    "sweep_id",
    "version_id",
    "watchlist_id",
]
