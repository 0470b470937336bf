"""Where the handlers of this service are registered."""

from shared.router import Router

router = Router("breaches")
