"""What is in the product: `python -m deploy.bill sbom` or `licences`.

The bill of materials is CycloneDX 1.6, made from `requirements.lock` (names, versions, hashes) and
from what the installed packages say of their licence; it needs no network. `licences` ends with 1
where a package has a licence that is not on the list, or says none.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

PERMISSIVE = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|BSD|BSD-[23]-Clause|0BSD|Apache|Apache-2\.0|ISC|PSF-2\.0|Python Software"
    r" Foundation|Zlib|HPND|Unlicense|CC0-1\.0|Public Domain|BSL-1\.0|Zero-Clause)\b",
    re.I,
)
WEAK = re.compile(r"\b(MPL|MPL-2\.0|Mozilla Public License|LGPL|LGPLv?[23]|Lesser General)", re.I)
"""Copyleft of the file or the library: used as it is, unchanged and replaceable."""

EUPL = re.compile(r"\bEUPL\b")
KNOWN = {
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}
"""Packages whose metadata say it in no known field; read from the files that they ship."""

ACCEPTED = {
    "secantusdb": "the embedded stand-in for MongoDB, for trial and tests; in no image",
}
"""Strong copyleft that never leaves this machine with our code, and why."""


def pins() -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and hashes of every entry of the lock."""
    for entry in re.split(r"^(?=[A-Za-z0-9])", LOCK.read_text(), flags=re.M):
        if found := PIN.match(entry):
            yield found[1].lower(), found[2], HASH.findall(entry)


def licence_of(name: str) -> str:
    """What a package says of its licence; nothing where it is not installed here."""
    if name in KNOWN:
        return KNOWN[name]
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    classified = [
        line.rpartition("::")[2].strip()
        for line in about.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    fields = [str(about[one]) for one in ("License-Expression", "License") if one in about]
    said = next(iter(fields[:1] if "License-Expression" in about else classified), "")
    said = said or next(iter(fields), "")
    return " ".join(said.split())[:120] or _in_a_file(distribution(name))


def _in_a_file(about: Distribution) -> str:
    """The first words of the licence that a package ships."""
    for file in about.files or ():
        if re.search(r"(?i)licen[cs]e|copying", file.name):
            text = Path(str(file.locate())).read_text(errors="replace")
            return " ".join(text.split())[:120]
    return ""


def wrong(name: str, licence: str) -> str:
    """Why a package must not be here; nothing where it may."""
    parts = re.split(r"\s+AND\s+", licence)
    fine = all(any(one.search(part) for one in (PERMISSIVE, WEAK, EUPL)) for part in parts)
    if fine or name in ACCEPTED:
        return ""
    return f"{name}: {licence or 'says no licence'}"


def unlicensed() -> list[str]:
    """Installed packages of the lock whose licence nobody has accepted."""
    found = []
    for name, _, _ in pins():
        try:
            distribution(name)
        except PackageNotFoundError:
            continue  # for another machine than this one
        if reason := wrong(name, licence_of(name)):
            found.append(reason)
    return found


def sbom() -> dict[str, Any]:
    """The bill of materials. The same lock gives the same bill: no time and no random id."""
    parts: list[dict[str, Any]] = []
    for name, version, hashes in pins():
        purl = f"pkg:pypi/{name}@{version}"
        licence = licence_of(name)
        parts.append(
            {
                "type": "library",
                "bom-ref": f"{purl}#{len(parts)}",
                "name": name,
                "version": version,
                "purl": purl,
                "licenses": [{"license": {"name": licence}}] if licence else [],
                "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
            }
        )
    about = {"type": "application", "bom-ref": "ansvar", "name": "ansvar", "version": "0.1.0"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about | {"licenses": [{"license": {"id": "EUPL-1.2"}}]}},
        "components": parts,
    }


def main() -> int:
    if sys.argv[1:] == ["sbom"]:
        json.dump(sbom(), sys.stdout, indent=1)
        return 0
    found = unlicensed()
    print("\n".join(found) or "every package has a licence that is accepted")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
