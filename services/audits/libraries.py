"""The versions of the question library, one JSON file each."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from services.audits.domain.library import Library, LibraryQuestion
from services.audits.domain.questions import must_be_askable
from shared.domain import Rejected


class Libraries:
    def __init__(self, versions: Mapping[str, Library]) -> None:
        self._versions = dict(versions)

    @classmethod
    def load(cls, folder: Path) -> "Libraries":
        """Raises `ValueError` where a file is not what it should be, or there is none."""
        found: dict[str, Library] = {}
        for file in sorted(folder.glob("*.json")):
            library = Library.model_validate_json(file.read_bytes())
            _check(library, file)
            found[library.version] = library
        if not found:
            raise ValueError(f"{folder} holds no version of the question library")
        return cls(found)

    @property
    def versions(self) -> tuple[str, ...]:
        return tuple(self._versions)

    def on(self, day: date) -> Library:
        """The latest version in force; before the first one, that."""
        every = sorted(self._versions.values(), key=lambda one: one.valid_from)
        in_force = [one for one in every if one.valid_from <= day]
        return in_force[-1] if in_force else every[0]

    def questions(self, version: str, obligation: str) -> Mapping[str, LibraryQuestion]:
        """Those of a version about an obligation by id; none where that version is not here."""
        library = self._versions.get(version)
        found = library.obligations.get(obligation, ()) if library else ()
        return {one.id: one for one in found}

    def of(self, version: str) -> Library:
        if version not in self._versions:
            known = ", ".join(self.versions)
            raise Rejected(f"known versions of the checklist are {known}", field="version")
        return self._versions[version]


def _check(library: Library, file: Path) -> None:
    for code, source in (library.offences | library.complaint_offences).items():
        if len(source.strip()) < 3:
            raise ValueError(f"{file.name}: {code} may tell of offences by a rule: name it")
    for obligation, questions in library.obligations.items():
        ids = [one.id for one in questions]
        if len(set(ids)) < len(ids):
            raise ValueError(f"{file.name}: two questions of {obligation} have one id")
        for question in questions:
            for part in (question.text, question.source, *question.columns):
                if not part.get("en", "").strip():
                    raise ValueError(f"{file.name}: {question.id} lacks words in English")
        asked = library.report(obligation, "DK")
        try:
            if asked:
                must_be_askable(asked)
        except Rejected as wrong:
            raise ValueError(f"{file.name}: {obligation}: {wrong.reason}") from wrong
