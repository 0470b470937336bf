"""Questions of audits and self-reports, tied to obligations: versioned data.

A question is asked of a party (`type`, as in an evidence request) or answered by an auditor with a
verdict (`checked`); it can be both. What people read of it is kept by language.
"""

from datetime import date

from pydantic import Field

from services.audits.domain.questions import Question, QuestionType
from services.audits.domain.wordings import Text, said_in
from shared.events.base import Said, is_natural_person
from shared.events.offences import told_in

LANGUAGE_OF = {"DK": "da", "SE": "sv"}


class LibraryQuestion(Said):
    """`source` says which rule or clause wants to know it; `evidence` what would show it.

    A party must answer what is `required`; an auditor has a verdict on every question.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")
    text: Text
    source: Text
    evidence: str = ""
    checked: bool = True
    type: QuestionType | None = None
    required: bool = True
    options: tuple[str, ...] = ()
    columns: tuple[Text, ...] = ()

    def said(self, language: str) -> str:
        return said_in(self.text, language)

    def why(self, language: str) -> str:
        return said_in(self.source, language)

    def headings(self, language: str) -> tuple[str, ...]:
        return tuple(said_in(one, language) for one in self.columns)

    def asked(self, language: str) -> Question:
        """As it is asked of a party."""
        assert self.type is not None
        return Question(
            id=self.id,
            text=self.said(language),
            type=self.type,
            required=self.required,
            options=self.options,
            columns=self.headings(language),
        )


class Library(Said):
    """One version of the questions, by obligation.

    `offences`: obligations of which a finding may tell of offences, and by which rule they are
    ones; `complaint_offences` the same for categories of complaints (ADR 76).
    """

    version: str
    valid_from: date
    obligations: dict[str, tuple[LibraryQuestion, ...]]
    offences: dict[str, str] = Field(default_factory=dict)
    complaint_offences: dict[str, str] = Field(default_factory=dict)

    def offences_of(self, obligation: str, id: str, party_id: str) -> str:
        """What names the key for words about an obligation in the thing of this id.

        Nothing where they are open, or the party is a person: then its own key seals them.
        """
        apart = obligation in self.offences and not is_natural_person(party_id)
        return told_in(id) if apart else ""

    def complaint_offences_of(self, category: str, id: str, party_id: str) -> str:
        """The same for what is told of a complaint."""
        apart = category in self.complaint_offences and not is_natural_person(party_id)
        return told_in(id) if apart else ""

    def checklist(self, obligation: str) -> tuple[LibraryQuestion, ...]:
        """What an auditor looks at."""
        return tuple(q for q in self.obligations.get(obligation, ()) if q.checked)

    def report(self, obligation: str, country: str) -> tuple[Question, ...]:
        """What a party is asked of itself, in the language of the buyer."""
        language = LANGUAGE_OF.get(country, "en")
        mine = self.obligations.get(obligation, ())
        return tuple(q.asked(language) for q in mine if q.type is not None)
