"""What an operator does to the broker: topics, lag, dead letters, replay.

The only room that knows kafka-python. The services themselves hear and send through aiokafka and
never come here; the `ansvar` command does.
"""


class CannotAdminister(Exception):
    """The broker, or what was asked for, is not there; the message says it in one sentence."""


TIMEOUT = 10_000  # milliseconds that the broker may take for one answer
