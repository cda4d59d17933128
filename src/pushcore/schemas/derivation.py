"""Derivation: what pydantic checks follows from the attrs classes, so that no class is described twice.

A value is accepted as it is, or read from its JSON form. Then its fields are checked one by one, each with a
place of its own among the problems, and the class itself has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import reduce
from inspect import getdoc
from operator import or_
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from pydantic_core import core_schema as core

from pushcore._checks import placed
from pushcore.campaigns import FundingModel
from pushcore.campaigns.funding import MODELS
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.ids import OrderKey, PayoutId, TransactionId, WaitingListId, identifier, reference
from pushcore.money import Currency, Money
from pushcore.money.amount import countable
from pushcore.payouts.mass_refund import Place
from pushcore.schemas.documents import CHOICES, tags, type_name
from pushcore.schemas.formats import AMOUNT, FORMATS, PLACE, Format
from pushcore.schemas.writing import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

    Definitions = dict[str, core.CoreSchema]

__all__ = ["Derived", "derived"]


T = TypeVar("T")


class Derived:
    """Marks a type of the domain for pydantic: ``Annotated[Money, derived]``."""

    def __get_pydantic_core_schema__(self, hint: Any, handler: GetCoreSchemaHandler) -> core.CoreSchema:  # noqa: ANN401
        """What pydantic asks of a marker."""
        return handler.generate_schema(_Source(hint))

    def __repr__(self) -> str:
        return "derived"


derived: Final = Derived()
"""The marker."""


@attrs.frozen
class _Source:
    """The type in a form from which pydantic takes definitions that refer to themselves."""

    hint: Any

    def __get_pydantic_core_schema__(self, _: object, __: object) -> core.CoreSchema:
        definitions: Definitions = {}
        schema = _schema(self.hint, definitions)
        return core.definitions_schema(schema, list(definitions.values()))


_STRICT: Final[dict[object, core.CoreSchema]] = {
    str: core.str_schema(strict=True),
    int: core.int_schema(strict=True),
    bool: core.bool_schema(strict=True),
}


_MADE_OF: Final[dict[Any, Callable[..., core.CoreSchema]]] = {
    dict: core.dict_schema,
    frozenset: core.frozenset_schema,
    tuple: core.tuple_variable_schema,
}
_TEXTS: Final[dict[object, tuple[type, Format]]] = {
    **{kind: (kind, form) for kind, form in FORMATS.items()},
    Place: (tuple, PLACE),
}
_UNIONS: Final = {Union, UnionType}


def _schema(hint: Any, definitions: Definitions) -> core.CoreSchema:  # noqa: ANN401  a type, or made of types
    """How a value of this type is read."""
    if hint in _TEXTS:
        kind, form = _TEXTS[hint]
        return _reading(kind, _text(**form.keywords), form.read, check=form.check)
    parts = [part for part in get_args(hint) if part not in {NoneType, Ellipsis}]
    if get_origin(hint) in _UNIONS:
        one = _one_of(parts, definitions)
        return core.nullable_schema(one) if NoneType in get_args(hint) else one
    if parts:
        return _made_of(hint, [_schema(part, definitions) for part in parts])
    if hint in _STRICT:
        return _STRICT[hint]
    if isinstance(hint, NewType):
        return _name(hint)
    return _defined(hint, definitions)


def _made_of(hint: Any, schemas: list[core.CoreSchema]) -> core.CoreSchema:  # noqa: ANN401  likewise
    """Many of a kind, or a tuple of a stated length."""
    if get_origin(hint) is tuple and Ellipsis not in get_args(hint):
        return core.tuple_schema(schemas)
    return _MADE_OF[get_origin(hint)](*schemas)


def _one_of(hints: Sequence[Any], definitions: Definitions) -> core.CoreSchema:
    """One of several types: told apart by the ``type`` that values have, or else by what they look like."""
    if len(hints) == 1:
        return _schema(hints[0], definitions)
    if (choices := CHOICES.get(reduce(or_, hints))) is not None:
        return _tagged(choices, definitions)
    schemas = {hint.__name__: _schema(hint, definitions) for hint in hints}
    looks: dict[str, set[object]] = {hint.__name__: _look(hint) for hint in hints}

    def meant(value: object) -> str:
        seen = {type(value), *(value if isinstance(value, Mapping) else ())}
        return max(looks, key=lambda name: len(looks[name] & seen))  # the first, where nothing is seen

    return core.tagged_union_schema(
        schemas, meant, serialization=core.plain_serializer_function_ser_schema(written)
    )


def _look(hint: Any) -> set[object]:  # noqa: ANN401  likewise
    """What tells values of a type from others: the type, or the keys of its JSON form."""
    if hint is Money:
        return {Money, "amount", "currency"}
    return {hint, *(field.alias for field in attrs.fields(hint))} if attrs.has(hint) else {hint}


def _tagged(choices: Sequence[type], definitions: Definitions, **named: Any) -> core.CoreSchema:  # noqa: ANN401
    """One of several classes, whose values say in ``type`` of which they are."""
    schemas = {type_name(cls): _defined(cls, definitions) for cls in choices}
    return _reading(tuple(choices), core.tagged_union_schema(schemas, "type"), **named)


def _defined(cls: type, definitions: Definitions) -> core.CoreSchema:
    """What has a name in JSON Schema is put into the definitions, once, and referred to."""
    ref = f"{cls.__module__}.{cls.__name__}"
    if ref not in definitions:
        definitions[ref] = core.any_schema()  # holds the place: fee rules are made of fee rules
        definitions[ref] = _definition(cls, ref, definitions)
    return core.definition_reference_schema(ref)


def _definition(cls: type, ref: str, definitions: Definitions) -> core.CoreSchema:
    said = {"title": cls.__name__, "description": (getdoc(cls) or "").partition("\n")[0]}
    if cls is Money:
        return _reading(cls, _money(), _read_money, ref=ref, said=said)
    if cls is FundingModel:
        said["description"] += " Or the name of a model."
        forms = {"name": core.literal_schema([*MODELS]), "settings": _object(_fields(cls, definitions))}
        union = core.tagged_union_schema(forms, lambda it: "name" if isinstance(it, str) else "settings")
        return _reading(cls, union, _model, ref=ref, said=said)
    if cls in CHOICES:
        return _tagged(CHOICES[cls], definitions, ref=ref, said=said)
    if issubclass(cls, Enum):
        return _reading(cls, core.literal_schema([member.value for member in cls]), cls, ref=ref, said=said)
    named = tags(cls)
    literals = {tag: core.typed_dict_field(core.literal_schema([name])) for tag, name in named.items()}

    def make(given: dict[str, Any]) -> object:
        return _made(cls, {key: value for key, value in given.items() if key not in named})

    return _reading(cls, _object({**literals, **_fields(cls, definitions)}), make, ref=ref, said=said)


def _model(given: str | dict[str, Any]) -> FundingModel:
    return MODELS[given] if isinstance(given, str) else _made(FundingModel, given)


def _made(cls: type[T], given: dict[str, Any]) -> T:
    """What a class makes of its fields; where it refuses several of them, each is named and not the first."""
    try:
        return cls(**given)
    except InvalidValue:
        faults = [*_faults(cls, given)]
        if len(faults) > 1:
            raise InvalidDocument(faults) from None
        raise


def _faults(cls: type, given: dict[str, Any]) -> Iterator[Problem]:
    """What the rules of single fields say of each; rules about several fields together need all of them."""
    owner: object = object.__new__(cls)
    for field in attrs.fields(cls):
        name = field.alias or field.name
        if name in given and field.validator is not None:
            try:
                convert = field.converter or _unchanged
                field.validator(owner, field, convert(given[name]))
            except InvalidValue as wrong:
                yield Problem(name, placed(wrong))
            except AttributeError:  # a rule that looks at other fields too, of which there are none here
                continue


def _fields(cls: type, definitions: Definitions) -> dict[str, core.TypedDictField]:
    hints = get_type_hints(cls)
    return {
        field.alias or field.name: core.typed_dict_field(
            _schema(hints[field.name], definitions), required=field.default is attrs.NOTHING
        )
        for field in attrs.fields(cls)
        if field.init
    }


_AMOUNTS: Final = "amounts are strings such as '12.34'"


def _money() -> core.CoreSchema:
    text = _text(pattern=f"^{AMOUNT}$")
    amount = core.custom_error_schema(text, "amount_type", custom_error_message=_AMOUNTS)
    code = _reading(Currency, _text(**FORMATS[Currency].keywords), countable)
    return _object({"amount": core.typed_dict_field(amount), "currency": core.typed_dict_field(code)})


def _read_money(given: dict[str, Any]) -> Money:
    try:
        return Money.of(given["amount"], given["currency"])
    except InvalidValue as error:
        error.facts["field"] = "amount"  # the currency was countable
        raise


def _object(fields: dict[str, core.TypedDictField]) -> core.CoreSchema:
    return core.typed_dict_schema(fields, extra_behavior="forbid")


_REFERENCES: Final = {OrderKey, PayoutId, TransactionId, WaitingListId}


def _name(hint: NewType) -> core.CoreSchema:
    """An id: the domain's own rule, under the id's own name."""
    rule, most = (reference, 2_000) if hint in _REFERENCES else (identifier, 200)
    checked: Any = attrs.make_class(hint.__name__, {"text": attrs.field(validator=rule)}, frozen=True)
    text = _text(minLength=1, maxLength=most)
    return core.no_info_after_validator_function(lambda value: checked(value).text, text)


def _text(**keywords: object) -> core.CoreSchema:
    return core.str_schema(strict=True, metadata=_saying(keywords))


def _unchanged(value: Any) -> Any:  # noqa: ANN401
    return value


def _reading(  # noqa: PLR0913  what there is to say of a type
    kind: type | tuple[type, ...],
    inner: core.CoreSchema,
    make: Callable[[Any], object] = _unchanged,
    *,
    check: Callable[[Any], object] = _unchanged,
    ref: str | None = None,
    said: Mapping[str, object] | None = None,
) -> core.CoreSchema:
    """A value of a kind as it is, or made of what the inner schema reads."""

    def read(value: object, validate: Callable[[object], object]) -> object:
        return check(value if isinstance(value, kind) else make(validate(value)))

    return core.no_info_wrap_validator_function(
        read,
        inner,
        ref=ref,
        metadata=_saying(said or {}),
        serialization=core.plain_serializer_function_ser_schema(written),
    )


def _saying(keywords: Mapping[str, object]) -> dict[str, Any]:
    """Metadata by which pydantic adds keywords to the JSON Schema."""

    def say(schema: core.CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        json = handler(schema)
        handler.resolve_ref_schema(json).update(keywords)
        return json

    return {"pydantic_js_functions": [say]}
