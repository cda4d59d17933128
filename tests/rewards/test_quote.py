"""Quotes: the published checkouts of Kickstarter's client, and the laws that any quote keeps."""

from enum import StrEnum

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import (
    Catalogue,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    Percentage,
    Phase,
    Quote,
    Rounding,
    Selection,
    Settlement,
    Shipping,
    Sum,
    Tax,
    Tier,
    Voucher,
)
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.rewards import GOODS, LineKind, QuoteLine, quote
from pushcore.testing import strategies

minors = st.integers(0, 10_000_00)


def usd(amount):
    return Money.of(amount, "USD")


def everywhere(cost):
    return Shipping(elsewhere=usd(cost))


def lines(quoted):
    return [(line.kind.value, line.id, line.quantity, line.amount.text) for line in quoted.lines]


@given(price=minors, quantity=st.integers(1, 100), bonus=minors)
def test_a_quote_is_the_price_so_many_times_and_the_bonus(price, quantity, bonus):
    catalogue = Catalogue([Tier("t", Money.of_minor(price, "EUR"))])
    given = Selection(Money.of_minor(bonus, "EUR"), tier_id="t", quantity=quantity)
    quoted = quote(catalogue, given)
    assert quoted.amount.minor == price * quantity + bonus
    assert (quoted.units, quoted.contribution) == (quantity, quoted.amount)


def test_a_quote_is_of_the_very_selection_that_was_picked():
    """Most quotes are alike, and what they have alike is made once: never what is somebody's own."""

    class Noted(Selection):
        note = "for my aunt"

    catalogue = Catalogue([Tier("t", usd(5))])
    for kind in (Selection, Noted):
        for picked in (kind(usd(1), tier_id="t"), kind(usd(1))):
            assert quote(catalogue, picked).selection is picked
            picked.add_ons["sticker"] = 2  # nobody's but its own
    again = quote(catalogue, Selection(usd(1), tier_id="t"))
    assert again.selection == Selection(usd(1), tier_id="t")


@pytest.mark.parametrize("tier_id", ["t", None])
def test_an_add_on_has_a_line_of_its_own(tier_id):
    catalogue = Catalogue([Tier("t", usd(5))], add_ons=[Tier("sticker", usd(2))])
    quoted = quote(catalogue, Selection(usd(1), tier_id=tier_id, add_ons={"sticker": 3}))
    reward = [("reward", "t", 1, "5.00")] if tier_id else []
    assert lines(quoted) == [*reward, ("add-on", "sticker", 3, "6.00"), ("bonus", None, 1, "1.00")]


def test_a_line_has_the_id_that_its_tier_has():
    """Also where a tier of another catalogue goes by an equal one of another type."""

    class Name(StrEnum):
        T = "t"

    named, plain = (Catalogue([Tier(name, usd(5))]) for name in (Name.T, "t"))
    for catalogue, kind in ((named, Name), (plain, str), (named, Name)):
        for more in ({}, {"tip": usd(1)}):
            line = quote(catalogue, Selection(usd(1), tier_id="t", **more)).lines[0]
            assert type(line.id) is kind


@given(bonus=minors)
def test_without_a_tier_it_is_the_bonus(bonus):
    given = Money.of_minor(bonus, "EUR")
    assert quote(Catalogue(), Selection(given)).amount == given


# The baskets of Kickstarter's client: a reward, three of one add-on and two of another.


def basket(*, ships=None):
    reward = Tier("reward", usd("2"), late_price=usd("8"), shipping=ships, phases=[*Phase])
    three = Tier("three", usd("3"), late_price=usd("5"), shipping=ships, phases=[*Phase])
    two = Tier("two", usd("2"), late_price=usd("6"), shipping=ships, phases=[*Phase])
    return Catalogue([reward], add_ons=[three, two])


def picked(bonus, **changed):
    chosen = {"tier_id": "reward", "add_ons": {"three": 3, "two": 2}, "destination": "US"} | changed
    return Selection(usd(bonus), **chosen)


def test_a_digital_basket_pays_no_shipping():
    """ks-checkout-digital: 2 + 3 x 3 + 2 x 2 + 4."""
    quoted = quote(basket(), picked("4"))
    assert quoted.amount == usd("19")
    assert lines(quoted) == [
        ("reward", "reward", 1, "2.00"),
        ("add-on", "three", 3, "9.00"),
        ("add-on", "two", 2, "4.00"),
        ("bonus", None, 1, "4.00"),
    ]


