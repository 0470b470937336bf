"""What officers and administrators ask of screening, and what it reminds itself of."""

from shared.events.base import Command, Internal


class LoadList(Command):
    """Take a file in as the next version of a list. The file is kept; what it says is counted.

    `force` overrules the guard against cut-off files and older lists; it takes a reason.
    """

    source: str
    sha256: str
    force: bool = False
    reason: str = ""


class ConfirmHit(Command):
    """For this buyer, the party is the listed entry."""

    hit_id: str
    buyer_id: str
    reason: str


class DismissHit(Command):
    """For this buyer, the party is somebody else."""

    hit_id: str
    buyer_id: str
    reason: str


class KeepPart(Internal):
    """The next entries of a version are to be written."""

    version_id: str
    attempt: int
    start: int


class SweepPart(Internal):
    """The next parties are to be compared with a version that came into force."""

    sweep_id: str
    part: int
