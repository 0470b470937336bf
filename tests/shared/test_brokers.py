"""Where the broker is and how one is let in."""

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from faststream.kafka.security import parse_security

from shared.brokers import BadBrokers, Brokers


def authority(folder: Path) -> Path:
    """A certificate authority of one day, as a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=now,
        not_valid_after=now + datetime.timedelta(days=1),
    )
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    file = folder / "ca.pem"
    signed = made.sign(key, hashes.SHA256())
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return file


def test_host_and_port_alone_are_a_plain_line() -> None:
    brokers = Brokers.at("one:9092,two:9092")
    assert brokers.options() == {"bootstrap_servers": "one:9092,two:9092"}
    assert brokers.security() is None


def test_a_user_over_tls_is_told_to_every_client_in_its_words(tmp_path: Path) -> None:
    ca = authority(tmp_path)
    brokers = Brokers.at(f"sasl_ssl://screening:p%40ss%2Fword@kafka:9093,b:9093?ca={ca}")
    told = brokers.options()
    context = told.pop("ssl_context")
    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname
    assert context.get_ca_certs()[0]["subject"] == ((("commonName", "test authority"),),)
    assert told == {
        "bootstrap_servers": "kafka:9093,b:9093",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "screening",
        "sasl_plain_password": "p@ss/word",
    }
    faststream = parse_security(brokers.security())
    assert faststream.pop("ssl_context") is context
    assert faststream == {k: v for k, v in told.items() if k != "bootstrap_servers"}


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_each_mechanism_is_named_alike_to_all_clients(mechanism: str) -> None:
    brokers = Brokers.at(f"sasl_plaintext://me:word@kafka:9092?mechanism={mechanism}")
    assert brokers.options()["sasl_mechanism"] == mechanism
    assert parse_security(brokers.security())["sasl_mechanism"] == mechanism
    assert parse_security(brokers.security())["security_protocol"] == "SASL_PLAINTEXT"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://kafka:9092", "begins with http://"),
        ("ssl://", "names no server"),
        ("sasl_ssl://kafka:9093", "names no user and password"),
        ("sasl_ssl://me@kafka:9093", "names no user and password"),
        ("ssl://me:word@kafka:9093", "use sasl_ssl://"),
        ("sasl_ssl://me:word@kafka:9093?mechanism=MD5", "asks for MD5"),
        ("ssl://kafka:9093?cafile=/x", "says cafile"),
        ("ssl://kafka:9093?ca=/nowhere/ca.pem", "is not there: /nowhere/ca.pem"),
    ],
)
def test_a_line_that_cannot_be_understood_says_what_would_be_right(url: str, why: str) -> None:
    with pytest.raises(BadBrokers, match="ANSVAR_KAFKA_URL") as refused:
        Brokers.at(url)
    assert why in str(refused.value)
    assert "word" not in str(refused.value).replace("password", "")


def test_what_is_shown_of_a_line_has_no_secret_in_it() -> None:
    assert Brokers.at("sasl_ssl://me:secret@kafka:9093").servers == "kafka:9093"
