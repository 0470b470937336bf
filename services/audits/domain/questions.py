"""Questions of an evidence request, and what counts as an answer to each type."""

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from pydantic import Field

from shared.domain import Rejected
from shared.events.base import Criminal, Said

MOST_TEXT = 10_000
MOST_ROWS = 500


class QuestionType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    FILE = "file"
    TABLE = "table"


class Question(Said):
    """`options` are those of a choice, `columns` the headings of a table."""

    id: str = Field(min_length=1, max_length=60)
    text: Criminal[str] = Field(min_length=3, max_length=2_000)
    type: QuestionType
    required: bool = True
    options: tuple[str, ...] = Field(default=(), max_length=100)
    columns: tuple[str, ...] = Field(default=(), max_length=30)


class Answer(Said):
    """`text` answers text, number, date and choice; the other fields the types of their names.

    `by_delegate`: a subcontractor gave it, to whom the questions were passed on.
    """

    question_id: str = Field(min_length=1, max_length=60)
    text: Criminal[str] = Field(default="", max_length=MOST_TEXT)
    choices: tuple[str, ...] = Field(default=(), max_length=100)
    document_ids: tuple[str, ...] = Field(default=(), max_length=50)
    rows: Criminal[tuple[tuple[str, ...], ...]] = Field(default=(), max_length=MOST_ROWS)
    by_delegate: bool = False

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.choices or self.document_ids or self.rows)


def must_be_askable(questions: tuple[Question, ...]) -> None:
    """Raise `Rejected` with the question that nobody could answer."""
    seen: set[str] = set()
    for number, question in enumerate(questions):
        field = f"questions.{number}"
        if question.id in seen:
            raise Rejected(f"two questions have the id {question.id}", field=f"{field}.id")
        seen.add(question.id)
        chooses = question.type in (QuestionType.CHOICE, QuestionType.CHOICES)
        if chooses and len(set(question.options)) < 2:
            raise Rejected("a choice has two options or more", field=f"{field}.options")
        if question.type is QuestionType.TABLE and not question.columns:
            raise Rejected("a table has columns", field=f"{field}.columns")
    if not questions:
        raise Rejected("ask at least one question", field="questions")


def must_answer(question: Question, answer: Answer, files: tuple[str, ...]) -> None:
    """Raise `Rejected` with what would be right; `files` are the documents kept for the request."""
    problem = _problem(question, answer, files)
    if problem:
        raise Rejected(problem, field=f"answers.{question.id}")


def _problem(question: Question, answer: Answer, files: tuple[str, ...]) -> str:
    text = answer.text.strip()
    match question.type:
        case QuestionType.NUMBER if not _is_number(text):
            return "a number such as 37,5"
        case QuestionType.DATE if not _is_day(text):
            return "a day such as 2026-11-23"
        case QuestionType.CHOICE if text not in question.options:
            return f"one of {', '.join(question.options)}"
        case QuestionType.CHOICES if not set(answer.choices) <= set(question.options):
            return f"some of {', '.join(question.options)}"
        case QuestionType.TABLE if any(len(row) != len(question.columns) for row in answer.rows):
            return f"each row has {len(question.columns)} cells: {', '.join(question.columns)}"
        case QuestionType.TABLE if any(len(c) > 1_000 for row in answer.rows for c in row):
            return "a cell has at most 1000 letters"
        case QuestionType.FILE if not set(answer.document_ids) <= set(files):
            return "a file that was uploaded for this request; upload it first"
    given = {
        QuestionType.CHOICES: bool(answer.choices),
        QuestionType.FILE: bool(answer.document_ids),
        QuestionType.TABLE: bool(answer.rows),
    }.get(question.type, bool(text))
    return "" if given else f"an answer of type {question.type}"


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.replace(" ", "").replace(",", ".")).is_finite()
    except InvalidOperation:
        return False


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
