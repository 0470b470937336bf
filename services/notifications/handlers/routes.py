"""The router of the service: each room of handlers adds its own."""

from shared.router import Router

router = Router("notifications")
