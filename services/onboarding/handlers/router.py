"""The router that the handlers of this service are written on."""

from shared.router import Router

router = Router("onboarding")
