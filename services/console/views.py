"""Turns what a page knows into HTML in the reader's language."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.console.provider import Provider
from services.console.readmodels.contracts import Contract
from services.console.readmodels.parties import Party
from services.console.sentences import DASH, Sentences, share_text
from services.console.session import language_in, secret_in
from shared.domain import Caller
from shared.events.words import Share
from shared.http import ServiceDesk
from shared.languages import LANGUAGES, MONTHS, Words, read_words
from shared.laws import cited
from shared.why import names_of, text_in_words

HERE = Path(__file__).parent

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'{elsewhere}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, nothing inline: what somebody smuggles into a name stays text."""

WORDS = read_words(HERE / "words")
MOST_COUNTED = 250
"""Up to which the rows of a list are counted where nobody keeps count of them."""


class AtLeast(int):
    """A number up to which was counted: there may be more, and a page says so."""


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.tests["at_least"] = lambda number: isinstance(number, AtLeast)
TEMPLATES.filters["in_words"] = lambda reason, words: text_in_words(
    reason, words.language, names_of(words)
)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CITED = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
"""What stands in brackets, and may itself have some, as `Regulation (EU) No 269/2014` does."""

OF_OURS = re.compile(r" \(design:[^)]*\)")
"""A rule that no law gives: where it stands among ours says nothing to a reader."""

LONG_AGO = timedelta(days=6)
SCHEMES = {
    "dk-cvr": "CVR",
    "se-orgnr": "Org.nr",
    "no-orgnr": "Org.nr",
    "lei": "LEI",
    "duns": "D-U-N-S",
}


