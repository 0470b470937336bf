"""Where everything that is said to contracts comes in."""

from shared.router import Router

router = Router("contracts")