@pytest.mark.parametrize(
    ("phase", "bonus", "total"),
    [
        (Phase.CAMPAIGN, "0", "15"),
        (Phase.LATE, "0", "35"),
        (Phase.CAMPAIGN, "7", "22"),
        (Phase.LATE, "7", "42"),
    ],
)
def test_the_same_basket_has_two_prices(phase, bonus, total):
    """ks-two-prices."""
    assert quote(basket(), picked(bonus), phase=phase).amount == usd(total)


def test_shipping_is_paid_for_each_of_six_items():
    """KS04: late, 98 = 8 + 15 + 12 + 60 + 3."""
    quoted = quote(basket(ships=everywhere("10")), picked("3"), phase=Phase.LATE)
    assert (quoted.amount, quoted.sum({LineKind.SHIPPING})) == (usd("98"), usd("60"))


def test_shipping_of_the_reward_alone():
    """KS04: early, with digital add-ons, 29 = 2 + 9 + 4 + 10 + 4."""
    reward = Tier("reward", usd("2"), shipping=everywhere("10"))
    catalogue = Catalogue([reward], add_ons=[Tier("three", usd("3")), Tier("two", usd("2"))])
    assert quote(catalogue, picked("4")).amount == usd("29")


def test_add_ons_and_shipping_by_quantity():
    """KS01: two add-ons at 10, twice and once, are 30; KS02: at 5 each their shipping is 15, else nothing."""
    for ships, cost in ((everywhere("5"), "15"), (None, "0")):
        add_ons = [Tier(name, usd("10"), shipping=ships) for name in ("a", "b")]
        catalogue = Catalogue([Tier("free", usd("0"), pickup=True)], add_ons=add_ons)
        quoted = quote(catalogue, picked("0", tier_id="free", add_ons={"a": 2, "b": 1}))
        assert (quoted.sum({LineKind.ADD_ON}), quoted.sum({LineKind.SHIPPING})) == (usd("30"), usd(cost))


@pytest.mark.parametrize(("bonus", "total"), [("10", "55"), ("700", "745")])
def test_rewards_shipping_and_bonus(bonus, total):
    """KS03: rewards of 30, shipping 15."""
    catalogue = Catalogue([Tier("reward", usd("30"), shipping=everywhere("15"))])
    assert quote(catalogue, picked(bonus, add_ons={})).amount == usd(total)


def test_what_is_pledged_without_shipping():
    """KS07: 700.50 of which 100 are shipping leave 600.50."""
    catalogue = Catalogue([Tier("reward", usd("600.50"), shipping=everywhere("100"))])
    quoted = quote(catalogue, picked("0", add_ons={}))
    assert (quoted.amount, quoted.sum(GOODS)) == (usd("700.50"), usd("600.50"))


def test_the_listed_place_comes_before_the_rest_of_the_world():
    shipping = Shipping({"BE": usd("4")}, elsewhere=usd("9"))
    catalogue = Catalogue([Tier("reward", usd("10"), shipping=shipping)])
    totals = [
        quote(catalogue, picked("0", add_ons={}, destination=it)).amount.text for it in ("BE", "JP", None)
    ]
    assert totals == ["14.00", "19.00", "10.00"]


# Pins, discounts, taxes, and what is given on top.


def test_a_price_that_was_quoted_before_is_kept():
    """KS18: whoever pledged at 10 keeps it when only the destination changes; a new backer pays 12."""

    def at(price):
        return Catalogue([Tier("reward", usd(price), shipping=Shipping({"BE": usd("1"), "JP": usd("3")}))])

    before = quote(at("10"), picked("0", add_ons={}, destination="BE"))
    moved = picked("0", add_ons={}, destination="JP")
    assert quote(at("12"), moved, pinned=before).amount == usd("13")
    assert quote(at("12"), moved).amount == usd("15")
    free = quote(at("0"), picked("0", add_ons={}, destination="BE"))
    assert quote(at("12"), moved, pinned=free).amount == usd("3")


