"""Where everything that is said to audits comes in."""

from shared.router import Router

router = Router("audits")
