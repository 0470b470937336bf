"""The watched lists: which versions parties are compared with."""

from fastapi.responses import Response

from services.console.pages.door import EVERYONE, api
from services.console.pages.sheets import sheet, shown, wants_sheet
from services.console.readmodels.hits import WatchedList
from services.console.views import view_of
from shared.http import Desk


@api.get("/lists", roles=EVERYONE, response_class=Response)
async def lists(desk: Desk) -> Response:
    """Which versions we compare with, how old they are, and what was compared."""
    found = await desk.find(WatchedList)
    found.sort(key=lambda one: (not one.binding, one.id))
    view, rows = view_of(desk), shown(desk, found)
    if wants_sheet(desk):
        return sheet(
            view,
            "lists",
            (
                ("col.list", lambda one: one.id.upper()),
                ("col.version", lambda one: one.version_hash),
                ("list.dated", lambda one: one.list_date),
                ("col.taken", lambda one: one.taken),
                ("col.entries", lambda one: one.entries),
                ("list.added", lambda one: one.added),
                ("list.changed", lambda one: one.changed),
                ("list.removed", lambda one: one.removed),
                ("col.compared", lambda one: one.parties),
                ("col.gaps", lambda one: one.gaps),
            ),
            found,
        )
    return view.page("lists.html.j2", lists=found, rows=rows)
