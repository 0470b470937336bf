"""What travels is what was recorded: `make shapes` records a wanted change, review sees it."""

import json
from collections.abc import Iterator
from types import NoneType
from typing import get_args

from pydantic import BaseModel

from docs.compatible import recorded
from docs.wire import Json, described
from shared.events import catalogue, service_of
from shared.events.base import Said
from shared.sealing import plan_of
from tests.event_shapes.record import FOLDER, shapes

FACTS = sorted(catalogue().values(), key=lambda kind: kind.__name__)


def models_in(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all those that its fields hold."""
    yield kind
    for info in kind.model_fields.values():
        for part in _parts(info.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part is not kind:
                yield from models_in(part)


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


SAID = sorted({m for kind in FACTS for m in models_in(kind)}, key=lambda kind: kind.__name__)


def test_every_fact_has_the_shape_that_was_recorded() -> None:
    found = {file.name: file.read_text() for file in FOLDER.glob("*.json")}
    wanted = shapes()
    changed = sorted(name for name in found | wanted if found.get(name) != wanted.get(name))
    assert not changed, "what travels has changed: look at it, then `make shapes` records it"


def test_two_facts_never_share_a_name_on_the_wire() -> None:
    assert len({kind.__name__ for kind in FACTS}) == len(FACTS)
    assert len(recorded()) == len(FACTS)


def test_an_optional_field_has_a_default() -> None:
    """What is None does not travel, so that it must be readable where it is absent."""
    missing = {
        f"{model.__name__}.{name}"
        for model in SAID
        for name, info in model.model_fields.items()
        if NoneType in get_args(info.annotation) and info.is_required()
    }
    assert not missing


def test_a_fact_belongs_to_the_topic_of_who_announces_it() -> None:
    wrong = [k.__name__ for k in FACTS if k.topic != f"{service_of(k)}.v1"]
    assert not wrong


def test_everything_that_is_said_says_what_it_means() -> None:
    assert not [model.__name__ for model in SAID if not (model.__doc__ or "").strip()]


def test_what_is_marked_is_text_and_somebody_names_the_person() -> None:
    """Without the field that names the person nothing would be sealed, and nobody would see it."""
    for model in SAID:
        marked = [name for name, key_class in plan_of(model).items() if key_class is not None]
        assert not marked or issubclass(model, Said)
        for name in marked:
            assert _names_the_person(model), f"{model}.{name}"
            assert _is_text(described(model)["properties"][name]), f"{model}.{name}"


def _names_the_person(model: type[BaseModel]) -> bool:
    """By a field or what is worked out of its fields; else all do in which such a model lies."""
    person = getattr(model, "subject_field", "party_id")
    if person in model.model_fields or isinstance(getattr(model, person, None), property):
        return True
    outer = [one for one in SAID if one is not model and model in models_in(one)]
    return bool(outer) and all(map(_names_the_person, outer))


def _is_text(schema: Json) -> bool:
    if "anyOf" in schema:
        return all(one.get("type") == "null" or _is_text(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return _is_text(schema["items"])
    return bool(schema.get("type") == "string")


def test_marks_are_recorded() -> None:
    shape = json.loads((FOLDER / "onboarding.PartyRegistered.json").read_text())
    party = shape["body"]["$defs"]["PartyDescription"]["properties"]
    assert party["name"]["x-sealed"] == {"key": "personal", "subject": "party_id"}
    assert "x-sealed" not in party["party_id"]
