"""The main story, played on a running system through its public interfaces only.

It is told by `ansvar demo` and proved by the end-to-end test: requests over HTTP with tokens of
their own, files in the intake folder, facts on Kafka, mails, webhooks. Nothing here knows a
service from the inside. Every request has the same Idempotency-Key and every file the same bytes
each time, so the story can be played again, or go on after anything was killed, and whatever has
happened already does not happen again.
"""


class NotTrue(Exception):
    """The story claims something that is not so. The message says what was, instead."""
