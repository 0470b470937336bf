"""Who sits in front of the page: the session's cookies, the forms' secret, the users of a trial.

One cookie holds the bearer token itself: out of reach of scripts, sent only to this site. A form
must also bring a secret that follows from another, which no other site can know and which stays
the same while tokens are renewed. What renews the token is sealed: only this console can use it.
"""

import csv
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.console.cookies import Jar, Seal
from services.console.provider import Attempt, Tokens
from shared.domain import Caller, Forbidden
from shared.identity import ROLES, Refused
from shared.languages import LANGUAGES, Language, language_of

SESSION = "ansvar_session"
FORMS = "ansvar_forms"
RENEWAL = "ansvar_renewal"
PERSON = "ansvar_person"
"""The ID token, by which the provider knows whom to sign out."""
ATTEMPT = "ansvar_attempt"
LANGUAGE = "ansvar_language"
HOURS = 12
MINUTES_TO_SIGN_IN = 15
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
    DemoUser(Caller(subject="inger.friis", name="Inger Friis", roles=("tip_receiver",))),
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


def jar_of(request: Request) -> Jar:
    return Jar(str(request.app.state.service.settings.public_url))


def cookie_in(request: Request, name: str) -> str:
    return request.cookies.get(jar_of(request).name(name), "")


def token_in(request: Request) -> str:
    """The caller's own token, with which their commands go to the services."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else cookie_in(request, SESSION)


def form_secret(binding: str) -> str:
    return hashlib.sha256(f"ansvar form\n{binding}".encode()).hexdigest()


def secret_in(request: Request) -> str:
    """What every form of this session brings along."""
    return form_secret(cookie_in(request, FORMS) or token_in(request))


def check_form(request: Request, given: object) -> None:
    """Refuse a form that was not made for this session."""
    if not hmac.compare_digest(secret_in(request), str(given)):
        raise Forbidden("this form is too old: go back, load the page again, and send it once more")


def sign_in(response: Response, token: str, jar: Jar, *, forms: str = "") -> None:
    """Begin or renew a session. `forms` is what its forms were bound to before.

    Raises `Refused` where the token is too large for a cookie.
    """
    if not jar.put(response, SESSION, token, HOURS * 3600):
        raise Refused("the token is too large for a browser: have the provider put less into it")
    jar.put(response, FORMS, forms or secrets.token_urlsafe(24), HOURS * 3600)


def keep_renewal(response: Response, tokens: Tokens, jar: Jar, seal: Seal) -> None:
    """What renews the token and ends the session at the provider, where a cookie has room."""
    for name, value in ((RENEWAL, tokens.refresh), (PERSON, tokens.id)):
        if value:
            jar.put(response, name, seal.close(name, value), HOURS * 3600)


def sign_out(response: Response, jar: Jar) -> None:
    for name in (SESSION, FORMS, RENEWAL, PERSON):
        jar.clear(response, name)


def begin_attempt(response: Response, attempt: Attempt, jar: Jar, seal: Seal) -> None:
    sealed = seal.close(ATTEMPT, json.dumps(asdict(attempt)))
    jar.put(response, ATTEMPT, sealed, MINUTES_TO_SIGN_IN * 60)


def attempt_in(request: Request, seal: Seal, state: str) -> Attempt:
    """The attempt that this answer belongs to. Raises `Refused` where this browser made none."""
    text = seal.open(ATTEMPT, cookie_in(request, ATTEMPT))
    if text:
        attempt = Attempt(**json.loads(text))
        if hmac.compare_digest(attempt.state.encode(), state.encode()):
            return attempt
    raise Refused("this sign-in was not begun in this browser, or too long ago: begin again")


def keep_language(response: Response, language: Language, jar: Jar) -> None:
    response.set_cookie(
        LANGUAGE, language, max_age=YEAR, httponly=True, samesite="lax", secure=jar.secure
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
