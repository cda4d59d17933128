"""The draft: every JSON Schema is valid by draft 2020-12, and whatever is written conforms to it."""

import pytest
from documents import KEPT, NAMES, THINGS
from hypothesis import given

from pushcore.schemas import COMMANDS, DOCUMENTS, dump, json_schema
from pushcore.schemas.upcasting import current_schema

jsonschema = pytest.importorskip("jsonschema", reason="the schemas are checked by the package jsonschema")
PRESENT = [
    pytest.param(it, id=name)
    for it, name in zip(KEPT, NAMES, strict=True)
    if it["schema"] == current_schema(it["type"])
]
VALIDATORS = {
    name: jsonschema.Draft202012Validator(json_schema(kind))
    for name, kind in {**COMMANDS, **DOCUMENTS}.items()
}


@pytest.mark.parametrize("validator", VALIDATORS.values(), ids=list(VALIDATORS))
def test_every_schema_is_valid(validator):
    validator.check_schema(validator.schema)


@pytest.mark.parametrize("payload", PRESENT)
def test_documents_conform_with_the_keys_they_have_and_no_others(payload):
    validator = VALIDATORS[payload["type"]]
    validator.validate(payload)
    assert not validator.is_valid({**payload, "colour": "red"})
    assert not validator.is_valid({**payload, "schema": 0})


@given(THINGS)
def test_whatever_is_written_conforms(thing):
    document = dump(thing)
    VALIDATORS[document["type"]].validate(document)
