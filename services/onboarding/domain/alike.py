"""Whether two companies look like one: a simple comparison that can be told in words."""

import re
import unicodedata
from hashlib import sha256

from shared.events.base import is_natural_person
from shared.events.words import PartyDescription, PartyKind

# fmt: off
LEGAL_FORMS = frozenset(
    (
        "aps", "as", "a", "s", "is", "i", "ks", "k", "ps", "p", "ivs", "fmba", "amba", "smba",
        "ab", "hb", "kb", "oyj", "oy", "asa", "gmbh", "mbh", "kg", "ag", "ug", "ohg", "spzoo",
        "sp", "z", "o", "oo", "sa", "ltd", "limited", "plc", "llc", "inc", "bv", "nv", "sarl",
        "sas", "srl", "spa",
    )
)
# fmt: on
"""Words that say in which form a company exists, not which one it is. `A/S` is two of them."""

ONE_EACH = frozenset(("dk-cvr", "se-orgnr", "lei", "euid"))
"""Registers in which a company has one number: two different ones are two companies."""


def name_key(party: PartyDescription) -> str:
    """The name as it is compared: without accents, signs and the legal form. Never of a person."""
    if party.kind is PartyKind.PERSON or is_natural_person(party.party_id):
        return ""
    text = party.name.casefold().replace("ø", "o").replace("æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = [w for w in re.findall(r"[a-z0-9]+", plain) if w not in LEGAL_FORMS]
    return " ".join(words) if len("".join(words)) > 2 else ""


def numbers_of(party: PartyDescription) -> tuple[str, ...]:
    """The numbers by which a company is found. Those of places and roles name no company."""
    places = ("gln", "eori", "dk-pnr", "dk-se")
    return tuple(f"{i.scheme}:{i.value}" for i in party.identifiers if i.scheme not in places)


def compare(
    one: PartyDescription, other: PartyDescription
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for two being one company, and what against it. Nothing for it: not alike."""
    both = set(numbers_of(one)) & set(numbers_of(other))
    reasons = [f"both have the number {number.replace(':', ' ')}" for number in sorted(both)]
    against = [
        f"their numbers in {scheme} differ"
        for scheme in sorted(ONE_EACH)
        if _differ(scheme, one, other)
    ]
    if not both and against:
        return (), ()
    same_country = one.country is None or other.country is None or one.country == other.country
    if name_key(one) and name_key(one) == name_key(other) and same_country:
        where = one.country or other.country
        known = where if one.country and other.country else "as far as it is known"
        reasons.append(f"the same name in the same country ({known})")
        if _plain(one.address) and _plain(one.address) == _plain(other.address):
            reasons.append("the same address")
        if one.contact and one.contact == other.contact:
            reasons.append("the same address for letters")
    elif both and name_key(one) != name_key(other):
        against.append("they have other names")
    if both and not same_country:
        against.append(f"one is in {one.country}, the other in {other.country}")
    return tuple(reasons), tuple(against)


def _differ(scheme: str, one: PartyDescription, other: PartyDescription) -> bool:
    mine = {i.value for i in one.identifiers if i.scheme == scheme}
    theirs = {i.value for i in other.identifiers if i.scheme == scheme}
    return bool(mine and theirs and not mine & theirs)


def _plain(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", (text or "").casefold()))


def likeness_id(one: str, other: str) -> str:
    return f"alike-{sha256('|'.join(sorted((one, other))).encode()).hexdigest()[:20]}"