def test_pieces_that_come_on_top_have_the_price_of_today():
    """Two at 10 stay at 10; a third one costs 50; whoever then has two again has the first two."""

    def picked_of(price, number, pinned=None):
        off = Voucher("v", amount=usd("3"))
        catalogue = Catalogue([Tier("print", usd(price))], vouchers=[off])
        return quote(
            catalogue, Selection(usd("0"), tier_id="print", quantity=number, voucher="v"), pinned=pinned
        )

    two = picked_of("10", 2)
    three = picked_of("50", 3, two)
    assert lines(three) == [
        ("reward", "print", 2, "20.00"),
        ("reward", "print", 1, "50.00"),
        ("discount", "v", 1, "-3.00"),
    ]
    assert picked_of("60", 3, three) == three
    assert picked_of("60", 2, three) == two
    assert picked_of("10", 3, two).prices("print") == [(3, usd("10"))]


def test_a_voucher_takes_a_quarter_off():
    """XX07: 19.99 less 25 % is 14.99, the discount rounded half up."""
    off = Voucher("quarter", percent=Percentage.of("25"), rounding=Rounding.HALF_UP)
    catalogue = Catalogue([Tier("reward", usd("19.99"))], vouchers=[off])
    quoted = quote(catalogue, picked("0", add_ons={}, voucher="quarter"))
    assert quoted.amount == usd("14.99")
    assert lines(quoted)[1] == ("discount", "quarter", 1, "-5.00")


@pytest.mark.parametrize(
    ("voucher", "amount"),
    [
        (Voucher("v", amount=usd("3")), "7.00"),
        (Voucher("v", amount=usd("30")), "0.00"),
        (Voucher("v", percent=Percentage.of("100"), rounding=Rounding.DOWN), "0.00"),
        (Voucher("v", tier_ids=["other"], amount=usd("3")), "10.00"),
        (Voucher("v"), "10.00"),
    ],
)
def test_a_voucher_never_takes_off_more_than_the_price(voucher, amount):
    catalogue = Catalogue([Tier("reward", usd("10")), Tier("other", usd("10"))], vouchers=[voucher])
    assert quote(catalogue, picked("0", add_ons={}, voucher="v")).amount.text == amount


@pytest.mark.parametrize(
    ("included", "amount", "tax"), [(True, "110.00", "9.09"), (False, "120.00", "10.00")]
)
def test_tax_in_a_price_or_on_top_of_it(included, amount, tax):
    """PX12: 10 % in 100.00 is 9.09, on top 10.00. The bonus of 10.00 buys nothing and is not taxed."""
    vat = Tax("vat", Percentage.of("10"), Rounding.HALF_UP, included=included)
    quoted = quote(Catalogue([Tier("reward", usd("100"))], taxes=[vat]), picked("10", add_ons={}))
    assert quoted.amount.text == amount
    assert (quoted.included_tax or quoted.sum({LineKind.TAX})).text == tax


@pytest.mark.parametrize(
    ("currency", "price", "included", "amount", "tax"),
    [
        ("EUR", "100.00", True, "500.00", "79.83"),  # PX08: the tax of the sum, the gross kept
        ("EUR", "84.03", False, "499.98", "79.83"),  # PX08: put on the sum of the nets
        ("EUR", "99.98", True, "499.90", "79.82"),  # PX09
        ("EUR", "84.02", False, "499.92", "79.82"),  # PX09
        ("JPY", "8402", False, "49992", "7982"),  # PX09
    ],
)
def test_the_tax_of_five_is_rounded_once(currency, price, included, amount, tax):
    """Of five pledges of one each it is rounded five times, as of lines that are rounded apart (PX08)."""
    vat = Tax("vat", Percentage.of("19"), Rounding.HALF_UP, included=included)
    catalogue = Catalogue([Tier("ticket", Money.of(price, currency))], taxes=[vat])
    nothing = Money.zero(currency)
    quoted = quote(catalogue, Selection(nothing, tier_id="ticket", quantity=5))
    assert (quoted.amount.text, (quoted.included_tax or quoted.sum({LineKind.TAX})).text) == (amount, tax)
    if price == "100.00":
        apart = quote(catalogue, Selection(nothing, tier_id="ticket")).included_tax * 5
        assert (apart.text, (quoted.amount - quoted.included_tax).text) == ("79.85", "420.17")


