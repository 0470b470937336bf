"""The watched lists: which versions parties are compared with."""

from fastapi.responses import Response

from services.console.pages.door import EVERYONE, api
from services.console.readmodels.hits import WatchedList
from services.console.views import view_of
from shared.http import Desk


@api.get("/lists", roles=EVERYONE, response_class=Response)
async def lists(desk: Desk) -> Response:
    """Which versions we compare with, how old they are, and what was compared."""
    found = await desk.find(WatchedList)
    found.sort(key=lambda one: (not one.binding, one.id))
    return view_of(desk).page("lists.html.j2", lists=found)
