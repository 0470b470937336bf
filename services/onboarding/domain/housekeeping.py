"""What is done now and then so that nothing is kept for nothing."""

from datetime import datetime
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.onboarding import FilesSwept

SWEEP = "sweep"


class Housekeeping(Aggregate):
    """There is one. `swept` is when files without a document were last taken away."""

    indexes: ClassVar[tuple[str, ...]] = ()

    swept: datetime | None = None
    files: int = 0
    pieces: int = 0

    def sweep(self, at: datetime, files: int, pieces: int) -> None:
        """Count what was taken away; it is told only where there was something."""
        self.swept = at
        self.files, self.pieces = self.files + files, self.pieces + pieces
        if files or pieces:
            self.announce(FilesSwept(sweep_id=self.id, files=files, pieces=pieces))
