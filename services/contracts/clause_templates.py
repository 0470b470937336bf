"""The clauses that a buyer's contracts of a category have where the contract names none itself.

Templates are dated data: the one with the longest CPV prefix that was in force on the day of the
contract counts, a buyer's own before everybody's.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.contracts.obligations import Obligations
from shared.events.words import Clause, Right

OBLIGATIONS = Path(__file__).parent / "templates" / "obligations.json"


class TemplateClause(BaseModel):
    """A clause of a template; the rights are checked to be known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    flows_down: bool
    rights: tuple[Right, ...]
    remedy_working_days: int = 10
    hearing_working_days: int = 10
    replacement_working_days: int = 20
    reason: str


class Template(BaseModel):
    """`valid_to` is the last day. An empty `cpv` fits every category."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    cpv: str = Field(pattern=r"^\d{0,8}$")
    buyer_id: str | None = None
    valid_from: date
    valid_to: date | None = None
    clauses: tuple[TemplateClause, ...]

    def fits(self, buyer_id: str, category: str, day: date) -> bool:
        return (
            self.buyer_id in (None, buyer_id)
            and category.startswith(self.cpv)
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


class Templates:
    def __init__(self, templates: Sequence[Template], obligations: Obligations) -> None:
        self._templates = tuple(templates)
        self.obligations = obligations
        self._complete: dict[int, tuple[Clause, ...]] = {}

    @classmethod
    def load(cls, path: Path, obligations: Path = OBLIGATIONS) -> "Templates":
        """Raises `ValidationError` where a file is not what it should be."""
        templates = TypeAdapter(list[Template]).validate_json(path.read_bytes())
        return cls(templates, Obligations.load(obligations))

    def complete(self, clauses: Sequence[Clause]) -> tuple[Clause, ...]:
        """The clauses with what they do not say themselves, above all the plan of follow-up."""
        return tuple(self.obligations.complete(clause) for clause in clauses)

    def clauses(self, buyer_id: str, category: str, day: date) -> tuple[str, tuple[Clause, ...]]:
        """The name of the template that applies, and its complete clauses; none where none fits."""
        fitting = [one for one in self._templates if one.fits(buyer_id, category, day)]
        if not fitting:
            return "", ()
        best = max(fitting, key=lambda one: (len(one.cpv), one.buyer_id or "", one.valid_from))
        place = self._templates.index(best)
        if place not in self._complete:
            said = (Clause(**clause.model_dump()) for clause in best.clauses)
            self._complete[place] = self.complete(tuple(said))
        return best.name, self._complete[place]