def test_a_price_is_never_changed_to_fit_its_tax():
    """PX10: no net gives 23.00 at 7 %. Gross it stays; the net 21.50 comes to 23.01; free stays free."""
    vat = Tax("vat", Percentage.of("7"), Rounding.HALF_UP, included=True)
    gross = quote(Catalogue([Tier("reward", usd("23.00"))], taxes=[vat]), picked("0", add_ons={}))
    assert (gross.amount, gross.included_tax) == (usd("23.00"), usd("1.50"))
    on_top = attrs.evolve(vat, included=False)
    net = quote(Catalogue([Tier("reward", usd("21.50"))], taxes=[on_top]), picked("0", add_ons={}))
    assert (net.amount, net.sum({LineKind.TAX})) == (usd("23.01"), usd("1.51"))
    for tax in (vat, on_top):
        free = quote(Catalogue([Tier("reward", usd("0.00"))], taxes=[tax]), picked("0", add_ons={}))
        assert free.amount == usd("0.00")


def test_tax_is_that_of_the_destination_and_may_leave_shipping_out():
    reward = Tier("reward", usd("100"), shipping=everywhere("10"))
    half = Percentage.of("50")
    taxes = [
        Tax("be", half, Rounding.HALF_UP, included=False, shipping=False, destinations=["BE"]),
        Tax("us", half, Rounding.HALF_UP, included=False, destinations=["US"]),
    ]
    catalogue = Catalogue([reward], taxes=taxes)
    for place, amount in (("BE", "160.00"), ("US", "165.00"), ("JP", "110.00")):
        assert quote(catalogue, picked("0", add_ons={}, destination=place)).amount.text == amount


def test_what_was_paid_for_shipping_is_no_price():
    catalogue = Catalogue([Tier("reward", usd("10"), shipping=everywhere("3"))])
    one, two = (
        Selection(usd("0"), tier_id="reward", quantity=quantity, destination="BE") for quantity in (1, 2)
    )
    before = quote(catalogue, one)
    assert before.prices("reward") == [(1, usd("10"))]
    assert quote(catalogue, two, pinned=before).amount == usd("26")


def test_nothing_is_no_tax():
    vat = Tax("vat", Percentage.of("10"), Rounding.HALF_UP, included=False)
    assert lines(quote(Catalogue([Tier("reward", usd("0"))], taxes=[vat]), picked("1", add_ons={}))) == [
        ("reward", "reward", 1, "0.00"),
        ("bonus", None, 1, "1.00"),
    ]


def test_a_bonus_alone_has_no_tax_and_no_bonus_has_no_line():
    vat = Tax("vat", Percentage.of("10"), Rounding.HALF_UP, included=True)
    catalogue = Catalogue([Tier("reward", usd("10"))], taxes=[vat])
    alone = quote(catalogue, Selection(usd("5")))
    assert (lines(alone), alone.included_tax) == ([("bonus", None, 1, "5.00")], None)
    without = quote(catalogue, Selection(usd("0"), tier_id="reward"))
    assert lines(without) == [("reward", "reward", 1, "10.00")]


SERVICE = FeeSchedule(
    [
        FeeLine(
            "service",
            FeeBase.PLEDGE,
            Sum([Percent(Percentage.of("2.2")), Fixed(Money.of("0.10", "EUR"))]),
            Rounding.HALF_UP,
        )
    ]
)


def test_a_service_fee_is_paid_on_top_of_the_whole_contribution():
    """ulule-backer-fee: 0.10 and 2.2 % of 100.00 are 2.30; the backer pays 102.30."""
    quoted = quote(Catalogue(on_top=SERVICE), Selection(Money.of("100.00", "EUR")))
    assert quoted.on_top == {"service": Money.of("2.30", "EUR")}
    assert (quoted.amount.text, quoted.contribution.text) == ("102.30", "100.00")
    assert quote(Catalogue(on_top=SERVICE), Selection(Money.zero("EUR"))).amount == Money.zero("EUR")


@pytest.mark.parametrize(
    ("amount", "tip", "total"), [("100.00", "10.00", "110.00"), ("20.84", "3.13", "23.97")]
)
def test_a_tip_is_on_top_and_never_the_campaigns(amount, tip, total):
    """oc-tip, OC20."""
    quoted = quote(Catalogue(), Selection(usd(amount), tip=usd(tip)))
    assert (quoted.amount.text, quoted.contribution.text) == (total, amount)
    assert quoted.on_top == {"tip": usd(tip)}


