"""Errors: one tree, each saying what changed and whether to try again; and the registry of refusal codes."""

import ast
import copy
import inspect
import pickle
import re
from pathlib import Path

import pytest

from pushcore import errors
from pushcore.errors import (
    REFUSAL_CODES,
    Changed,
    InvalidDocument,
    InvalidValue,
    Problem,
    PushcoreError,
    Refusal,
    Refused,
    Retry,
)

SOURCES = sorted(Path(inspect.getfile(errors)).parent.rglob("*.py"))
SAYS = {
    "PushcoreError": (Changed.NOTHING, Retry.NEVER),
    "Refused": (Changed.NOTHING, Retry.NEVER),
    "InvalidValue": (Changed.NOTHING, Retry.NEVER),
    "CurrencyMismatch": (Changed.NOTHING, Retry.NEVER),
    "PrecisionLoss": (Changed.NOTHING, Retry.NEVER),
    "Unbalanced": (Changed.NOTHING, Retry.NEVER),
    "KeyReused": (Changed.NOTHING, Retry.NEVER),
    "InvalidDocument": (Changed.NOTHING, Retry.NEVER),
    "NotFound": (Changed.NOTHING, Retry.NEVER),
    "Conflict": (Changed.NOTHING, Retry.RELOADED),
    "GatewayError": (Changed.UNKNOWN, Retry.SAME_KEY),
    "GatewayUnavailable": (Changed.NOTHING, Retry.SAME_KEY),
    "OutcomeUnknown": (Changed.UNKNOWN, Retry.SAME_KEY),
    "GatewayMisuse": (Changed.NOTHING, Retry.NEVER),
}
TREE = {
    cls.__name__: cls for cls in vars(errors).values() if inspect.isclass(cls) and issubclass(cls, Exception)
}
EXAMPLES = [
    Refused([Refusal("sold-out", "no postcard is left", {"tier": "postcard"}), Refusal("too-late")]),
    InvalidDocument([Problem("campaign.goal", "goal is zero", "minimum"), Problem("", "two problems")]),
    *(
        cls(f"{name} of quantity 0", quantity=0)
        for name, cls in TREE.items()
        if cls not in {Refused, InvalidDocument}
    ),
]


def test_each_says_what_changed_and_whether_to_try_again():
    assert {name: (cls.changed, cls.retry) for name, cls in TREE.items()} == SAYS
    assert set(SAYS) < set(errors.__all__)


def test_the_tree_is_as_drawn():
    drawn = re.findall(
        r"^([ │├└─]*)(\w+)", errors.__doc__.split("text\n")[1].split("\nEach")[0], re.MULTILINE
    )
    path = []
    for indent, name in drawn:
        depth = (len(indent) - 4) // 4
        path[depth:] = [TREE[name]]
        assert depth == 0 or path[depth - 1] in TREE[name].__bases__
    assert {name for _, name in drawn} == set(TREE)


def test_python_catches_them_by_its_own_names():
    assert issubclass(InvalidValue, ValueError)
    assert issubclass(errors.NotFound, LookupError)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_they_survive_pickling_and_copying(error):
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert (str(twin), twin.facts) == (str(error), error.facts)


def test_facts_are_those_of_the_message():
    assert InvalidValue("quantity 0 is below 1", quantity=0).facts == {"quantity": 0}
    assert PushcoreError().facts == {}
    assert EXAMPLES[0].facts == {"codes": ("sold-out", "too-late")}
    assert EXAMPLES[1].facts["problems"] == EXAMPLES[1].problems


def test_every_reason_is_told():
    refused, document = EXAMPLES[:2]
    assert refused.codes == ("sold-out", "too-late")
    assert str(refused) == f"sold-out: no postcard is left; too-late: {REFUSAL_CODES['too-late']}"
    assert str(document) == "campaign.goal: goal is zero\ntwo problems"
    assert Problem("", "two problems").kind == "invalid"


def test_a_host_refuses_with_codes_of_its_own():
    assert str(Refusal("too-many-tries")) == "too-many-tries: refused"
    assert Refusal("fraud2").facts == {}


@pytest.mark.parametrize(
    "code", ["", "Sold-out", "sold_out", "-", "a-", "-a", "a--b", "a b", "é", "a\n"], ids=repr
)
def test_codes_are_kebab_case(code):
    with pytest.raises(InvalidValue, match="is not kebab-case, such as 'sold-out'"):
        Refusal(code)


@pytest.mark.parametrize(
    "junk", [None, 10**5000, b"a", ["a"], object()], ids=lambda junk: type(junk).__name__
)
def test_reasons_are_text(junk):
    with pytest.raises(InvalidValue, match=r"Refusal\.code: expected text, got a"):
        Refusal(junk)
    with pytest.raises(InvalidValue, match=r"Refusal\.message: expected text, got a"):
        Refusal("sold-out", junk)
    with pytest.raises(InvalidValue, match="the facts of refusal sold-out are a mapping"):
        Refusal("sold-out", "", junk)
    for problem in ((junk, ""), ("", junk), ("", "", junk)):
        with pytest.raises(InvalidValue, match=r"Problem\.\w+: expected text, got a"):
            Problem(*problem)


@pytest.mark.parametrize("reasons", [None, 5, (), [], "ab", ["sold-out"], [None]], ids=repr)
def test_an_error_has_reasons(reasons):
    with pytest.raises(InvalidValue, match="at least one Refusal, got a"):
        Refused(reasons)
    with pytest.raises(InvalidValue, match="at least one Problem, got a"):
        InvalidDocument(reasons)


def syntax_of(source):
    return ast.walk(ast.parse(source.read_text(encoding="utf-8")))


def constants(nodes):
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_code_that_refuses_is_in_the_registry():
    calls = [
        node
        for source in SOURCES
        for node in syntax_of(source)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Refusal"
    ]
    codes = {code for call in calls for code in constants(ast.walk(call.args[0]))}
    assert len(codes) > 10
    assert codes <= set(REFUSAL_CODES)


def test_every_code_of_the_registry_is_used():
    elsewhere = [source for source in SOURCES if source.name != "errors.py"]
    used = {text for source in elsewhere for text in constants(syntax_of(source))}
    assert set(REFUSAL_CODES) <= used


def test_the_registry_is_in_order_and_explains():
    assert list(REFUSAL_CODES) == sorted(REFUSAL_CODES)
    assert all(
        meaning and meaning[0].islower() and not meaning.endswith(".") for meaning in REFUSAL_CODES.values()
    )


def test_messages_are_lower_case_and_do_not_end_with_a_point():
    for source in SOURCES:
        for node in syntax_of(source):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "message":
                texts = [part for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
                words = "".join(str(part.value) for part in texts)
                names_a_field = "." in words.partition(" ")[0]
                assert names_a_field or not words[:1].isupper(), (source.name, words)
                assert not words.endswith("."), (source.name, words)
