"""When a binding list is to be looked at: is it new enough, and is everybody compared with it?"""

from datetime import timedelta

from services.screening.messages import LookAtList
from services.screening.sources import source, sources
from shared.unit import Unit

AT_ONCE = timedelta(seconds=1)
"""After what is being handled now."""


def look_at(name: str, after: timedelta, unit: Unit) -> None:
    """Look at a list; a look that was to come is moved."""
    if source(name).binding:
        unit.schedule(f"look-at/{name}", unit.now + after, LookAtList(source=name))


def look_for(party_id: str, after: timedelta, unit: Unit) -> None:
    """Look at all lists for the sake of one party, whose gap may be too old by then, or closed."""
    for name, known in sources().items():
        if known.binding:
            id = f"look-at/{name}/{party_id}"
            unit.schedule(id, unit.now + after, LookAtList(source=name))