class View:
    """What every page has: the words, who reads it, and the names behind the ids."""

    def __init__(self, request: Request, *, caller: Caller | None, now: datetime) -> None:
        self.request = request
        self.caller = caller
        self.now = now
        self.words: Words = WORDS[language_in(request)]
        self.parties: dict[str, Party] = {}
        self.contracts: dict[str, Contract] = {}
        people: dict[str, str] = request.app.state.service.adapters["people"]
        self.sentences = Sentences(self.words, self.former, self.contract_link, people)

    async def learn(
        self, desk: ServiceDesk, parties: Iterable[str], contracts: Iterable[str] = ()
    ) -> None:
        """Read the names of these ids, once for each page."""
        store = desk.service.store
        if wanted := {id for id in parties if id and id not in self.parties}:
            there = await store.fetch(Party, wanted)
            ones = {p.merged_into for p in there.values() if p.merged_into} - self.parties.keys()
            self.parties |= there | (await store.fetch(Party, ones) if ones else {})
        if wanted := {id for id in contracts if id and id not in self.contracts}:
            self.contracts |= await store.fetch(Contract, wanted)

    def forget(self) -> None:
        """Forget the names: those of the next piece of a long list are others."""
        self.parties, self.contracts = {}, {}

    # ------------------------------------------------------------ words for templates

    def one(self, party_id: str) -> Party | None:
        """Who a party is by now: the one that it was found to be, as far as it was learnt."""
        party = self.parties.get(party_id)
        if party is not None and party.merged_into:
            return self.parties.get(party.merged_into, party)
        return party

    def name(self, party_id: str) -> str:
        return self._named(self.one(party_id), party_id)

    def former_name(self, party_id: str) -> str:
        """The name that a party had before it was found to be another."""
        return self._named(self.parties.get(party_id), party_id)

    def _named(self, party: Party | None, party_id: str) -> str:
        if party is not None and party.name:
            return party.name
        return self.words("unnamed_person") if party_id.startswith("person-") else party_id

    def id_of(self, party_id: str) -> str:
        """The id under which a party is found now."""
        party = self.one(party_id)
        return party.id if party is not None else party_id

    def link(self, party_id: str) -> Markup:
        place = self.id_of(party_id)
        return Markup('<a href="/suppliers/{}">{}</a>').format(place, self.name(party_id))

    def former(self, party_id: str) -> Markup:
        """A party as a fact named it: timelines tell what was said on the day."""
        name = self.former_name(party_id)
        return Markup('<a href="/suppliers/{}">{}</a>').format(party_id, name)

    def title(self, contract_id: str) -> str:
        contract = self.contracts.get(contract_id)
        if contract and contract.title:
            return contract.title
        return number_of_procedure(contract_id) or contract_id

    def titles(self, contract_ids: Iterable[str]) -> str:
        """Contracts by name, each once."""
        return ", ".join(dict.fromkeys(self.title(id) for id in contract_ids))

    def buyer_of(self, contract_id: str) -> str:
        contract = self.contracts.get(contract_id)
        return contract.buyer_id if contract else ""

    def contract_link(self, contract_id: str) -> Markup:
        """A procedure has no page of its own: its number is enough to find it by."""
        if number := number_of_procedure(contract_id):
            return escape(number)
        return Markup('<a href="/contracts/{}">{}</a>').format(contract_id, self.title(contract_id))

    def code(self, name: str, value: str) -> str:
        """The word for a code such as a status, a rule or a kind of document."""
        return self.sentences.word(name, value)

    def why(self, reasons: str) -> str:
        """Why a file was refused or waits, in the reader's language; what a person wrote stays."""
        return text_in_words(reasons, self.words.language, self._value)

    def _value(self, table: str, value: str) -> str:
        """A value in a sentence: a party by its name, a code by its word."""
        if table == "party":
            return self.name(value) if self.one(value) else value
        if table == "day":
            return self.born(value)
        return names_of(self.words)(table, value)

    def month(self, number: int) -> str:
        return MONTHS[self.words.language].split()[number - 1]

    def person(self, subject: str) -> str:
        return self.sentences.person(subject)

    def share(self, share: Share | None) -> str:
        return share_text(self.words, share.minimum, share.maximum) if share else DASH

    def until(self, due: datetime) -> str:
        """`in 3 h`, `2 days late`, or the day itself where that is far away."""
        left = due - self.now
        if abs(left) > LONG_AGO:
            return self.words.day(due)
        hours = int(abs(left).total_seconds() // 3600)
        late = left < timedelta(0)
        if hours >= 48:
            return self.words("late.days" if late else "in.days", n=hours // 24)
        if hours >= 1:
            return self.words("late.hours" if late else "in.hours", n=hours)
        return self.words("late.soon" if late else "in.soon")

    def urgency(self, due: datetime | None) -> str:
        """`late`, `soon` or nothing: the class of a deadline."""
        if due is None:
            return ""
        if due < self.now:
            return "late"
        return "soon" if due - self.now < timedelta(hours=24) else ""

    def law(self, track: str, stage: str) -> str:
        """What the law wants next where a case stands."""
        own = f"law.{track}.{stage}"
        return self.words(own if self.words.knows(own) else f"law.stage.{stage}")

    def parse(self, text: str) -> datetime:
        return datetime.fromisoformat(text)

    def day(self, text: str | None) -> str:
        """A day that a service has told, such as `2026-11-30`."""
        return self.words.day(date.fromisoformat(text)) if text else ""

    def buyer(self, buyer_id: str) -> str:
        """How a buyer is written: by its register number, as long as no name is known."""
        party = self.parties.get(buyer_id)
        if party is not None and party.name:
            return party.name
        for contract in self.contracts.values():
            if contract.buyer_id == buyer_id and contract.buyer_name:
                return contract.buyer_name
        scheme, _, number = buyer_id.rpartition("-")
        return f"{SCHEMES[scheme]} {number}" if scheme in SCHEMES else buyer_id

    def scheme(self, scheme: str) -> str:
        """What people call a register's numbers: `dk-cvr` is CVR."""
        return SCHEMES.get(scheme, scheme.upper())

    def reading(self, text: str) -> str:
        """A value that was read from a document: days and answers as the reader writes them."""
        if text in ("yes", "no"):
            return self.words(f"choice.{text}")
        return self.born(text) if DAY.fullmatch(text) else text

    def basis(self, text: str) -> str:
        """`clause labour-ilo94` by the name of the clause; a statute as it is cited."""
        kind, _, code = text.partition(" ")
        if kind == "clause" and self.words.knows(f"rule.{code}"):
            return self.words("case.by_clause", clause=self.words(f"rule.{code}"))
        return cited(text, self.words.language)

    def cited(self, law: str) -> str:
        """What the service says that the law wants, in the reader's language; where no catalogue
        knows it, the places in the law that it cites, beside our own words.
        """
        said = self.why(law)
        if self.words.language == "en" or said != law:
            return OF_OURS.sub("", said)
        places = [found for found in CITED.findall(law) if any(map(str.isdigit, found))]
        return cited("; ".join(places), self.words.language)

    def born(self, text: str) -> str:
        """A day of birth as the reader writes days; a year alone, or `Erased`, as it is."""
        try:
            return self.words.day(date.fromisoformat(text))
        except ValueError:
            return text

    def may(self, *roles: str) -> bool:
        return self.caller is not None and bool(set(roles) & set(self.caller.roles))

    # ------------------------------------------------------------ the page

    @property
    def _provider(self) -> Provider | None:
        found: Provider | None = self.request.app.state.service.adapters.get("provider")
        return found

    def _policy(self) -> str:
        """Signing out is a form, whose answer leads to the provider: only there it may lead."""
        elsewhere = (
            "".join(f" {origin}" for origin in self._provider.origins) if self._provider else ""
        )
        return POLICY.format(elsewhere=elsewhere)

    def place(self, *, without: str = "") -> str:
        """The address of this page with what was asked for in it, such as a filter or a day."""
        url = self.request.url.remove_query_params(without) if without else self.request.url
        asked = self.request.method == "GET" and url.query
        return f"{url.path}?{url.query}" if asked else url.path

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        text = TEMPLATES.get_template(template).render(
            v=self,
            w=self.words,
            caller=self.caller,
            secret=secret_in(self.request),
            key=lambda: uuid4().hex,
            here=self.request.url.path,
            languages=LANGUAGES,
            **context,
        )
        return HTMLResponse(
            text,
            status,
            {"Content-Security-Policy": self._policy(), "Vary": "Cookie, Accept-Language"},
        )


OF_PROCEDURES = "procedure--"


def number_of_procedure(id: str) -> str:
    """The buyer's number in the id of a procedure, as contracts makes it; empty for a contract."""
    return id.rpartition("--")[2].upper() if id.startswith(OF_PROCEDURES) else ""


def view_of(desk: ServiceDesk) -> View:
    return View(desk.request, caller=desk.caller, now=desk.now)


def marked(text: str, like: str) -> Markup:
    """The words of a name, with those marked that the other name has too, or nearly."""
    others = [word.casefold() for word in like.replace("-", " ").split()]

    def same(word: str) -> bool:
        folded = word.casefold().strip(",.")
        return any(
            SequenceMatcher(None, folded, other).ratio() >= NEARLY for other in others if folded
        )

    return Markup(" ").join(
        Markup("<mark>{}</mark>").format(word) if same(word) else escape(word)
        for word in text.split()
    )


NEARLY = 0.75
"""Letters in common of two words (Ratcliff/Obershelp) from which a reader sees one in the other."""
