"""A timestamp of RFC 3161, asked of openssl as the authority."""

import hashlib
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from shared.timestamps import QUERY, REPLY, HttpAuthority, Refused, request, status_of

DIGEST = hashlib.sha256(b"an anchor").digest()

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {0}/serial
crypto_device = builtin
signer_cert = {0}/cert.pem
signer_key = {0}/key.pem
certs = {0}/cert.pem
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
"""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A folder with the key, certificate and settings of an authority."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl is installed to be the authority")
    (tmp_path / "tsa.cnf").write_text(CONFIG.format(tmp_path))
    openssl(
        tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Time",
        "-addext", "extendedKeyUsage=critical,timeStamping", "-days", "2",
        "-keyout", "key.pem", "-out", "cert.pem",
    )  # fmt: skip
    return tmp_path


def openssl(folder: Path, *words: str) -> str:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_what_an_authority_says_of_a_digest_is_believed_by_openssl(authority: Path) -> None:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == QUERY
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (authority / "asked.tsq").write_bytes(asked)
            openssl(
                authority, "ts", "-reply", "-config", "tsa.cnf",
                "-queryfile", "asked.tsq", "-out", "answer.tsr",
            )  # fmt: skip
            self.send_response(200)
            self.send_header("Content-Type", REPLY)
            self.end_headers()
            self.wfile.write((authority / "answer.tsr").read_bytes())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.handle_request, daemon=True).start()
    answer = HttpAuthority(f"http://127.0.0.1:{server.server_port}/").stamp(DIGEST)
    server.server_close()
    (authority / "kept.tsr").write_bytes(answer)
    said = openssl(
        authority, "ts", "-verify", "-digest", DIGEST.hex(),
        "-in", "kept.tsr", "-CAfile", "cert.pem",
    )  # fmt: skip
    assert "Verification: OK" in said


def test_an_authority_that_is_away_or_says_no_is_told() -> None:
    with pytest.raises(Refused, match="does not answer"):
        HttpAuthority("http://127.0.0.1:9/").stamp(DIGEST)
    assert status_of(bytes.fromhex("30053003020102")) == 2
    assert status_of(b"<html>") == 2
    assert status_of(bytes.fromhex("30053003020100")) == 0


def test_a_request_is_what_openssl_reads(authority: Path) -> None:
    (authority / "q.tsq").write_bytes(request(DIGEST))
    said = openssl(authority, "ts", "-query", "-in", "q.tsq", "-text")
    assert "Hash Algorithm: sha256" in said
