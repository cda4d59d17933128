"""Upcasting: bringing an old document up to the present schema, one step at a time.

A document is written once and read for ever. When the shape of a type changes, its old documents are not
touched: the step from the shape before is added to `UPCASTERS`, and an example of the old shape to the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pushcore._checks import shown
from pushcore.errors import InvalidDocument, Problem
from pushcore.ids import parted
from pushcore.money import Money
from pushcore.pledges.pledge import OFFLINE

__all__ = ["UPCASTERS", "Upcaster", "current_schema", "upcast"]

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""A step from one schema of a type to the next: it is given a copy of the document, and returns the new one.

It changes the content only; the number in ``schema`` is counted up for it. What becomes another type, which
it may say in ``type``, goes on from the first schema of that.
"""


def _selection(request: dict[str, Any]) -> dict[str, Any]:
    """What was picked, which requests once had among their own keys."""
    return {key: request.pop(key) for key in ("bonus", "tier_id", "quantity")}


def _pledge_1(document: dict[str, Any]) -> dict[str, Any]:
    """A quote was a unit price, a quantity and a bonus."""
    request, old = dict(document["request"]), document["quote"]
    selection = _selection(request)
    reward = {
        "kind": "reward",
        "id": selection["tier_id"],
        "quantity": old["quantity"],
        "unit": old["unit_price"],
    }
    bonus = {"kind": "bonus", "id": None, "quantity": 1, "unit": old["bonus"]}
    rewards = [] if old["unit_price"] is None else [reward]
    lines = [*rewards, bonus] if old["bonus"]["amount"].strip("0.") else rewards
    return {
        **document,
        "request": {**request, "selection": selection},
        "quote": {"selection": selection, "lines": lines},
    }


def _pledge_6(document: dict[str, Any]) -> dict[str, Any]:
    """What had gone back said neither what of it was on top, nor of which part."""
    gone_back = [
        {"way": {"charged": it["charged"], "amount": it["amount"]}, "reference": it["reference"]}
        for it in document.get("gone_back", ())
    ]
    return {**document, "gone_back": gone_back}


def _pledge_7(document: dict[str, Any]) -> dict[str, Any]:
    """What a dispute took said what it was of each of three amounts, of which one went nowhere."""
    disputes = [dict(it) for it in document.get("disputes", ())]
    for it in disputes:
        if taken := it.pop("booked", None):
            it["exchanged"] = {"amount": taken["campaign"], "booked": taken["settled"]}
    return {**document, "disputes": disputes}


def _pledge_8(document: dict[str, Any]) -> dict[str, Any]:
    """All charges of a pledge had one booking: each has its share of it, at the same rates."""
    document = dict(document)
    booked, instalments = document.pop("tendered", None), document.get("instalments")
    if booked is None:
        return document
    parts = () if instalments is None else instalments["parts"]
    tried = {it.get("attempt"): _money(it["amount"]).minor for it in parts}
    weights = {it: minor for it, minor in tried.items() if it is not None} or {document["attempts"]: 1}
    shares = zip(*(_shares(booked[it], weights) for it in _TENDERED), strict=True)
    pledge_id = document["request"]["pledge_id"]
    bookings = [
        {
            "charged": f"{pledge_id}/charge/{attempt}",
            "tendered": {**booked, **dict(zip(_TENDERED, of_charge, strict=True))},
        }
        for attempt, of_charge in zip(weights, shares, strict=True)
    ]
    return {**document, "bookings": bookings}


def _pledge_9(document: dict[str, Any]) -> dict[str, Any]:
    """What became credit was told by its name alone: the key of the refund, as of what went by hand."""
    refund, offline = f"{document['request']['pledge_id']}/refund/", document.get("method") == OFFLINE
    gone_back = [
        {**it, "credit": not offline and it["reference"].startswith(refund)}
        for it in document.get("gone_back", ())
    ]
    return {**document, "gone_back": gone_back}


_TENDERED: Final = ("presented", "campaign", "settled")


def _money(document: dict[str, str]) -> Money:
    return Money.of(document["amount"], document["currency"])


def _shares(document: dict[str, str], weights: dict[int, int]) -> list[dict[str, str]]:
    """An amount shared out, at least a unit each."""
    parts = _money(document).allocate([*weights.values()])
    return [{**document, "amount": max(it, it.with_minor(1)).text} for it in parts]


def _campaign_2(document: dict[str, Any]) -> dict[str, Any]:
    """A plan of instalments named a payout that there was not, and was a way of charging; matches count.

    Whatever counted to the goal in full, matches count to it too.
    """
    terms = dict(document["terms"])
    model, plan = terms.get("model"), terms.get("instalments")  # what is missing is told later, all of it
    if isinstance(model, dict):
        terms["model"] = _model_2(model)
    if plan is not None:
        terms["instalments"] = {key: value for key, value in plan.items() if key != "later_payout"}
    return {**document, "terms": terms}


