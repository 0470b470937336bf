"""Personal data is sealed with the key of the person it is about, wherever it is written.

A sealed value is a string `sealed:1:<key class>:<subject>:<base64>`; the base64 part is a nonce
of 12 bytes and the AES-256-GCM ciphertext, bound to key class and subject. Destroying a person's
key erases the person: every hash stays valid, the value reads as `Erased`.
"""

import base64
import os
import re
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from shared.events.base import Mark, is_natural_person

PREFIX = "sealed:1:"
TOKEN = re.compile(r"sealed:1:([a-z]+):([A-Za-z0-9_.-]+):([A-Za-z0-9+/=]+)")
_TOKEN_IN_BYTES = re.compile(TOKEN.pattern.encode())
NONCE = 12

KeyName = tuple[str, str]
"""Key class and subject: `("personal", "person-1f3c…")`."""

Keys = Mapping[KeyName, bytes | None]
"""A key that is None was destroyed."""

Plan = dict[str, str | None]
"""Of one model: field → key class of its mark, or None where models with marks lie below it."""


class Erased(str):
    """What is left to read of a value whose key was destroyed."""

    __slots__ = ()


ERASED = Erased("Erased")


class Covered(str):
    """What is read in place of a value that this caller may not be shown."""

    __slots__ = ()


COVERED = Covered("Covered")


class HeldBack(Exception):
    """A person's data must be kept for now, and why."""


class KeyRing(Protocol):
    """Where the keys lie: a place of their own, with its own access."""

    async def keys(self, names: Iterable[KeyName], *, create: bool) -> Keys:
        """The keys by name. With `create`, those that never were are made."""

    async def destroy(self, subject: str) -> None: ...


def _inside(annotation: Any) -> Iterable[Any]:
    yield annotation
    for argument in typing.get_args(annotation):
        yield from _inside(argument)


@cache
def plan_of(kind: type[BaseModel]) -> Plan:
    """Which fields of a model hold marked values, or models that do."""
    plan: Plan = {}
    itself = []
    for name, info in kind.model_fields.items():
        parts = list(_inside(info.annotation)) + list(info.metadata)
        marks = [part.key_class for part in parts if isinstance(part, Mark)]
        below = [p for p in parts if isinstance(p, type) and issubclass(p, BaseModel)]
        if marks:
            plan[name] = marks[0]
        elif any(model is not kind and plan_of(model) for model in below):
            plan[name] = None
        elif kind in below:
            itself.append(name)
    return plan | dict.fromkeys(itself) if plan else plan


def _subject(model: BaseModel, above: str | None) -> str | None:
    """Whom a model is about: one that does not say so is about whom that is in which it lies."""
    found: str | None = getattr(model, getattr(type(model), "subject_field", "party_id"), above)
    return found


def names_in(model: BaseModel, above: str | None = None) -> set[KeyName]:
    """The keys that sealing this model takes. Empty for what is about companies alone."""
    names: set[KeyName] = set()
    add_names(model, names, above)
    return names


def add_names(model: BaseModel, names: set[KeyName], above: str | None = None) -> None:
    """Add the keys that sealing this model takes: asked of everything that is written."""
    plan = plan_of(type(model))
    if not plan:
        return
    subject = _subject(model, above)
    personal = subject is not None and is_natural_person(subject)
    for field, key_class in plan.items():
        if key_class is None:
            value = getattr(model, field)
            if isinstance(value, BaseModel):
                add_names(value, names, subject)
            else:
                for below in _models(value):
                    add_names(below, names, subject)
        elif personal and subject and getattr(model, field):
            names.add((key_class, subject))


