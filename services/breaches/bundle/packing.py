"""From what is known of a case to the ZIP: files, the log of what was withheld, the manifest."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from services.breaches.bundle import verify
from services.breaches.domain import Case, Decision
from services.breaches.letters import LANGUAGES, Letter
from services.breaches.letters.paper import readable
from shared.envelope import Entry
from shared.events.base import is_natural_person

PLAIN = frozenset(
    {
        *("case_id", "contract_id", "buyer_id", "party_id", "supplier_id", "track", "rule"),
        *("status", "exposure_ids", "phase", "mandatory", "basis", "rulebook_version", "due"),
        *("link_id", "by", "addressee_id", "heard_alongside", "decision_id", "consequence"),
        *("deadline", "signatures", "complete", "need", "settles", "way_out", "relevant_until"),
        *("enough", "reliable", "authority", "until", "amount", "left", "days_of_stock", "kind"),
        *("replacement_id", "outgoing_id", "incoming_id", "effective", "chain_version"),
    }
)
"""Fields in which nobody writes freely. A redacted bundle shows a fact that has no other, and
names no natural person."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same case gives the same bytes: a ZIP's own times say nothing."""


@dataclass
class Evidence:
    """All that is known of a case. `chains` are facts by the service that announced them."""

    case: Case
    made: datetime
    chains: dict[str, list[Entry]]
    letters: list[Letter] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)


def ids_of(case: Case) -> set[str]:
    """The ids of what the case rests on: not the party itself, which is about other cases too."""
    papers = (id for exchange in case.exchanges for id in exchange.document_ids)
    ids = {case.id, case.replacement_id, *case.exposure_ids, *case.cause_refs, *papers}
    return ids - {""}


@dataclass
class Pack:
    files: dict[str, bytes] = field(default_factory=dict)
    withheld: list[dict[str, str]] = field(default_factory=list)

    def withhold(self, what: str, data: bytes, why: str) -> None:
        """The log names what is not there, and its hash, so that it can be shown later."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.withheld.append({"what": what, "sha256": sha256, "why": why})


def pack(evidence: Evidence, *, redacted: bool) -> bytes:
    """The bundle. A redacted one shows no free text, no letter and no document, and logs each."""
    parts = Pack()
    for service, entries in sorted(evidence.chains.items()):
        _chains(parts, service, entries, redacted)
    _letters(parts, evidence.letters, redacted)
    for id, data in sorted(evidence.documents.items()):
        if redacted:
            parts.withhold(f"document {id}", data, "documents can name persons and trade secrets")
        else:
            parts.files[f"documents/{_safe(id)}"] = data
    state = evidence.case.model_dump_json(indent=1).encode()
    if redacted:
        parts.withhold("case.json", state, "it holds what people wrote")
    else:
        parts.files["case.json"] = state
    parts.files["lists.json"] = _json(_lists(evidence.chains))
    parts.files["withheld.json"] = _json(parts.withheld)
    parts.files["case.pdf"] = readable(f"Case {evidence.case.id}", _paragraphs(evidence, redacted))
    parts.files["verify.py"] = Path(verify.__file__).read_bytes()
    manifest = {
        "case": evidence.case.id,
        "made": evidence.made.isoformat(),
        "rulebook_version": evidence.case.rulebook_version,
        "redacted": redacted,
        "files": {n: hashlib.sha256(d).hexdigest() for n, d in sorted(parts.files.items())},
    }
    return _zip({verify.MANIFEST: _json(manifest), **dict(sorted(parts.files.items()))})


def _chains(parts: Pack, service: str, entries: Iterable[Entry], redacted: bool) -> None:
    lines: dict[str, list[str]] = {}
    for entry in entries:
        fact: dict[str, Any] = {name: getattr(entry, name) for name in (*verify.SAID, "hash")}
        fact["body"] = base64.b64encode(entry.body).decode()
        if redacted and not _is_plain(json.loads(entry.body)):
            fact["body"] = None
            parts.withhold(f"text of {entry.id}", entry.body, "people wrote in it, or it names one")
        name = f"journal/{service}/{_safe(entry.kind)}-{_safe(entry.key)}.jsonl"
        lines.setdefault(name, []).append(json.dumps(fact, sort_keys=True))
    for name, facts in lines.items():
        parts.files[name] = ("\n".join(facts) + "\n").encode()


def _is_plain(body: dict[str, Any]) -> bool:
    return body.keys() <= PLAIN and not any(
        isinstance(value, str) and is_natural_person(value) for value in body.values()
    )


def _letters(parts: Pack, letters: list[Letter], redacted: bool) -> None:
    for letter in sorted(letters, key=lambda one: one.number):
        if letter.covered:
            what = f"letters/{letter.number:03}-{letter.kind}"
            why = "it is about a person and may tell of offences: role offence_reader"
            parts.withheld.append({"what": what, "sha256": "", "why": why})
            continue
        for language in LANGUAGES:
            name = f"letters/{letter.number:03}-{letter.kind}-{language}.pdf"
            if redacted:
                parts.withhold(name, letter.pdf(language), "letters hold what concerns one party")
            elif letter.pdf(language):
                parts.files[name] = letter.pdf(language)
                text = getattr(letter, f"text_{language}")
                parts.files[name.removesuffix("pdf") + "txt"] = text.encode()


def _lists(chains: dict[str, list[Entry]]) -> list[dict[str, Any]]:
    """Every version of a list that a fact of the bundle names."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entries in chains.values():
        for entry in entries:
            for one in _said_of_lists(json.loads(entry.body)):
                found[str(one["source"]), str(one["version"])] = {
                    name: one[name] for name in ("source", "version", "list_date") if name in one
                }
    return [found[key] for key in sorted(found)]


