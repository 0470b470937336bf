"""All pages of the console, as the routes of a service."""

from pathlib import Path

from services.console.pages import (
    arrivals,
    audits,
    cases,
    contracts,
    documents,
    doing,
    follow_up,
    hits,
    inbox,
    insight,
    interests,
    letters,
    likenesses,
    lists,
    operations,
    payments,
    preferences,
    reach,
    retention,
    rota,
    search,
    sign_in,
    suppliers,
    things,
    today,
)
from services.console.pages.door import api

PAGES = (
    today,
    hits,
    cases,
    documents,
    arrivals,
    suppliers,
    contracts,
    audits,
    things,
    doing,
    follow_up,
    lists,
    payments,
    operations,
    reach,
    retention,
    likenesses,
    letters,
    preferences,
    inbox,
    insight,
    interests,
    rota,
    search,
    sign_in,
)
"""The modules whose import declares the routes."""

api.files("/static", Path(__file__).parent / "static")

__all__ = ["PAGES", "api"]
