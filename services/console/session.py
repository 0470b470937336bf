"""Who sits in front of the page: the session cookie, the forms' secret, the users of a trial.

The cookie holds the bearer token itself: out of reach of scripts, sent only to this site. A form
must also bring a secret that follows from the token, which no other site can know.
"""

import csv
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from shared.domain import Caller, Forbidden
from shared.identity import ROLES
from shared.languages import LANGUAGES, Language, language_of

SESSION = "ansvar_session"
LANGUAGE = "ansvar_language"
HOURS = 12
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody as whom one may sign in where the system runs for a trial."""

    caller: Caller
    language: Language = "da"


EVERY_BUYER = ("*",)
INVENTED = (
    DemoUser(Caller(subject="mette.lund", name="Mette Lund", roles=("officer",))),
    DemoUser(Caller(subject="anders.kjaer", name="Anders Kjær", roles=("approver",))),
    DemoUser(Caller(subject="birgit.noer", name="Birgit Nør", roles=("approver",))),
    DemoUser(Caller(subject="signe.ravn", name="Signe Ravn", roles=("auditor",))),
    DemoUser(Caller(subject="thomas.bak", name="Thomas Bak", roles=("contract_manager",))),
    DemoUser(Caller(subject="ulla.dahl", name="Ulla Dahl", roles=("admin",)), "en"),
)


def demo_users(people_file: Path | None) -> tuple[DemoUser, ...]:
    """The people of the file that notifications begins with; without one some invented people."""
    if people_file is None:
        return tuple(
            DemoUser(u.caller.model_copy(update={"buyers": EVERY_BUYER}), u.language)
            for u in INVENTED
        )
    with people_file.open(encoding="utf-8-sig", newline="") as file:
        return tuple(_user(row) for row in csv.DictReader(file))


def _user(row: dict[str, str]) -> DemoUser:
    said = [role.strip() for role in row["roles"].split(";")]
    caller = Caller(
        subject=row["subject"],
        name=row["name"],
        roles=tuple(role for role in ROLES if role in said),
        buyers=tuple(buyer.strip() for buyer in row["buyers"].split(";")),
    )
    return DemoUser(caller, language_of(row.get("language") or "da"))


def token_in(request: Request) -> str:
    """The caller's own token, with which their commands go to the services."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookies.get(SESSION, "")


def form_secret(token: str) -> str:
    return hashlib.sha256(f"ansvar form\n{token}".encode()).hexdigest()


def check_form(request: Request, given: object) -> None:
    """Refuse a form that was not made for this session."""
    if not hmac.compare_digest(form_secret(token_in(request)), str(given)):
        raise Forbidden("this form is too old: go back, load the page again, and send it once more")


def sign_in(response: Response, token: str, *, secure: bool) -> None:
    response.set_cookie(
        SESSION, token, max_age=HOURS * 3600, httponly=True, samesite="lax", secure=secure
    )


def sign_out(response: Response) -> None:
    response.delete_cookie(SESSION, httponly=True, samesite="lax")


def keep_language(response: Response, language: Language, *, secure: bool) -> None:
    response.set_cookie(
        LANGUAGE, language, max_age=YEAR, httponly=True, samesite="lax", secure=secure
    )


def language_in(request: Request) -> Language:
    """The language that was chosen, else the first that the browser asks for and we speak."""
    if chosen := request.cookies.get(LANGUAGE):
        return language_of(chosen)
    for wanted in request.headers.get("accept-language", "").split(","):
        if (code := wanted.strip().lower()[:2]) in LANGUAGES:
            return language_of(code)
        if code in ("nb", "nn", "no"):
            return "da"
    return "da"


def own_path(text: str) -> str:
    """Where to go on, if that is a page of ours; never to another site."""
    place = urlsplit(text)
    ours = not place.scheme and not place.netloc and text.startswith("/")
    return text if ours and not text.startswith(("//", "/\\")) else "/"