def _said_of_lists(said: object) -> Iterable[dict[str, Any]]:
    if isinstance(said, dict):
        if "source" in said and "version" in said:
            yield said
        for value in said.values():
            yield from _said_of_lists(value)
    elif isinstance(said, list):
        for value in said:
            yield from _said_of_lists(value)


def _paragraphs(evidence: Evidence, redacted: bool) -> list[str]:
    case = evidence.case
    told = [
        f"Contract {case.contract_id} of {case.buyer_id}; supplier {case.supplier_id}",
        f"Rule {case.rule} of rulebook {case.rulebook_version}; track {case.track}; phase "
        f"{case.phase}; {'mandatory' if case.mandatory else 'discretionary'}",
        f"State: {case.stage}; the contract shows {case.status}",
    ]
    if not redacted:
        told.append(f"Party {case.party_id} by {' > '.join(case.path)}: {case.cause.detail}")
    for step in case.steps:
        detail = "" if redacted else f": {step.detail}"
        told.append(f"{step.at:%Y-%m-%d %H:%M} UTC · {step.what} · {step.by}{detail}")
    for decision in case.decisions:
        told.append(
            f"Decision {decision.decision_id}: {decision.consequence} on {decision.basis}; "
            f"prepared by {decision.by}, signed by {', '.join(decision.signed_by) or 'nobody'}"
        )
        if not redacted:
            told += _weighed(decision)
    return told


def _weighed(decision: Decision) -> Iterable[str]:
    """Why it was proportionate, side by side, and what was said of opinion and public interest."""
    sides = decision.weighing.model_dump() if decision.weighing else {}
    also = ("proportionality", "deviation", "derogation")
    for name, text in (*sides.items(), *((one, getattr(decision, one)) for one in also)):
        if text:
            yield f"{name.replace('_', ' ').capitalize()}: {text}"


def _zip(files: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, data)
    return whole.getvalue()


def _json(said: object) -> bytes:
    return (json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _safe(name: str) -> str:
    """An id as the name of a file: whatever else it holds can lead nowhere."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name).strip(".") or "_"
