"""The copy that an applicant gets, and what the public may see: what is covered is not in it.

Both are a ZIP: the items, `withheld.json` (what is not there, on which basis and why; never what
it says) and `manifest.json` with a SHA-256 for every file. The same rulings give the same bytes.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from services.breaches.domain import Agreement, Case
from services.breaches.domain.insight import EVERYTHING, Insight, Item
from services.breaches.insight.law import Law
from services.breaches.insight.masking import masked
from services.breaches.insight.showing import Shown, case_fields, contract_fields
from services.breaches.letters import LANGUAGES, Letter
from services.breaches.letters.paper import readable
from shared.domain import Forbidden, Rejected
from shared.sealing import COVERED

BLACK = "█████"
"""In the place of a passage, always as long: its length would tell something of it."""

EPOCH = (1980, 1, 1, 0, 0, 0)

Lines = list[dict[str, Any]]


class Copy(NamedTuple):
    """The ZIP, its hash, and how many places are withheld in it."""

    data: bytes
    sha256: str
    withheld: int


class Sources(NamedTuple):
    """What the items of a request are, by their ref; documents are brought by whoever asks."""

    cases: Mapping[str, Case]
    agreements: Mapping[str, Agreement]
    letters: Mapping[str, Letter]
    documents: Mapping[str, bytes]


def copy_of(insight: Insight, sources: Sources, law: Law) -> Copy:
    """The copy of a request that was decided. Raises `Rejected` where an item cannot be covered."""
    files: dict[str, bytes] = {}
    log: Lines = []
    for item in insight.items:
        if item.outcome == "none":
            log += _log(item, item.withheld[0].basis, law, item.withheld[0].reason, EVERYTHING)
            continue
        shown, covered = _item(item, sources, law)
        files |= {f"{item.number:03}-{item.kind}/{name}": data for name, data in shown.items()}
        log += covered
    return _zip(files, log, {"insight": insight.id, "law": insight.law})


def _item(item: Item, sources: Sources, law: Law) -> tuple[dict[str, bytes], Lines]:
    if any(one.hides == COVERED for one in item.withheld):
        raise _not_for_this_reader(item)
    match item.kind:
        case "case":
            case = sources.cases[item.ref]
            fields = case_fields(case, sources.agreements[case.contract_id])
            if any(one.text == COVERED for one in fields):
                raise _not_for_this_reader(item)
            return _fields(item, fields, law)
        case "contract":
            return _fields(item, contract_fields(sources.agreements[item.ref]), law)
        case "letter":
            return _letter(item, sources.letters[item.ref], law)
    return _document(item, sources.documents, law)


def _not_for_this_reader(item: Item) -> Forbidden:
    """What is covered for whoever makes the copy can neither be shown nor be found in it."""
    return Forbidden(f"item {item.number} may tell of offences: the role offence_reader copies it")


def _fields(item: Item, fields: Sequence[Shown], law: Law) -> tuple[dict[str, bytes], Lines]:
    log: Lines = []
    closed = {one.field: one for one in item.withheld if one.field}
    if unknown := set(closed) - {one.field for one in fields}:
        raise Rejected(f"item {item.number} has no field {', '.join(sorted(unknown))}")
    for one in closed.values():
        log += _log(item, one.basis, law, one.reason, one.field)
    said = {one.field: one.text for one in fields if one.field not in closed}
    said, covered = _passages(item, said, law)
    return {"fields.json": _json(said)}, [*log, *covered]


def _letter(item: Item, letter: Letter, law: Law) -> tuple[dict[str, bytes], Lines]:
    """In every language that it was written in. A passage need be in one of them only."""
    if letter.covered:
        raise _not_for_this_reader(item)
    texts = {one: getattr(letter, f"text_{one}") for one in LANGUAGES}
    covered, log = _passages(item, {n: t for n, t in texts.items() if t}, law)
    files: dict[str, bytes] = {}
    for language, text in covered.items():
        title, *paragraphs = text.split("\n\n")
        files[f"letter-{language}.pdf"] = readable(title, paragraphs)
    return files, log


def _passages(item: Item, said: dict[str, str], law: Law) -> tuple[dict[str, str], Lines]:
    """The texts without the passages, however their words are parted there."""
    log: Lines = []
    for one in item.withheld:
        if one.field:
            continue
        pattern = re.compile(r"\s+".join(map(re.escape, one.hides.split())), re.IGNORECASE)
        places = {name: len(pattern.findall(text)) for name, text in said.items()}
        if not any(places.values()):
            raise Rejected(f"a passage that is to be covered is not in item {item.number}")
        said = {name: pattern.sub(BLACK, text) for name, text in said.items()}
        for name, count in places.items():
            log += _log(item, one.basis, law, one.reason, name) * count
    return said, log


def _document(
    item: Item, documents: Mapping[str, bytes], law: Law
) -> tuple[dict[str, bytes], Lines]:
    """A file is shown as it is, or as a PDF of pictures with the passages black."""
    data = documents.get(item.ref)
    if data is None:
        raise Rejected(f"bring the file {item.ref}: it lies with onboarding", field="documents")
    if hashlib.sha256(data).hexdigest() != item.sha256:
        raise Rejected(f"{item.ref} is another file than the one ruled on", field="documents")
    if item.outcome == "whole":
        return {"document": data}, []
    if any(one.field for one in item.withheld):
        raise Rejected(f"of document {item.ref} passages are covered, not fields")
    copy, places = masked(data, [one.hides for one in item.withheld])
    log: Lines = []
    for place in places:
        one = item.withheld[place["passage"] - 1]
        log += _log(item, one.basis, law, one.reason, f"page {place['page']}")
    return {"document.pdf": copy}, log


def public_copy(
    agreements: Iterable[Agreement], cases: Iterable[Case], law: Law, buyer_id: str
) -> Copy:
    """What anybody may see of a buyer: contracts, who works on them, and what was decided.

    Whatever is confidential by its class is withheld, and the log says of each field why.
    """
    known = {one.id: one for one in agreements}
    files: dict[str, bytes] = {}
    log: Lines = []
    told = [("contracts", id, contract_fields(one)) for id, one in sorted(known.items())]
    told += [
        ("cases", one.id, case_fields(one, known[one.contract_id]))
        for one in sorted(cases, key=lambda case: case.id)
        if one.contract_id in known
    ]
    for folder, id, fields in told:
        shown = {one.field: one.text for one in fields if one.confidentiality == "public"}
        files[f"{folder}/{_safe(id)}.json"] = _json(shown)
        for one in fields:
            if one.confidentiality != "public":
                ground = law.for_class(one.confidentiality)
                log.append(
                    {
                        "what": f"{folder}/{id}",
                        "where": one.field,
                        "class": one.confidentiality,
                        "basis": ground.code,
                        "law": ground.law,
                        "why": ground.name.in_language("en"),
                    }
                )
    return _zip(files, log, {"buyer": buyer_id, "law": law.name})


def _log(item: Item, basis: str, law: Law, reason: str, where: str) -> Lines:
    """One line. What was covered is not in it, nor a hash: a short passage could be guessed."""
    return [
        {
            "what": f"{item.number:03}-{item.kind} {item.title or item.ref}",
            "where": where,
            "basis": basis,
            "law": law.ground(basis).law,
            "why": reason,
        }
    ]


def _zip(files: dict[str, bytes], log: Lines, about: dict[str, str]) -> Copy:
    files = {**files, "withheld.json": _json(log)}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        manifest = _json({**about, "files": hashes, "withheld": len(log)})
        for name, data in {"manifest.json": manifest, **dict(sorted(files.items()))}.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    data = whole.getvalue()
    return Copy(data, hashlib.sha256(data).hexdigest(), len(log))


def _json(said: object) -> bytes:
    return (json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _safe(name: str) -> str:
    """An id as the name of a file: whatever else it holds can lead nowhere."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name).strip(".") or "_"