@given(
    prices=st.lists(minors, min_size=3, max_size=3),
    numbers=st.lists(st.integers(1, 9), min_size=3, max_size=3),
    bonus=minors,
    tip=minors,
    included=st.booleans(),
)
def test_what_the_campaign_and_the_platform_get_is_what_is_paid(prices, numbers, bonus, tip, included):
    tiers = [
        Tier(
            name, Money.of_minor(price, "EUR"), shipping=Shipping(elsewhere=Money.of_minor(price // 3, "EUR"))
        )
        for name, price in zip("abc", prices, strict=True)
    ]
    vat = Tax("vat", Percentage.of("21"), Rounding.HALF_EVEN, included=included)
    catalogue = Catalogue(tiers[:1], add_ons=tiers[1:], taxes=[vat], on_top=SERVICE)
    selection = Selection(
        Money.of_minor(bonus, "EUR"),
        tier_id="a",
        quantity=numbers[0],
        add_ons={"b": numbers[1], "c": numbers[2]},
        destination="BE",
        tip=Money.of_minor(tip, "EUR"),
    )
    quoted = quote(catalogue, selection)
    assert quoted.amount == Money.total((line.amount for line in quoted.lines), "EUR")
    assert quoted.contribution + Money.total(quoted.on_top.values(), "EUR") == quoted.amount
    assert quote(catalogue, selection, pinned=quoted) == quoted


# What cannot be.


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"tier_id": "castle"}, "tier castle"),
        ({"tier_id": "three", "add_ons": {}}, "tier three"),
        ({"add_ons": {"castle": 1}}, "add-on castle"),
        ({"tier_id": None, "add_ons": {"reward": 1}}, "add-on reward"),
        ({"voucher": "castle"}, "voucher castle"),
        ({"tier_id": None, "add_ons": {}, "voucher": "reward"}, "voucher reward"),
    ],
)
def test_only_what_there_is_can_be_quoted(changed, missing):
    with pytest.raises(InvalidValue, match=f"there is no {missing}"):
        quote(basket(), picked("0", **changed))


def test_a_price_and_a_bonus_of_two_currencies_have_no_sum():
    with pytest.raises(CurrencyMismatch):
        quote(basket(), Selection(Money.of(1, "EUR"), tier_id="reward"))


LINE = QuoteLine(LineKind.BONUS, None, 1, usd("1"))


@pytest.mark.parametrize(
    "parts",
    [
        (None, [LINE]),
        (Selection(usd("1")), [5]),
        (Selection(usd("1")), LINE),
        (Selection(usd("1")), [QuoteLine(LineKind.DISCOUNT, "v", 1, usd("-1"))]),
        (Selection(Money.of(1, "EUR")), [LINE]),
        (Selection(usd("1")), [LINE], 5),
        (Selection(usd("1")), [LINE, QuoteLine(LineKind.TIP, None, 1, usd("-2"))]),
    ],
)
def test_what_no_quote_can_be(parts):
    with pytest.raises(InvalidValue):
        Quote(*parts[:2], included_tax=parts[2] if len(parts) > 2 else None)


@pytest.mark.parametrize(
    "parts",
    [
        ("bonus", None, 1, usd("1")),
        (LineKind.TIP, "", 1, usd("1")),
        (LineKind.TIP, 5, 1, usd("1")),
        (LineKind.TIP, None, 0, usd("1")),
        (LineKind.TIP, None, True, usd("1")),
        (LineKind.TIP, None, 10**18 + 1, usd("1")),
        (LineKind.TIP, None, 1, 1),
    ],
)
def test_what_no_line_can_be(parts):
    with pytest.raises(InvalidValue):
        QuoteLine(*parts)


@pytest.mark.parametrize("kinds", [5, None, "tip", ["gift"], [None]])
def test_sums_are_of_kinds_that_there_are(kinds):
    with pytest.raises(InvalidValue):
        Quote(Selection(usd("1")), [LINE]).sum(kinds)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"catalogue": None}, "the catalogue: expected Catalogue"),
        ({"selection": "reward"}, "what is picked: expected Selection"),
        ({"phase": "late"}, "phase: expected Phase"),
        ({"pinned": usd("1")}, "the quote that pins prices: expected Quote or None"),
    ],
)
def test_what_cannot_be_quoted(wrong, why):
    asked = {"catalogue": basket(), "selection": picked("0")} | wrong
    with pytest.raises(InvalidValue, match=why):
        quote(asked.pop("catalogue"), asked.pop("selection"), **asked)


