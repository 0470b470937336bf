"""How long the certificates of the lines last."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.certificates import files_of, seconds_left
from tests.shared.test_brokers import authority


def test_the_files_are_those_that_the_two_lines_name(tmp_path: Path) -> None:
    ca, other = authority(tmp_path), tmp_path / "client.pem"
    other.write_bytes(ca.read_bytes())
    assert files_of(f"ssl://kafka:9093?ca={ca}", f"mongodb://m/?tls=true&tlsCAFile={other}") == {
        ca,
        other,
    }
    assert files_of("kafka:9092", "mongodb://m/?replicaSet=rs0") == set()


def test_a_file_lasts_as_long_as_its_first_certificate_to_end(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    told = dict(seconds_left({authority(tmp_path)}, now))
    assert told["ca.pem"] == pytest.approx(timedelta(days=1).total_seconds(), abs=60)
    assert dict(seconds_left({tmp_path / "ca.pem"}, now + timedelta(days=2))) == {"ca.pem": 0.0}


def test_a_file_that_cannot_be_read_is_as_good_as_ended(tmp_path: Path) -> None:
    (tmp_path / "spoilt.pem").write_text("no certificate")
    files = {tmp_path / "spoilt.pem", tmp_path / "away.pem"}
    assert dict(seconds_left(files, datetime.now(UTC))) == {"away.pem": 0.0, "spoilt.pem": 0.0}
