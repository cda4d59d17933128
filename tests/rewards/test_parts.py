"""What tiers and selections are made of: audiences, shipping, taxes, vouchers, and what is picked."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shelf import NOW, eur, picked

from pushcore import Audience, Money, Percentage, Rounding, Selection, Shipping, Tax, Voucher
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.testing import strategies

FIVE = Percentage.of("5")
JUNK = [None, 1, True, "", [], {}, object()]


# Audiences.


@pytest.mark.parametrize(
    ("audience", "backer_id", "token", "admitted"),
    [
        (Audience(token="t"), "ana", "t", True),
        (Audience(token="t"), "ana", "u", False),
        (Audience(token="t"), "ana", None, False),
        (Audience(backers=["ana"]), "ana", None, True),
        (Audience(backers=["ana"]), "bob", "ana", False),
        (Audience(token="t", backers=["ana"]), "ana", None, True),
        (Audience(token="t", backers=["ana"]), "bob", "t", True),
    ],
    ids=str,
)
def test_whoever_has_the_link_or_is_on_the_list(audience, backer_id, token, admitted):
    assert audience.admits(backer_id, token) is admitted


@pytest.mark.parametrize(
    "parts", [{}, {"token": ""}, {"token": 5}, {"backers": "ana"}, {"backers": [1]}, {"backers": []}], ids=str
)
def test_what_no_audience_can_be(parts):
    with pytest.raises(InvalidValue):
        Audience(**parts)


# Shipping.


@given(strategies.shippings("EUR"), st.sampled_from(["BE", "JP", "US", "FR"]))
def test_the_listed_rate_or_that_of_everywhere_else(shipping, place):
    cost = shipping.cost(place)
    assert cost == shipping.rates.get(place, shipping.elsewhere)
    assert cost is None or cost in shipping.amounts
    assert shipping.currency.code == "EUR"
    assert shipping.cost(None) is None


def test_a_rate_of_nothing_is_a_rate():
    assert Shipping({"BE": eur("0")}).cost("BE") == eur("0")


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"rates": {}},
        {"rates": {"BE": 5}},
        {"rates": {"BE": eur("-1")}},
        {"rates": {"": eur("1")}},
        {"rates": {1: eur("1")}},
        {"rates": [("BE", eur("1"))]},
        {"rates": None},
        {"elsewhere": 5},
        {"elsewhere": eur("-1")},
    ],
    ids=str,
)
def test_what_no_shipping_can_be(parts):
    with pytest.raises(InvalidValue):
        Shipping(**parts)


def test_shipping_is_of_one_currency():
    with pytest.raises(CurrencyMismatch):
        Shipping({"BE": eur("1")}, elsewhere=Money.of("1", "USD"))


@pytest.mark.parametrize("place", [1, [], object()])
def test_a_place_is_text(place):
    with pytest.raises(InvalidValue, match="where it is sent: expected str or None"):
        Shipping(elsewhere=eur("1")).cost(place)


def test_nobody_changes_the_rates_of_shipping_from_outside():
    rates = {"BE": eur("1")}
    shipping = Shipping(rates)
    rates["JP"] = eur("9")
    assert shipping == Shipping({"BE": eur("1")})
    with pytest.raises(TypeError):
        Shipping(rates, eur("1"))  # a rate for elsewhere is named


# Taxes.


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"rate": 5},
        {"rate": Percentage.of("0")},
        {"rate": Percentage.of("-5")},
        {"rounding": "half-up"},
        {"included": 1},
        {"shipping": None},
        {"destinations": "BE"},
        {"destinations": [1]},
    ],
    ids=str,
)
def test_what_no_tax_can_be(changed):
    parts = {"name": "vat", "rate": FIVE, "rounding": Rounding.HALF_UP, "included": True} | changed
    with pytest.raises(InvalidValue):
        Tax(**parts)


@given(strategies.amounts("EUR", least=0), strategies.taxes())
def test_tax_in_a_price_leaves_what_the_tax_on_top_is_of(price, tax):
    taken = tax.of(price)
    share = tax.rate.fraction
    exact = price.minor * (share / (1 + share) if tax.included else share)
    assert abs(taken.minor - exact) < 1
    assert not tax.included or taken <= price


@pytest.mark.parametrize(
    ("destinations", "place", "applies"),
    [([], None, True), ([], "JP", True), (["BE"], "BE", True), (["BE"], "JP", False), (["BE"], None, False)],
)
def test_a_tax_is_taken_everywhere_or_in_some_places(destinations, place, applies):
    tax = Tax("vat", FIVE, Rounding.UP, included=True, destinations=destinations)
    assert tax.applies(place) is applies


@pytest.mark.parametrize("price", JUNK)
def test_only_money_is_taxed(price):
    with pytest.raises(InvalidValue, match="what is taxed: expected Money"):
        Tax("vat", FIVE, Rounding.UP, included=True).of(price)


# Vouchers.


@given(strategies.vouchers("EUR"), strategies.amounts("EUR", least=0))
def test_a_voucher_takes_off_no_more_than_the_price(voucher, price):
    off = voucher.discount(price)
    assert off.minor >= 0
    assert off <= price
    if voucher.percent is voucher.amount is None:
        assert not off


@pytest.mark.parametrize("price", JUNK)
def test_only_money_gets_cheaper(price):
    with pytest.raises(InvalidValue, match="what a voucher makes cheaper: expected Money"):
        Voucher("v").discount(price)


def test_an_amount_off_is_of_the_currency_of_the_price():
    with pytest.raises(CurrencyMismatch):
        Voucher("v", amount=eur("1")).discount(Money.of("1", "USD"))


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"percent": FIVE, "rounding": Rounding.UP, "amount": eur("1")}, "not both"),
        ({"percent": FIVE}, "a percentage needs a rounding, and nothing else does"),
        ({"rounding": Rounding.UP}, "a percentage needs a rounding, and nothing else does"),
        ({"percent": Percentage.of("0"), "rounding": Rounding.UP}, "more than nothing and at most all"),
        ({"percent": Percentage.of("101"), "rounding": Rounding.UP}, "at most all, not 101%"),
        ({"blocks": True, "limit": 5}, "it blocks pieces of tiers: give them, and a limit"),
        ({"blocks": True, "tier_ids": ["t"]}, "it blocks pieces of tiers: give them, and a limit"),
        ({"code": ""}, "expected an id"),
        ({"amount": eur("0")}, "above zero"),
        ({"amount": 5}, "expected Money"),
        ({"tier_ids": "t"}, "expected a sequence"),
        ({"tier_ids": [1]}, "expected str"),
        ({"limit": -1}, "at least 0"),
        ({"ends_at": NOW.replace(tzinfo=None)}, "expected an instant"),
        ({"blocks": "yes"}, "expected bool"),
        ({"overbooks": None}, "expected bool"),
    ],
    ids=str,
)
def test_what_no_voucher_can_be(parts, why):
    with pytest.raises(InvalidValue, match=why):
        Voucher(**({"code": "v"} | parts))


def test_every_problem_of_a_voucher_is_named_at_once():
    with pytest.raises(InvalidValue) as no:
        Voucher("v", percent=Percentage.of("500"), amount=eur("1"), blocks=True)
    assert str(no.value).startswith("voucher v: it takes off a percentage or an amount, not both; ")
    assert str(no.value).count("; ") == 3


def test_a_voucher_suits_its_tiers_or_all():
    assert Voucher("v").suits("print")
    assert Voucher("v", tier_ids=["print"]).suits("print")
    assert not Voucher("v", tier_ids=["print"]).suits("mug")
    assert Voucher("v", ends_at=NOW + timedelta(1)).id == "v"


# Selections.


@pytest.mark.parametrize(
    "wrong",
    [
        {"bonus": eur("-0.01")},
        {"bonus": None},
        {"bonus": 5},
        {"tier_id": ""},
        {"tier_id": 5},
        {"quantity": 0},
        {"quantity": True},
        {"quantity": 1_000_001},
        {"quantity": 10**19},
        {"tier_id": None, "quantity": 2},
        {"add_ons": {"sticker": 0}},
        {"add_ons": {"sticker": 1_000_001}},
        {"add_ons": {"sticker": True}},
        {"add_ons": {5: 1}},
        {"add_ons": ["sticker"]},
        {"add_ons": None},
        {"add_ons": {"print": 1}},
        {"destination": ""},
        {"destination": 32},
        {"tip": eur("-1")},
        {"tip": 1},
        {"voucher": ""},
        {"token": 5},
    ],
    ids=str,
)
def test_what_nobody_can_pick(wrong):
    with pytest.raises(InvalidValue):
        Selection(**({"bonus": eur("0"), "tier_id": "print"} | wrong))


def test_a_tip_is_of_the_currency_of_the_bonus():
    with pytest.raises(CurrencyMismatch, match=r"a tip of USD 1.00 does not go with EUR 0.00"):
        picked(tip=Money.of("1", "USD"))


def test_what_was_picked_does_not_change():
    add_ons = {"sticker": 1}
    selection = picked(add_ons=add_ons)
    add_ons["sticker"] = 5
    assert dict(selection.picked) == {"print": 1, "sticker": 1}


@given(strategies.selections())
def test_what_is_picked_is_the_tier_and_the_add_ons(selection):
    found = dict(selection.picked)
    assert found.pop(selection.tier_id, 1) == selection.quantity
    assert found == selection.add_ons
    assert selection.bare is not bool(found or selection.tier_id or selection.voucher)
    assert hash(selection) == hash(selection)
