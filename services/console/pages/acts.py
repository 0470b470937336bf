"""What a person can do about a party on its page: decide, ask, waive, open a link, split.

Each act is one command to onboarding, which alone decides whether it may be done.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shared.domain import Unknown

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """`path` and `body` make the command out of the party, the id of the thing, and the form."""

    path: Callable[[str, str], str]
    body: Callable[[Form], dict[str, Any]]
    roles: tuple[str, ...] = ("officer",)


ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")


def _about(kind: str, verb: str) -> Callable[[str, str], str]:
    def path(party: str, id: str) -> str:
        if not ID.fullmatch(id):
            raise Unknown(kind, id)
        return f"/{kind}/{quote(id, safe='')}/{verb}"

    return path


def _of_party(what: str) -> Callable[[str, str], str]:
    return lambda party, id: f"/parties/{quote(party, safe='')}/{what}"


def _because(form: Form) -> dict[str, Any]:
    return {"reason": form.get("reason", "")}


def _for_whom(form: Form) -> dict[str, str]:
    """A buyer, and perhaps one of its contracts: `dk-cvr-1|contract-7`."""
    buyer, _, contract = form.get("for", "").partition("|")
    return {"buyer_id": buyer, "contract_id": contract}


def _wish(form: Form) -> dict[str, Any]:
    days = form.get("working_days", "")
    wish = {"kind": form.get("kind", ""), "purpose": form.get("reason", "")}
    return _for_whom(form) | wish | {"working_days": int(days) if days.isdecimal() else None}


def _link(form: Form) -> dict[str, Any]:
    days = form.get("days", "")
    return _because(form) | _for_whom(form) | ({"days": int(days)} if days.isdecimal() else {})


ACTS: dict[str, Act] = {
    "condition": Act(
        _about("qualifications", "condition"),
        lambda form: _because(form) | {"until": form.get("until", "")},
    ),
    "refuse": Act(_about("qualifications", "refuse"), _because),
    "reconsider": Act(_about("qualifications", "reconsider"), _because),
    "waive": Act(_about("claims", "waive"), _because),
    "reopen": Act(_about("claims", "reopen"), _because),
    "ask": Act(_of_party("requests"), _wish),
    "withdraw": Act(_about("requests", "withdraw"), _because),
    "split": Act(_about("parties", "split"), _because),
    "registers": Act(
        _of_party("registers?anew=true"), lambda form: {}, ("officer", "contract_manager")
    ),
    "close-link": Act(_about("upload-links", "close"), _because),
    "open-link": Act(
        lambda party, id: "/upload-links", lambda form: _link(form) | {"party_id": form["party_id"]}
    ),
}
DOERS = tuple(dict.fromkeys(role for act in ACTS.values() for role in act.roles))
