"""Each test administers a service of its own name on the shared broker."""

import uuid

import pytest

from shared.administration import topics
from shared.embedded.stack import Stack


@pytest.fixture
def service(stack: Stack) -> str:
    """The name of a service whose topics are there."""
    name = f"service{uuid.uuid4().hex[:8]}"
    topics.apply(stack.kafka_url, [name])
    return name
