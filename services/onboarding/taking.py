"""Takes a file in, by whatever way it came: kept first, then told of."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, TypeVar

from services.onboarding.commands import ReceiveFile
from services.onboarding.files import FileStore
from services.onboarding.readers import LARGEST, media_type_of
from services.onboarding.unpacking import LARGEST_CONTAINER, container_of
from shared.store import Conflict

T = TypeVar("T")


NOT_KEPT = "the file was not kept"
"""How the reason begins where a file was erased before."""


async def take(
    data: bytes,
    *,
    name: str,
    buyer_id: str,
    channel: str,
    files: FileStore,
    tell: Callable[[ReceiveFile], Awaitable[T]],
    **known: Any,
) -> T:
    """Keep the bytes, then tell of the document. `known` is what else `ReceiveFile` carries.

    Files lie outside the transactions of the database: a file that is kept and never told of does
    no harm, a document without its file would.
    """
    digest, refused = await kept(data, files)
    return await tell(
        ReceiveFile(
            buyer_id=buyer_id,
            sha256=digest,
            name=name,
            media_type=await asyncio.to_thread(media_type, data),
            size=len(data),
            channel=channel,
            refused=refused,
            **known,
        )
    )


def media_type(data: bytes) -> str:
    """What a file is by its bytes: an archive or a mail, which are opened, or what else it is."""
    return container_of(data) or media_type_of(data)


async def kept(data: bytes, files: FileStore) -> tuple[str, str]:
    """The hash under which a file was kept, and why it was not, where it was not."""
    digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
    if not data:
        return digest, "the file is empty"
    most = LARGEST_CONTAINER if len(data) > LARGEST and container_of(data) else LARGEST
    if len(data) > most:
        return digest, too_large(len(data), most)
    return digest, await _keep(digest, data, files)


def too_large(size: int, most: int = LARGEST) -> str:
    return f"the file has {size} bytes; at most {most} are taken in"


async def _keep(digest: str, data: bytes, files: FileStore) -> str:
    """Keep a file; the reason why not, where it was erased before and must not come back."""
    try:
        await files.put(digest, data)
    except Conflict as erased:
        return f"{NOT_KEPT}: {erased}"
    return ""
