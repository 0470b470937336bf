"""The stand-ins that let Ansvar run on one machine without containers: broker, database, mail.

They exist for trying, developing and testing. Nothing here is loaded in any other mode, and the
limits of the stand-ins are told in `docs/adr`.
"""


class CannotStart(Exception):
    """The embedded mode cannot start here; the message says in one sentence what is missing."""