def _model_2(model: dict[str, Any]) -> dict[str, Any]:
    counts, charging = model.get("counts", ()), model.get("charging")
    changed = {"charging": "at-deadline"} if charging == "instalments" else {}
    return {**model, **changed, **({"counts": [*counts, "match"]} if set(counts) >= _COUNTED_2 else {})}


_COUNTED_2: Final = frozenset({"reward", "add-on", "bonus", "discount", "shipping", "tax"})


def _subscription_1(document: dict[str, Any]) -> dict[str, Any]:
    """What was paid was forgotten, so that nothing older than the last creation was counted."""
    creations = document.get("creations")
    last = creations[-1] if isinstance(creations, list) and creations else None
    return {**document, "counts_from": last}


def _prepare_2(document: dict[str, Any]) -> dict[str, Any]:
    """What authorizes an amount was once the saving of a method that did so besides."""
    amount = document.pop("authorizes")
    return document if amount is None else {**document, "type": "authorize", "amount": amount}


def _debt_2(document: dict[str, Any]) -> dict[str, Any]:
    """Who bore what was written off was told by where it came from alone, and once not at all."""
    borne: dict[str, Money] = {}
    for it in document.get("recovered", ()):
        place, *names = parted(it["account"])
        if place == "written-off":
            borne[names[-1]] = _plus(borne.get(names[-1]), _money(it["amount"]))
    given_up = document.get("settled", {}).get("written-off")
    untold = (
        None if given_up is None else _money(given_up) - Money.total(borne.values(), given_up["currency"])
    )
    if untold:
        borne["platform"] = _plus(borne.get("platform"), untold)
    told = {bearer: {"amount": it.text, "currency": it.currency.code} for bearer, it in borne.items()}
    return {**document, "borne": told}


def _plus(known: Money | None, more: Money) -> Money:
    return more if known is None else known + more


def _invoice_1(document: dict[str, Any]) -> dict[str, Any]:
    """A credit note was of one invoice only."""
    corrected = document.get("corrects")
    return {**document, "corrects": [] if corrected is None else [corrected]}


def _payout_2(document: dict[str, Any]) -> dict[str, Any]:
    """Whether a milestone was consented to was told by the state alone."""
    waits = document.get("milestone") is None or document["state"] in {"held", "refused"}
    return {**document, "consented": not waits}


UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {
    ("account-statement", 1): dict,
    ("accrued-share", 1): dict,
    ("campaign", 1): dict,
    ("campaign", 2): _campaign_2,
    ("campaign", 3): dict,
    ("campaign", 4): dict,
    ("campaign", 5): dict,
    ("campaign", 6): dict,
    ("debt", 1): dict,
    ("debt", 2): _debt_2,
    ("debt-called-off", 1): dict,
    ("invoice", 1): _invoice_1,
    ("payout", 1): dict,
    ("payout", 2): _payout_2,
    ("campaign-settled", 1): dict,
    ("pledge", 1): _pledge_1,
    ("pledge", 2): dict,
    ("pledge", 3): dict,
    ("pledge", 4): dict,
    ("pledge", 5): dict,
    ("pledge", 6): _pledge_6,
    ("pledge", 7): _pledge_7,
    ("pledge", 8): _pledge_8,
    ("pledge", 9): _pledge_9,
    ("pledge", 10): dict,
    ("pledge-placed", 1): dict,
    ("prepare", 1): lambda document: {**document, "authorizes": None},
    ("prepare", 2): _prepare_2,
    ("accepted", 1): dict,
    ("progress", 1): dict,
    ("progress", 2): dict,
    **{(name, 1): dict for name in ("authorize", "charge", "capture", "refund", "transfer")},
    ("subscription", 1): _subscription_1,
}
"""The steps, by type and by the schema they start from; ``dict`` where what is new has a default."""


def current_schema(name: str) -> int:
    """The schema that documents of this type are written with: one more than it has steps."""
    return 1 + sum(of == name for of, _ in UPCASTERS)


def upcast(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """The same document in the present schema of its type.

    Raises:
        InvalidDocument: its schema is none of this type, or it does not have the shape of that schema.
    """
    schema, current = document.get("schema"), current_schema(name)
    if type(schema) is not int or not 1 <= schema <= current:
        message = f"expected a whole number from 1 to {current}, got {shown(schema)}"
        raise InvalidDocument([Problem("schema", message, "schema")])
    for step in range(schema, current):
        try:
            document = UPCASTERS[name, step](dict(document))
        except KeyError as error:
            message = f"not a {name} of schema {schema}: {shown(*error.args)} is missing"
            raise InvalidDocument([Problem("", message, "schema")]) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            message = f"not a {name} of schema {schema}: a part of it has another shape"
            raise InvalidDocument([Problem("", message, "schema")]) from error
        if document.get("type", name) != name:
            return upcast(document["type"], {**document, "schema": 1})
    return {**document, "schema": current}
