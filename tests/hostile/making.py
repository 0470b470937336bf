"""Makes an example of any model: what its types ask for, with chosen values for chosen fields."""

import enum
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from annotated_types import Ge, Gt, Le, Len, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

M = TypeVar("M", bound=BaseModel)

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DEEPEST = 4
"""Models within models; below, what may be left out is left out."""

PATTERNED = (
    "something",
    "a",
    "A",
    "1",
    "da",
    "DK",
    "DKK",
    "2026-11",
    "2026-11-23",
    "dk-cvr-61056416",
    "DK-CVR",
    "0" * 64,
    "https://ansvar.test/hook",
    "officer@ansvar.test",
    ".",
    "3.1-1",
)
"""Tried one after the other where a text must have a form."""


class Making:
    """`chosen` are values by the name of the field, wherever in the model it stands.

    `word` is every text that nothing else is said of. With `whole`, fields that may be left out
    are filled too.
    """

    def __init__(
        self, *, chosen: Mapping[str, Any] = {}, word: str = "something", whole: bool = True
    ) -> None:
        self.chosen, self.word, self.whole = chosen, word, whole

    def made(self, kind: type[M], own: Mapping[str, Any] = {}) -> M:
        """An example; `own` are values of its own fields, not of models in it.

        Raises `ValidationError` where its own rules are beyond its types.
        """
        return self._model(kind, 0, own)

    def _model(self, kind: type[M], depth: int, own: Mapping[str, Any] = {}) -> M:
        values: dict[str, Any] = dict(own)
        for name, field in kind.model_fields.items():
            if name not in own and (field.is_required() or (self.whole and depth < DEEPEST)):
                values[field.alias or name] = self._field(name, field, depth)
        return self._mended(kind, values)

    def _mended(self, kind: type[M], values: dict[str, Any]) -> M:
        """Texts with a form are tried until they have it; what else is wrong is left out."""
        for _ in range(40):
            try:
                return kind.model_validate(values)
            except ValidationError as error:
                if not self._mend(kind, values, error):
                    raise
        return kind.model_validate(values)

    def _mend(self, kind: type[BaseModel], values: dict[str, Any], error: ValidationError) -> bool:
        before = dict(values)
        for one in error.errors():
            name = str(one["loc"][0]) if one["loc"] else ""
            if name not in values:
                continue
            value, tried = values[name], (*PATTERNED, None)
            if isinstance(value, str) and value in tried[:-1]:
                values[name] = tried[tried.index(value) + 1]
            elif isinstance(value, str):
                values[name] = tried[0] if value != tried[0] else tried[1]
            elif isinstance(value, tuple) and value and isinstance(value[0], str):
                at = tried.index(value[0]) + 1 if value[0] in tried else 0
                values[name] = (tried[at],) if tried[at] else ()
            else:
                values[name] = None
            field = kind.model_fields.get(name)
            if values[name] is None and field is not None and not field.is_required():
                del values[name]
        return values != before

    def _field(self, name: str, field: FieldInfo, depth: int) -> Any:
        if name in self.chosen:
            value, many = self.chosen[name], "tuple" in str(field.annotation)
            return (value,) if many and isinstance(value, str) else value
        return self._value(field.annotation, tuple(field.metadata), depth)

    def _value(self, kind: Any, limits: tuple[Any, ...], depth: int) -> Any:
        origin, inside = typing.get_origin(kind), typing.get_args(kind)
        if origin is Annotated:
            return self._value(inside[0], (*inside[1:], *limits), depth)
        if origin in (typing.Union, types.UnionType):
            some = [one for one in inside if one is not type(None)]
            empty = type(None) in inside and depth >= DEEPEST
            return None if empty else self._value(some[0], limits, depth)
        if origin is Literal:
            return inside[0]
        if origin in (tuple, list, set, frozenset):
            return self._several(origin, inside, limits, depth)
        if origin is dict or kind is dict:
            return {"en": self.word} if inside == (str, str) else {}  # such as words by language
        return self._single(kind, limits, depth)

    def _several(self, kind: Any, inside: tuple[Any, ...], limits: Any, depth: int) -> Any:
        some = [one for one in inside if one is not Ellipsis]
        least = max((one.min_length for one in limits if isinstance(one, MinLen | Len)), default=0)
        if depth >= DEEPEST and not least:
            return kind()
        if kind is tuple and Ellipsis not in inside:
            return tuple(self._value(one, (), depth + 1) for one in some)
        return kind(self._value(some[0], (), depth + 1) for _ in range(max(1, least)))

    def _single(self, kind: Any, limits: tuple[Any, ...], depth: int) -> Any:
        if kind is Any:
            return self.word
        if isinstance(kind, type):
            if issubclass(kind, BaseModel):
                return self._model(kind, depth + 1)
            if issubclass(kind, enum.Enum):
                return next(iter(kind))
            for plain, value in (
                (bool, True),
                (datetime, MOMENT),
                (date, DAY),
                (time, time(8)),
                (timedelta, timedelta(days=1)),
                (bytes, b"x"),
            ):
                if issubclass(kind, plain):
                    return value
            if issubclass(kind, int | float | Decimal):
                return kind(_number(limits))
            if issubclass(kind, str):
                return self._text(limits)
        return self.word

    def _text(self, limits: tuple[Any, ...]) -> str:
        longest = [m.max_length for m in limits if isinstance(m, MaxLen | Len)]
        most = min((one for one in longest if one), default=1_000)
        least = max((m.min_length for m in limits if isinstance(m, MinLen | Len)), default=0)
        return self.word[:most].ljust(least, "x")


def _number(limits: tuple[Any, ...]) -> Any:
    value: Any = 1
    for one in limits:
        if isinstance(one, Ge):
            value = max(value, one.ge)
        elif isinstance(one, Gt):
            value = max(value, one.gt + 1)  # type: ignore[operator]
        elif isinstance(one, Le):
            value = min(value, one.le)
        elif isinstance(one, Lt):
            value = min(value, one.lt - 1)  # type: ignore[operator]
    return value


def made(kind: type[M], **chosen: Any) -> M:
    return Making(chosen=chosen).made(kind)
