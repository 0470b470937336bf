"""Takes a file in, by whatever way it came: kept first, then told of."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeVar

from services.onboarding.commands import ReceiveFile
from services.onboarding.files import FileStore
from services.onboarding.readers import LARGEST, media_type_of
from shared.store import Conflict

T = TypeVar("T")


async def take(
    data: bytes,
    *,
    name: str,
    buyer_id: str,
    channel: str,
    link_id: str = "",
    files: FileStore,
    tell: Callable[[ReceiveFile], Awaitable[T]],
) -> T:
    """Keep the bytes, then tell of the document.

    Files lie outside the transactions of the database: a file that is kept and never told of does
    no harm, a document without its file would.
    """
    digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
    refused = "" if data else "the file is empty"
    if len(data) > LARGEST:
        refused = too_large(len(data))
    if not refused:
        refused = await _keep(digest, data, files)
    return await tell(
        ReceiveFile(
            buyer_id=buyer_id,
            sha256=digest,
            name=name,
            media_type=media_type_of(data),
            size=len(data),
            channel=channel,
            link_id=link_id,
            refused=refused,
        )
    )


def too_large(size: int) -> str:
    return f"the file has {size} bytes; at most {LARGEST} are taken in"


async def _keep(digest: str, data: bytes, files: FileStore) -> str:
    """Keep a file; the reason why not, where it was erased before and must not come back."""
    try:
        await files.put(digest, data)
    except Conflict as erased:
        return f"the file was not kept: {erased}"
    return ""
