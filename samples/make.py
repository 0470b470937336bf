"""Makes the generated samples anew: `python samples/make.py [--into FOLDER]`.

Twice the same bytes, on every machine. The releases (`ocds/`) and `people.csv` are written by
hand and not touched.
"""

import argparse
import sys
from pathlib import Path

from making import (
    cast,
    espd,
    espd_older,
    more_papers,
    notices,
    ownership,
    papers,
    record,
    register,
    sanctions,
    sheet,
    story,
    tables,
)

HERE = Path(__file__).resolve().parent


def samples() -> dict[str, bytes]:
    """Every generated file by its path below the folder of the samples."""
    made = {f"espd/{c.key}-espd-4.1.0.xml": espd.response(c) for c in cast.COMPANIES}
    made |= {f"bods/{c.key}.json": ownership.statements(c) for c in cast.COMPANIES}
    made |= dict(espd_older.responses())
    made |= papers.papers()
    made |= more_papers.papers()
    made |= tables.tables()
    made |= sanctions.lists()
    made["xlsx/underleverandoerer-nordlys.xlsx"] = sheet.subcontractors()
    made["eforms/rn-2026-031-contract-notice.xml"] = notices.contract_notice()
    made["eforms/rn-2026-031-result-notice.xml"] = notices.result_notice()
    made["tables/kontrakter.csv"] = register.as_csv()
    made["tables/kontrakter.xlsx"] = register.as_xlsx()
    made["tables/mapping.json"] = register.mapping()
    made["records/nordlys-record.json"] = record.record()
    made["story.json"] = story.index()
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the generated samples anew.")
    parser.add_argument("--into", type=Path, default=HERE, help="folder to write to")
    into: Path = parser.parse_args().into
    for name, content in samples().items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sys.stdout.write(f"{name}  {len(content)} bytes\n")


if __name__ == "__main__":
    main()