def _models(value: Any) -> Iterable[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _models(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _models(item)


def seal(model: BaseModel, keys: Keys, *, exclude_none: bool = False) -> dict[str, Any]:
    """The model as JSON values, with what is personal sealed."""
    return _seal_fields(model, model.model_dump(mode="json", exclude_none=exclude_none), keys)


def _seal_fields(
    model: BaseModel, out: dict[str, Any], keys: Keys, above: str | None = None
) -> dict[str, Any]:
    subject = _subject(model, above)
    for field, key_class in plan_of(type(model)).items():
        if field not in out:
            continue
        value = getattr(model, field)
        if key_class is None:
            _seal_below(value, out[field], keys, subject)
        elif subject and is_natural_person(subject):
            out[field] = _seal_strings(out[field], (key_class, subject), keys)
    return out


def _seal_below(value: Any, dumped: Any, keys: Keys, above: str | None) -> None:
    if isinstance(value, BaseModel):
        _seal_fields(value, dumped, keys, above)
    elif isinstance(value, tuple | list):
        for item, below in zip(value, dumped, strict=True):
            _seal_below(item, below, keys, above)
    elif isinstance(value, dict):
        for name, item in value.items():
            _seal_below(item, dumped[name], keys, above)


def _seal_strings(value: Any, name: KeyName, keys: Keys) -> Any:
    if isinstance(value, list):
        return [_seal_strings(item, name, keys) for item in value]
    if value is None or value == "":
        return value  # nothing was said, so there is nothing to seal and maybe no key
    if not isinstance(value, str):
        raise TypeError(f"only strings can be sealed, not {type(value).__name__}")
    if value == COVERED:
        raise ValueError(f"what was covered for a reader would replace the data of {name[1]}")
    return value if value == ERASED else seal_text(value, name, keys.get(name))


def seal_text(text: str, name: KeyName, key: bytes | None) -> str:
    """One sealed value. A subject whose key was destroyed takes no new data: it reads as erased."""
    if key is None:
        return ERASED
    nonce = os.urandom(NONCE)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), ":".join(name).encode())
    return f"{PREFIX}{name[0]}:{name[1]}:{base64.b64encode(nonce + sealed).decode()}"


def names_in_bytes(body: bytes) -> set[KeyName]:
    """The keys that reading this text takes."""
    if PREFIX.encode() not in body:
        return set()
    return {(m[1].decode(), m[2].decode()) for m in _TOKEN_IN_BYTES.finditer(body)}


def names_in_values(values: Any) -> set[KeyName]:
    """The keys that reading these JSON values takes."""
    names: set[KeyName] = set()
    waiting = [values]
    while waiting:  # of every document of a page: without a call for each value in it
        value = waiting.pop()
        if isinstance(value, str):
            if value.startswith(PREFIX) and (match := TOKEN.fullmatch(value)):
                names.add((match[1], match[2]))
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return names


def unseal_bytes(body: bytes, keys: Keys, closed: frozenset[str] = frozenset()) -> bytes:
    """A JSON text with its sealed values opened. Those of a `closed` key class stay covered."""
    if PREFIX.encode() not in body:
        return body

    def opened(match: re.Match[bytes]) -> bytes:
        if match[1].decode() in closed:
            return COVERED.encode()
        text = _open(match[1].decode(), match[2].decode(), match[3], keys)
        return orjson.dumps(str(text))[1:-1]

    return _TOKEN_IN_BYTES.sub(opened, body)


def unseal_values(values: Any, keys: Keys, closed: frozenset[str] = frozenset()) -> Any:
    """JSON values with their sealed ones opened. Those of a `closed` key class stay covered."""
    if isinstance(values, str):
        match = TOKEN.fullmatch(values) if values.startswith(PREFIX) else None
        if match and match[1] in closed:
            return COVERED
        return _open(match[1], match[2], match[3].encode(), keys) if match else values
    if isinstance(values, dict):
        return {name: unseal_values(value, keys, closed) for name, value in values.items()}
    if isinstance(values, list):
        return [unseal_values(value, keys, closed) for value in values]
    return values


def _open(key_class: str, subject: str, sealed: bytes, keys: Keys) -> str:
    key = keys.get((key_class, subject))
    if key is None:
        return ERASED
    raw = base64.b64decode(sealed)
    try:
        text = AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], f"{key_class}:{subject}".encode())
    except InvalidTag as error:
        raise ValueError(f"a sealed value of {subject} does not open with its key") from error
    return text.decode()