def test_lines_of_one_name_are_one_sum_on_top():
    """As of two pledges that were made one: each had its fee and its tip."""
    fees = [QuoteLine(LineKind.FEE, "service", 1, usd(it)) for it in ("0.30", "0.20")]
    tips = [QuoteLine(LineKind.TIP, None, 1, usd("1"))] * 2
    quoted = Quote(Selection(usd("1")), [LINE, *fees, *tips])
    assert quoted.on_top == {"service": usd("0.50"), "tip": usd("2")}
    assert (quoted.amount, quoted.contribution) == (usd("3.50"), usd("1"))


@given(strategies.quotes())
def test_any_quote_is_the_sum_of_its_lines(quoted):
    every = {kind: quoted.sum([kind]) for kind in LineKind}
    assert Money.total(every.values(), quoted.amount.currency) == quoted.amount
    assert quoted.sum(GOODS) == quoted.goods
    beside = every[LineKind.FEE] + every[LineKind.TIP]
    assert quoted.contribution == quoted.amount - beside
    assert quoted.contribution == quoted.goods + every[LineKind.SHIPPING] + every[LineKind.TAX]
    assert Money.total(quoted.on_top.values(), beside.currency) == beside
    assert quoted.units == (quoted.selection.quantity if quoted.selection.tier_id else 0)


@given(st.data())
def test_what_was_quoted_keeps_its_price(data):
    """KS18: for every tier and add-on that was in the first quote, and for no other."""
    shelf = data.draw(strategies.catalogues("EUR"))
    one, two = (data.draw(strategies.selections(shelf, currency="EUR")) for _ in range(2))
    late = quote(shelf, one, phase=Phase.LATE)
    again = quote(shelf, two, pinned=late)
    had = dict(shelf.picked(one))
    for tier, number in shelf.picked(two):
        kept = min(number, had.get(tier, 0))
        price = tier.price_in(Phase.LATE) * kept + tier.price * (number - kept)
        assert Money.total((unit * pieces for pieces, unit in again.prices(tier.id)), "EUR") == price
    assert quote(shelf, one, phase=Phase.LATE, pinned=late) == late


def test_a_fee_on_top_may_have_a_tax_on_top():
    """2.2 % and 0.10 of 100.00, and 20 % of that; a fee of nothing has no line."""
    vat = FeeLine("vat", FeeBase.FEES, Percent(Percentage.of(20)), Rounding.HALF_UP, of=["service"])
    none = FeeLine("none", FeeBase.FEES, Percent(Percentage.of(0)), Rounding.HALF_UP, of=["vat"])
    catalogue = Catalogue(on_top=FeeSchedule([*SERVICE.lines, vat, none]))
    quoted = quote(catalogue, Selection(Money.of("100.00", "EUR")))
    assert {name: fee.text for name, fee in quoted.on_top.items()} == {"service": "2.30", "vat": "0.46"}
    assert (quoted.amount.text, quoted.contribution.text) == ("102.76", "100.00")


def test_tax_on_rewards_and_tax_on_fees_are_two_things():
    """What the creator owes stands in the quote; what the platform puts on its invoice is a fee line."""
    sold = Tier("atlas", Money.of("60.50", "EUR"))
    vat = Tax("vat", Percentage.of(21), Rounding.HALF_UP, included=True)
    quoted = quote(Catalogue([sold], taxes=[vat]), Selection(Money.of("39.50", "EUR"), tier_id="atlas"))
    invoice = FeeSchedule(
        [
            FeeLine("commission", FeeBase.COLLECTED, Percent(Percentage.of(5)), Rounding.HALF_UP),
            FeeLine("vat", FeeBase.FEES, Percent(Percentage.of(21)), Rounding.HALF_UP, of=["commission"]),
        ]
    )
    settled = Settlement.empty(invoice, "EUR").add([quoted.contribution])
    assert (quoted.amount.text, quoted.included_tax.text) == ("100.00", "10.50")
    assert {name: fee.text for name, fee in settled.fees.items()} == {"commission": "5.00", "vat": "1.05"}
    assert settled.net.text == "93.95"
