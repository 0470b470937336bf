"""Official digital post and tender platforms, behind one interface; here by way of folders.

A letter becomes a folder `out/<letter>` with `message.json`, `letter.html` and `letter.txt`, which
appears whole or not at all. Whoever carries it to the post puts a receipt into `receipts`:

    {"letter_id": "letter-…", "status": "delivered", "at": "2026-11-23T10:12:00Z",
     "reference": "the number of the post"}

or the status `refused` with a `problem`. The moment of a receipt is that of delivery.
"""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Protocol

from services.notifications.mail import Writer
from services.notifications.messages import PostLetter

DIGITAL_POST, TENDER_PLATFORM = "digital-post", "tender-platform"
REGISTERED = ("dk-cvr-", "se-orgnr-")
"""Parties whose id begins so have a mailbox of their state: Digital Post by CVR number (Danish act
on digital post, sections 2 and 3), Swedish digital mailboxes by organisation number."""


class Post(Protocol):
    def reaches(self, party_id: str) -> bool: ...

    async def hand_over(self, letter: PostLetter) -> None:
        """Give a letter to the post, under an id that stays the same. Raises to try again."""


class FolderPost:
    """A post that is reached by folders."""

    def __init__(self, folder: Path, writer: Writer, reached: tuple[str, ...] = ()) -> None:
        self.folder, self._writer, self._reached = folder, writer, reached

    @property
    def receipts(self) -> Path:
        return self.folder / "receipts"

    def reaches(self, party_id: str) -> bool:
        return not self._reached or party_id.startswith(self._reached)

    async def hand_over(self, letter: PostLetter) -> None:
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: PostLetter) -> None:
        out = self.folder / "out"
        there = out / letter.notification_id
        if there.exists():
            return
        subject, text, html = self._writer.page(letter)
        writing = out / f".{letter.notification_id}.part"
        shutil.rmtree(writing, ignore_errors=True)
        writing.mkdir(parents=True)
        scheme, _, number = letter.party_id.rpartition("-")
        said = {
            "letter_id": letter.notification_id,
            "post": letter.post,
            "recipient": {"scheme": scheme, "id": number},
            "language": letter.language,
            "subject": subject,
            "about": letter.about,
            "answer_by": letter.due.isoformat() if letter.due else None,
            "files": ["letter.html", "letter.txt"],
        }
        (writing / "letter.html").write_text(html, "utf-8")
        (writing / "letter.txt").write_text(text, "utf-8")
        (writing / "message.json").write_text(json.dumps(said, ensure_ascii=False, indent=1))
        os.replace(writing, there)
