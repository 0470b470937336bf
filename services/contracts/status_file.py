"""All statuses of a buyer in one CSV file, for contract systems that take files at night."""

import asyncio
import csv
import hashlib
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from services.contracts.asking import Asking
from services.contracts.commands import StatusFileWritten, WriteStatusFile
from services.contracts.domain import Contract, PartyStanding, Stage
from services.contracts.status import StatusPayload
from shared.domain import Caller, Unknown
from shared.identifiers import slug
from shared.persons import PersonKey
from shared.store import Store

COLUMNS = (
    "about",
    "id",
    "title",
    "buyer_id",
    "supplier_ids",
    "contract_ids",
    "status",
    "status_version",
    "reason_codes",
    "basis",
    "payment_holds",
    "valid_from",
    "excluded_until",
    "procedure_id",
    "decision_ids",
    "list_as_of",
    "rulebook_version",
)
PIECE = 500
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""OWASP, CSV injection: cells that begin so are taken for formulas by spreadsheets."""


@dataclass(frozen=True)
class StatusFile:
    name: str
    content: bytes
    rows: int


class StatusFiles:
    """Makes the files, and writes the nightly ones into a folder, if the operator named one."""

    def __init__(self, store: Callable[[], Store], key: PersonKey, folder: Path | None) -> None:
        self._store = store
        self._key = key
        self.folder = folder

    async def make(self, buyer_id: str, day: date, at: datetime | None = None) -> StatusFile:
        """The statuses of all contracts and parties of a buyer, now or as they were at a moment.

        `day` is in the name of the file.
        """
        caller = Caller(subject="status-file", roles=("integration",), buyers=(buyer_id,))
        asking = Asking(self._store(), caller, self._key, at)
        found = [
            (contract, await _known(asking.of(contract)))
            async for contract in self._contracts(buyer_id)
        ]
        found.sort(key=lambda one: one[0].id)
        lines = [
            _row("contract", contract.id, contract.title, buyer_id, payload)
            for contract, payload in found
            if payload is not None
        ]
        parties = {party_id for contract, _ in found for party_id in contract.supplier_ids}
        parties |= {one.party_id for one in await self._standings(buyer_id)}
        for party_id in sorted(parties):
            of_party = await _known(asking.of_party(party_id, [party_id], buyer_id))
            if of_party is not None:
                lines.append(_row("party", party_id, "", buyer_id, of_party))
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows((COLUMNS, *lines))
        name = f"statuses-{slug(buyer_id)}-{day.isoformat()}.csv"
        return StatusFile(name, out.getvalue().encode(), len(lines))

    async def write(self, effect: WriteStatusFile) -> StatusFileWritten:
        """Write the file whole or not at all. Again it is the same file, with the same content."""
        assert self.folder is not None
        made = await self.make(effect.buyer_id, effect.day, effect.at)
        await asyncio.to_thread(_write, self.folder, made.name, made.content)
        return StatusFileWritten(
            buyer_id=effect.buyer_id,
            name=made.name,
            rows=made.rows,
            sha256=hashlib.sha256(made.content).hexdigest(),
        )

    async def _contracts(self, buyer_id: str) -> AsyncIterator[Contract]:
        """Each once, although one whose status changes meanwhile moves to the end."""
        seen: set[str] = set()
        after: str | None = None
        while True:
            lines = await self._store().search(
                Contract, {"buyer_ids": buyer_id}, sort="changed", limit=PIECE, after=after
            )
            for contract in lines:
                if contract.id not in seen and contract.stage is not Stage.EXPECTED:
                    seen.add(contract.id)
                    yield contract
            if len(lines) < PIECE:
                return
            after = lines[-1].changed

    async def _standings(self, buyer_id: str) -> list[PartyStanding]:
        return await self._store().search(PartyStanding, {"buyer_id": buyer_id}, limit=100_000)


async def _known(asked: Awaitable[StatusPayload]) -> StatusPayload | None:
    """None for what came later than the moment that is asked for."""
    try:
        return await asked
    except Unknown:
        return None


def _row(about: str, id: str, title: str, buyer_id: str, payload: StatusPayload) -> list[str]:
    holds = (
        f"{f'{hold.amount.amount:g} {hold.amount.currency}' if hold.amount else 'all'}"
        f" ({hold.basis}; until {hold.release_condition})"
        for hold in payload.payment_holds
    )
    lists = (f"{one.source} {one.list_date or one.version}" for one in payload.list_as_of)
    cells = [
        about,
        id,
        title,
        buyer_id,
        _joined(payload.supplier_ids),
        _joined(payload.contract_ids),
        payload.status.value,
        str(payload.status_version),
        _joined(payload.reason_codes),
        _joined(payload.basis),
        _joined(holds),
        payload.valid_from.isoformat() if payload.valid_from else "",
        payload.excluded_until.isoformat() if payload.excluded_until else "",
        payload.procedure_id or "",
        _joined(payload.decision_ids),
        _joined(lists),
        payload.rulebook_version,
    ]
    return [harmless(cell) for cell in cells]


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)


def harmless(cell: str) -> str:
    """The cell as text for every spreadsheet: an apostrophe before what begins a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(BEGINS_FORMULA) else cell


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.{os.getpid()}.part"
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, folder / name)
