"""Sends statuses as Standard Webhooks, to friends only: see `shared.webhooks`."""

from collections.abc import Awaitable, Callable

import httpx

from services.contracts.commands import SendWebhook, WebhookNotTaken, WebhookTaken
from shared.domain import Rejected
from shared.webhooks import Addresses, Secrets, SignedPost, look_up


class Webhooks:
    """Signs a delivery and tries it once."""

    def __init__(
        self,
        addresses: Addresses,
        secrets: Secrets,
        resolve: Callable[[str], Awaitable[list[str]]] = look_up,
    ) -> None:
        self._signed = SignedPost(addresses, secrets, resolve)

    async def send(self, effect: SendWebhook) -> WebhookTaken | WebhookNotTaken:
        """What came of the try."""
        ids = {"delivery_id": effect.delivery_id, "lane_id": effect.lane_id}
        try:
            status = await self._signed.post(
                effect.url,
                effect.body,
                id=effect.delivery_id,
                endpoint_id=effect.endpoint_id,
                generations=effect.generations,
            )
        except Rejected as rejected:
            return WebhookNotTaken(problem=rejected.reason, **ids)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return WebhookNotTaken(problem=f"{type(error).__name__}: {error}"[:200], **ids)
        if 200 <= status < 300:
            return WebhookTaken(**ids)
        gone = status == httpx.codes.GONE
        return WebhookNotTaken(problem=f"answered {status}", gone=gone, **ids)
