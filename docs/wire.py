"""The JSON schema of a fact as it travels, with what of it is sealed.

A marked field carries `x-sealed`: the class of the key that seals it, and the field of the same
model that names the person whose key it is. Of natural persons alone are values sealed.
"""

from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from shared.events import type_of
from shared.events.base import Event, Said
from shared.sealing import plan_of

WORDS = ("title", "description")
"""What a schema says to people. It may change freely, so that a recorded shape leaves it out."""

Json = dict[str, Any]


class _Marked(GenerateJsonSchema):
    """Pydantic's own schema of a model, and the marks of its fields."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        kind: type[BaseModel] = schema["cls"]
        subject = getattr(kind, "subject_field", Said.subject_field)
        for field, key_class in plan_of(kind).items():
            if key_class is not None:
                made["properties"][field]["x-sealed"] = {"key": key_class, "subject": subject}
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def described(kind: type[BaseModel], ref_template: str = "#/$defs/{model}") -> Json:
    """The schema with its meanings, for people who read it. It is made once: do not change it."""
    return kind.model_json_schema(schema_generator=_Marked, ref_template=ref_template)


def shape_of(kind: type[Event]) -> Json:
    """What a reader of these bytes relies on, and nothing else."""
    body = deepcopy(described(kind))
    for schema in (body, *body.get("$defs", {}).values()):
        for word in WORDS:
            schema.pop(word, None)
    return {"topic": kind.topic, "ce_type": type_of(kind), "body": body}


def in_words(kind: type[BaseModel]) -> str:
    """The names of a model's fields, for a sentence."""
    return ", ".join(f"`{name}`" for name in kind.model_fields)
