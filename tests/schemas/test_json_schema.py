"""JSON Schema: every command and document has one, whole in itself."""

import json

import pytest

from pushcore import Money, Stock
from pushcore.errors import InvalidValue
from pushcore.schemas import COMMANDS, DOCUMENTS, json_schema

KINDS = {**COMMANDS, **DOCUMENTS}


def _references(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for part in schema.values():
            yield from _references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_reference_is_defined_and_every_definition_used(kind):
    schema = json.loads(json.dumps(json_schema(kind)))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(_references(schema)) == {f"#/$defs/{name}" for name in schema.get("$defs", ())}


def test_a_document_says_what_it_is():
    schema = json_schema(Stock)
    assert schema["required"] == ["schema", "type"]
    assert schema["properties"]["type"]["const"] == "stock"
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", [Money, int, None, [], "stock"], ids=str)
def test_other_things_have_none(kind):
    with pytest.raises(InvalidValue, match="no JSON Schema of"):
        json_schema(kind)
