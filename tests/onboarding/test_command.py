"""`ansvar documents read FILE`."""

import json
from hashlib import sha256
from pathlib import Path

from typer.testing import CliRunner

from services.onboarding.command import NOT_UNDERSTOOD, WRONG, documents

SAMPLES = Path(__file__).parents[2] / "samples"


def test_what_is_understood_of_a_file_is_printed_as_json() -> None:
    file = SAMPLES / "espd/hansen-holm-espd-4.1.0.xml"
    result = CliRunner().invoke(documents, ["read", str(file)])
    assert result.exit_code == 0
    understood = json.loads(result.stdout)
    assert understood["party"]["party_id"] == "dk-cvr-94610346"
    assert {a["ground"]: a["value"] for a in understood["answers"]}["EX-B1"] is False
    version = {"name": "version", "value": "4.1.0", "place": "version", "method": "xml"}
    assert version.items() <= understood["fields"][0].items()
    assert understood["fields"][0]["confidence"] == 1.0


def test_a_file_that_is_not_understood_is_a_sentence_and_an_exit_code(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"hello")
    result = CliRunner().invoke(documents, ["read", str(file)])
    assert result.exit_code == NOT_UNDERSTOOD
    assert result.stdout == ""
    assert "letter.pdf: this is application/octet-stream" in result.stderr


def test_the_ids_of_persons_follow_the_key_of_the_system() -> None:
    file = SAMPLES / "bods/baltic.json"
    seen = [
        CliRunner().invoke(documents, ["read", str(file)], env={"ANSVAR_PERSON_KEY": key * 32})
        for key in ("11", "11", "22")
    ]
    assert seen[0].stdout == seen[1].stdout != seen[2].stdout


def test_every_sample_of_every_type_can_be_read_without_a_system() -> None:
    for folder in ("papers", "pdf", "csv", "xlsx", "bods", "espd"):
        file = sorted((SAMPLES / folder).iterdir())[0]
        result = CliRunner().invoke(documents, ["read", str(file)])
        assert result.exit_code == 0, file
        assert json.loads(result.stdout)["kind"]


def test_examples_say_which_values_are_still_read_wrong(tmp_path: Path) -> None:
    folder = SAMPLES / "papers"
    paper = (folder / "mdr-havblik.pdf").read_bytes()

    def one(hash: str, name: str, right: str) -> dict[str, object]:
        correction = {"number": 0, "name": name, "read": "x", "right": right}
        return {"sha256": hash, "corrections": [correction]}

    known = sha256(paper).hexdigest()
    told = [
        one(known, "number", "PNB-MDR-24-00311"),
        one(known, "body_number", "9908"),
        one("0" * 64, "number", "PNB"),
    ]
    file = tmp_path / "examples.json"
    file.write_text(json.dumps({"items": told}))
    result = CliRunner().invoke(documents, ["examples", str(file), str(folder)])
    assert result.exit_code == WRONG
    assert "mdr-havblik.pdf: body_number is '9908', read as '9907'" in result.stdout
    assert "1 right, 1 wrong, 1 without a file" in result.stdout
