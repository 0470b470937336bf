"""What is wrong is told in one sentence; what services add is there."""

import pytest

from shared.administration import line
from shared.embedded.readiness import free_ports
from shared.identity import Refused
from shared.issuer import Issuer
from tests.command.conftest import Installation


def test_services_can_add_commands(installation: Installation) -> None:
    assert installation.ansvar("hello", "Mette") == "hej Mette\n"


def test_the_version_is_told(installation: Installation) -> None:
    assert installation.ansvar("version").startswith("ansvar 0.")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["lag"], "start one with `ansvar up`, or set ANSVAR_KAFKA_URL"),
        (["clock", "advance", "1d"], "no embedded system runs on"),
        (["up", "--only", "gamma"], "there is no service gamma; there are alpha, "),
        (["serve", "incomplete"], "needs the package no_such_package: run `make setup`"),
        (["token", "--role", "officer"], "run `ansvar up` first"),
        (["dead", "dismiss", "a/1", "--reason", "x"], "start one with `ansvar up`"),
        (["journal", "verify", "--only", "alpha"], "start one with `ansvar up`"),
        (["journal", "replay", "alpha", "--of", "beta"], "start one with `ansvar up`"),
    ],
)
def test_trouble_is_one_sentence(
    installation: Installation, words: list[str], expected: str
) -> None:
    said = installation.ansvar(*words, expect=1)
    assert said.startswith("ansvar: ")
    assert expected in said
    assert said.count("\n") == 1


def test_a_broker_that_is_not_there_is_one_sentence(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "TIMEOUT", 300)
    (port,) = free_ports(1)
    said = installation.ansvar("topics", "list", expect=1, ANSVAR_KAFKA_URL=f"127.0.0.1:{port}")
    assert said.startswith(f"ansvar: the broker at 127.0.0.1:{port} cannot be reached")


def test_a_wrong_option_is_explained_by_usage(installation: Installation) -> None:
    assert "No such option" in installation.ansvar("lag", "--far", expect=2)


async def test_a_token_names_person_roles_and_buyers(installation: Installation) -> None:
    installation.data.mkdir()
    words = ("--role", "officer", "--role", "auditor", "--buyer", "rm", "--name", "Mette Holm")
    token = installation.ansvar("token", *words).strip()
    verifier = Issuer(installation.data / "issuer.json").verifier()
    caller = await verifier.caller(token)
    assert (caller.subject, caller.name) == ("mette-holm", "Mette Holm")
    assert (caller.roles, caller.buyers) == (("officer", "auditor"), ("rm",))
    expired = installation.ansvar("token", "--role", "officer", "--hours", "-1").strip()
    with pytest.raises(Refused, match="expired"):
        await verifier.caller(expired)


def test_a_role_that_does_not_exist_is_told(installation: Installation) -> None:
    installation.data.mkdir()
    assert "there is no role king" in installation.ansvar("token", "--role", "king", expect=1)
