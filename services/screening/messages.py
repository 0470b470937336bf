"""What officers and administrators ask of screening, and what it reminds itself of."""

from shared.events.base import Command, Effect, Internal


class LoadList(Command):
    """Take a file in as the next version of a list. The file is kept; what it says is counted.

    `force` overrules the guard against cut-off files and older lists; it takes a reason.
    """

    source: str
    sha256: str
    force: bool = False
    reason: str = ""


class NoteRefusal(Command):
    """A file was handed in that cannot be taken in: keep that as a fact.

    Without `sha256` it could not be read, for this reason; else it is looked at again.
    """

    source: str
    reason: str = ""
    sha256: str = ""


class FetchList(Command):
    """Ask for a list at its official address. `scheduled` where nobody asked for it just now."""

    source: str
    scheduled: bool = False


class FetchOfficial(Effect):
    """Ask a publisher for its list, unless it is the one that we know."""

    source: str
    attempt: int
    etag: str = ""
    modified: str = ""


class ListFetched(Internal):
    """A file came from the official address, can be read, and is kept."""

    source: str
    attempt: int
    sha256: str
    etag: str
    modified: str


class ListUnchanged(Internal):
    """The publisher says that the list is still the one that we know."""

    source: str
    attempt: int


class ListNotFetched(Internal):
    """The publisher did not answer, or with something else than its list (`unreadable`)."""

    source: str
    attempt: int
    reason: str
    unreadable: bool = False


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


class SweepNearest(Internal):
    """The parties that resemble the next new entries are to be compared, before all others."""

    sweep_id: str
    start: int


class StartMatching(Command):
    """Compare these lines, each a JSON object of texts, with the lists in force.

    Without a `threshold` it is the policy's.
    """

    lines: tuple[str, ...]
    threshold: float | None = None


class ForgetMatchJob(Command):
    """Delete a job's lines and results now."""

    job_id: str


class MatchPart(Internal):
    """The next lines of a job are to be compared."""

    job_id: str
    part: int


class ForgetMatching(Internal):
    """The time for which a job's results are kept is over."""

    job_id: str


class LookAtTaxList(Internal):
    """A day came from which another list of tax jurisdictions, or another agreement, counts."""


class ReviseTies(Internal):
    """The next parties are to be looked at, as the tax list changed; `after` is a party id."""

    walk: int
    after: str | None = None


class DestroyJobKey(Effect):
    """The key with which a job's lines and results were sealed is to be destroyed."""

    subject: str


class WatchLists(Command):
    """Watch that the binding lists stay new enough. The service tells itself when it starts."""


class LookAtList(Internal):
    """A limit of a list may have been passed: how old it is, and who was not compared with it."""

    source: str
