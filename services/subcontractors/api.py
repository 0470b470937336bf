"""What can be read and asked over HTTP: chains, rules, exposures, blast radius, replacements."""

from services.subcontractors.routes import blasts, chains, exposures, links, replacements
from services.subcontractors.routes.door import api

__all__ = ["api", "blasts", "chains", "exposures", "links", "replacements"]
