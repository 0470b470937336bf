"""What every room's tests may lean on.

Most tests need nothing from here: rules are tested with plain values and handlers with
`shared.testing`. A test that needs the real protocols asks for `stack` and is marked by that as an
integration test; the broker and the database start once for each file.
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("ansvar", deadline=None)
settings.load_profile("ansvar")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running broker (`stack.kafka_url`) and database (`stack.mongo_url`) for one file of tests.

    Tests keep apart by topics, groups and databases of their own names.
    """
    be_patient()
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("integration")
    # The longest files begin first, or one process would tell the story while the other idles.
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)
