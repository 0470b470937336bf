"""How contracts is put together."""

import pytest

from services.contracts.app import Settings, service
from shared.domain import Rejected
from shared.webhooks import Addresses

KEYS = {"person_key": "11" * 32, "webhook_secret": "whsec_" + "a" * 43 + "="}


def test_every_adapter_that_handlers_ask_for_is_there() -> None:
    contracts = service(Settings.model_validate(KEYS))
    contracts.router.bound(contracts.adapters or contracts._given)  # type: ignore[arg-type]


@pytest.mark.parametrize("embedded", [True, False])
def test_this_machine_may_be_called_in_the_embedded_mode_only(embedded: bool) -> None:
    settings = Settings.model_validate(
        KEYS | {"embedded": embedded, "webhook_hosts": "hooks.example.org, 127.0.0.2"}
    )
    addresses = Addresses(settings.hosts)
    addresses.check("https://hooks.example.org/x")
    addresses.check("http://127.0.0.2:81/x")
    if embedded:
        addresses.check("http://127.0.0.1:8080/x")
    else:
        with pytest.raises(Rejected):
            addresses.check("http://127.0.0.1:8080/x")
