"""Writes an OCDS record of the hand-written releases of one procedure."""

import json
from pathlib import Path

OCDS = Path(__file__).resolve().parents[1] / "ocds"


def record() -> bytes:
    """A record package with both releases embedded, the newer one first."""
    releases = [
        json.loads((OCDS / name).read_text())["releases"][0]
        for name in ("nordlys-amendment.json", "nordlys-contract.json")
    ]
    package = {
        "version": "1.1",
        "uri": "https://kontrakter.region-nordlyset.example/ocds/RN-2026-014/record.json",
        "publishedDate": "2026-11-21T09:10:00+01:00",
        "publisher": {"name": "Region Nordlyset", "scheme": "DK-CVR", "uid": "91204711"},
        "records": [{"ocid": releases[0]["ocid"], "releases": releases}],
    }
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()
