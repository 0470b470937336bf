"""Delegation matrices, one JSON file each, checked by the schema in `domain.delegation`."""

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from services.breaches.domain.delegation import Matrix

HERE = Path(__file__).parent


class NoMatrix(Exception):
    """No delegation matrix can be used, and why. Without one nobody could sign."""


class Matrices:
    """All matrices, oldest first."""

    def __init__(self, matrices: list[Matrix]) -> None:
        self._matrices = sorted(matrices, key=lambda matrix: matrix.valid_from)

    def on(self, day: date) -> Matrix:
        """The newest that has begun and is not over."""
        for matrix in reversed(self._matrices):
            if matrix.valid_from <= day and (matrix.valid_to is None or day <= matrix.valid_to):
                return matrix
        raise NoMatrix(f"no delegation matrix is in force on {day}")


def read_matrices(folder: Path = HERE) -> Matrices:
    """Every matrix in a folder. Raises `NoMatrix` that names the file and what is wrong."""
    matrices = []
    for path in sorted(folder.glob("*.json")):
        try:
            matrices.append(Matrix.model_validate_json(path.read_bytes()))
        except ValidationError as error:
            raise NoMatrix(f"{path.name}: {error}") from error
    if not matrices:
        raise NoMatrix(f"there is no delegation matrix in {folder}")
    return Matrices(matrices)
