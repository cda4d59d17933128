"""Refunds: whole, of an amount, line by line; who bears what; and every series adds up to what was paid."""

import itertools
from contextlib import suppress
from datetime import timedelta

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Rounding
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.payouts import (
    Bearer,
    Bearing,
    GivenBack,
    Loss,
    Paid,
    PaidKind,
    PaidPart,
    RefundPolicy,
    RefundSituation,
    Returning,
    TakenFee,
    Waterfall,
    give_back,
    waive_fee,
)
from pushcore.payouts.paid import ON_TOP
from pushcore.testing import strategies

FAILED, CANCELED, FUNDED, PAID_OUT, FRAUD = RefundSituation
CREATOR, PLATFORM, HOST, BACKER, SPONSOR = Bearer
NONE, HALF, ALL = (Percentage.of(share) for share in (0, 50, 100))


def usd(text):
    return Money.of(text, "USD")


def kept(*bearers, share=NONE):
    return Returning(share, [it if isinstance(it, Bearing) else Bearing(it) for it in bearers])


def policy(rounding=Rounding.HALF_UP, *, indebts=True, parts=None, **fees):
    """The same waterfall in every situation."""
    waterfall = Waterfall(parts=parts or {}, fees=fees, indebts=indebts)
    return RefundPolicy(dict.fromkeys(RefundSituation, waterfall), rounding=rounding)


def paid(fees=None, **parts):
    return Paid.of(
        {name: usd(amount) for name, amount in parts.items()},
        {name: usd(fee) for name, fee in (fees or {}).items()},
    )


def refund(paid, wanted=None, rules=None, situation=FAILED, **facts):
    return give_back(paid, rules or policy(), situation, wanted, **facts)


def texts(amounts):
    return {key: amount.text for key, amount in amounts.items()}


def codes(call, *args, **options):
    with pytest.raises(Refused) as refused:
        call(*args, **options)
    return refused.value.codes


# Who gives it, and who bears what cannot be had back.
def test_the_host_covers_what_the_provider_keeps():
    """OC11: 1.00 of the 1.75 that the processor took comes back; the contributor gets all."""
    back = refund(
        paid({"processing": "1.75"}, goods="50.00"),
        rules=policy(processing=kept(HOST)),
        returned={"processing": usd("1.00")},
    )
    assert back.amount == usd("50.00")
    assert texts(back.gives) == {CREATOR: "48.25", HOST: "0.75"}
    assert texts(back.fees) == {"processing": "1.00"}
    assert back.losses == (Loss("processing", HOST, usd("0.75")),)
    assert back.debt == usd("0.00")
    assert back.paid.left == usd("0.00")
    assert back.paid.given == usd("48.25")


def test_a_fee_that_was_covered_is_lost_to_the_recipient():
    """stripe-refund-103: the donor covered the fee and is refunded everything."""
    back = refund(paid({"processing": "3.20"}, goods="103.20"), rules=policy(processing=kept(CREATOR)))
    assert back.amount == back.given(CREATOR) == usd("103.20")
    assert back.borne(CREATOR) == usd("3.20")
    assert back.fees == {}


def test_the_owner_bears_it_net_of_the_fee_of_the_platform():
    """CA13, catarse-chargeback: after the credit 174.00 of 200 are debited, and are a debt."""
    back = refund(paid({"platform": "26.00"}, goods="200.00"), situation=PAID_OUT, available=usd("0.00"))
    assert texts(back.gives) == {CREATOR: "174.00"}
    assert texts(back.fees) == {"platform": "26.00"}
    assert back.debt == usd("174.00")
    assert back.losses == ()


def test_all_that_is_left_of_a_campaign_goes_back_in_one():
    """CA14: 17400 of the owner's, once; a second call gives nothing."""
    whole = paid({"platform": "52.00"}, goods="400.00")
    first = refund(whole, usd("200.00"))
    rest = refund(first.paid)
    assert [it.given(CREATOR) for it in (first, rest)] == [usd("174.00")] * 2
    assert rest.paid.given == usd("348.00")
    assert codes(refund, rest.paid) == ("above-paid",)


def test_what_was_raised_stays_to_be_read():
    """BB14: the total of a campaign that is given back is shown as before."""
    back = refund(paid(goods="50.00"))
    assert (back.paid.total, back.paid.refunded, back.paid.left) == (usd("50"), usd("50"), usd("0"))


def test_what_a_refund_needs_is_held_against_the_net():
    """OC23: 1888.76 of 2578.41 is the campaign's, which has 2361.51."""
    fees = {"processor": "96.62", "platform": "206.27", "host": "386.76"}
    whole, strict = paid(fees, goods="2578.41"), policy(indebts=False)
    back = refund(whole, rules=strict, available=usd("2361.51"))
    assert back.given(CREATOR) == usd("1888.76")
    assert back.amount == usd("2578.41")
    assert refund(whole, rules=strict, available=usd("1888.76")).debt == usd("0")
    with pytest.raises(Refused, match=r"not-covered: USD 1888\.76 is .* and USD 1888\.75 is held") as no:
        refund(whole, rules=strict, available=usd("1888.75"))
    assert no.value.refusals[0].facts == {"missing": usd("0.01")}


def test_a_fee_that_was_given_back_alone_is_not_given_back_again():
    """OC30: the host gave its 5.00 back before the contribution is refunded."""
    before = waive_fee(paid({"host": "5.00"}, goods="100.00"), "host")
    back = refund(before)
    assert texts(back.gives) == {CREATOR: "100.00"}
    assert back.fees == {}
    assert codes(waive_fee, before, "host") == ("fee-given-back",)


def test_a_part_of_a_fee_given_back_alone():
    part = waive_fee(paid({"host": "5.00"}, goods="100.00"), "host", usd("2.00"))
    back = refund(part, usd("50.00"))
    assert (texts(back.gives), texts(back.fees)) == ({CREATOR: "48.50"}, {"host": "1.50"})
    assert back.paid.fee("host").left == usd("1.50")
    with pytest.raises(Refused) as no:
        waive_fee(back.paid, "host", usd("1.51"))
    assert no.value.refusals[0].facts == {"fee": "host", "left": usd("1.50")}
    last = refund(waive_fee(back.paid, "host", usd("1.50")))
    assert texts(last.gives) == {CREATOR: "50.00"}


def test_a_tip_is_the_platforms():
    back = refund(paid(goods="20.00", tip="3.00", fee="0.50"))
    assert texts(back.gives) == {CREATOR: "20.00", PLATFORM: "3.50"}
    assert texts(back.parts) == {"goods": "20.00", "tip": "3.00", "fee": "0.50"}


def test_a_tip_that_is_kept_is_no_part_of_a_refund():
    keeping = policy(parts={PaidKind.TIP: kept(BACKER)})
    whole = paid(goods="20.00", tip="3.00")
    back = refund(whole, rules=keeping)
    assert (back.amount, back.paid.left) == (usd("20.00"), usd("3.00"))
    assert texts(refund(whole, usd("20.00"), keeping).parts) == {"goods": "20.00"}
    assert codes(refund, whole, usd("20.01"), keeping) == ("above-paid",)
    assert codes(refund, whole, {"tip": usd("1.00"), "goods": usd("21")}, keeping) == (
        "not-refundable",
        "above-paid",
    )
    assert codes(refund, back.paid, None, keeping) == ("above-paid",)
    assert refund(back.paid).amount == usd("3.00")


def test_what_somebody_bears_before_the_payer_goes_back():
    """A tip that is kept, of which the host gives back up to a limit, is no tip that is kept whole."""
    limited = policy(parts={PaidKind.TIP: kept(Bearing(HOST, most=usd("1.00")), BACKER)})
    back = refund(paid(goods="20.00", tip="3.00"), rules=limited)
    assert (back.amount, back.given(HOST), back.borne(BACKER)) == (usd("21.00"), usd("1.00"), usd("2.00"))
    assert back.paid.left == usd("0.00")


def test_shipping_that_is_spent_is_borne_by_the_creator():
    spent = policy(parts={PaidKind.SHIPPING: kept(CREATOR)}, platform=kept(PLATFORM))
    back = refund(paid({"platform": "3.00"}, goods="20.00", shipping="10.00"), rules=spent)
    assert back.amount == usd("30.00")
    assert texts(back.gives) == {CREATOR: "27.00", PLATFORM: "3.00"}
    assert back.borne(CREATOR) == usd("10.00")


def test_what_others_bear_costs_the_creator_nothing_and_undoes_no_fee():
    """In a fraud, as at Kickstarter, the platform bears it all."""
    theirs = policy(parts={PaidKind.GOODS: kept(PLATFORM)})
    back = refund(paid({"platform": "5.00"}, goods="100.00"), rules=theirs, situation=FRAUD)
    assert texts(back.gives) == {PLATFORM: "100.00"}
    assert back.paid.fee("platform").undone == usd("0.00")


def test_the_backer_bears_a_fee():
    back = refund(paid({"processing": "1.75"}, goods="50.00"), rules=policy(processing=kept(BACKER)))
    assert (back.amount, texts(back.deducted)) == (usd("48.25"), {"processing": "1.75"})
    assert texts(back.parts) == {"goods": "50.00"}
    assert back.paid.refunded == usd("48.25")
    assert back.losses == (Loss("processing", BACKER, usd("1.75")),)


def test_the_backer_bears_no_more_than_there_is_to_get():
    """The creator had it of tips that the platform gives back: 0.20 were paid, and all went for the fee."""
    half = policy(parts={PaidKind.GOODS: kept(BACKER, share=HALF)}, a=kept(BACKER), b=kept(BACKER))
    back = refund(paid({"a": "0.60", "b": "0.40"}, goods="2.00"), rules=half)
    assert (back.amount, back.parts["goods"]) == (usd("0.50"), usd("1.00"))
    whole = policy(parts={PaidKind.GOODS: kept(CREATOR, share=HALF)}, a=kept(BACKER), b=kept(BACKER))
    back = refund(paid({"a": "1.20", "b": "0.80"}, goods="2.00"), rules=whole)
    assert (back.amount, texts(back.deducted)) == (usd("0.00"), {"a": "1.20", "b": "0.80"})


def test_fees_beyond_what_was_paid():
    back = refund(paid({"a": "0.25"}, goods="0.20"), rules=policy(a=kept(BACKER)))
    assert (back.amount, texts(back.gives)) == (usd("0.00"), {})
    assert back.paid.fee("a").left == usd("0.05")


def test_bearers_take_turns():
    rule = kept(Bearing(HOST, most=usd("0.50")), Bearing(PLATFORM, portion=HALF), SPONSOR)
    back = refund(paid({"processing": "1.75"}, goods="50.00"), rules=policy(processing=rule))
    assert texts(back.gives) == {CREATOR: "48.25", HOST: "0.50", PLATFORM: "0.63", SPONSOR: "0.62"}


def test_the_most_that_somebody_bears_is_of_all_refunds_together():
    rules = policy(processing=kept(Bearing(HOST, most=usd("0.50")), CREATOR))
    first = refund(paid({"processing": "2.00"}, goods="50.00"), usd("10.00"), rules)
    second = refund(first.paid, None, rules)
    assert [it.borne(HOST).text for it in (first, second)] == ["0.40", "0.10"]
    assert [it.borne(CREATOR).text for it in (first, second)] == ["0.00", "1.50"]


def test_what_nobody_bears_is_the_creators():
    spent = refund(paid(goods="50.00"), rules=policy(parts={PaidKind.GOODS: kept()}))
    assert (spent.amount, spent.borne(CREATOR)) == (usd("50.00"), usd("50.00"))
    short = {"processing": usd("1.00")}
    back = refund(paid({"processing": "1.75"}, goods="50.00"), returned=short)
    assert texts(back.gives) == {CREATOR: "49.00"}
    assert back.losses == (Loss("processing", CREATOR, usd("0.75")),)
    limited = policy(tip=kept(), processing=kept(Bearing(HOST, portion=HALF)))
    back = refund(paid({"processing": "2.00"}, goods="50.00"), rules=limited)
    assert (back.borne(HOST), back.borne(CREATOR)) == (usd("1.00"), usd("1.00"))


def test_the_money_of_a_match_is_the_sponsors():
    whole = paid({"platform": "5.00"}, match="100.00")
    assert refund(whole).amount == usd("100.00")
    assert whole.owner is SPONSOR
    for who in (BACKER, SPONSOR):
        back = refund(whole, rules=policy(platform=kept(who)))
        assert (back.amount, back.borne(SPONSOR)) == (usd("95.00"), usd("5.00"))
        spent = policy(parts={PaidKind.MATCH: kept(who)})
        assert codes(refund, whole, None, spent) == ("above-paid",)


def test_a_sponsor_can_bear_what_a_backer_gets():
    back = refund(paid({"processing": "1.75"}, goods="50.00"), rules=policy(processing=kept(SPONSOR)))
    assert (back.amount, back.given(SPONSOR)) == (usd("50.00"), usd("1.75"))


def test_a_situation_without_a_waterfall():
    only = RefundPolicy({FAILED: Waterfall()}, rounding=Rounding.FLOOR)
    assert refund(paid(goods="1.00"), rules=only).amount == usd("1.00")
    assert codes(refund, paid(goods="1.00"), None, only, available=usd("0.99")) == ("not-covered",)
    with pytest.raises(Refused, match="not-refundable: nothing is given back when it is paid-out") as no:
        refund(paid(goods="1.00"), rules=only, situation=PAID_OUT)
    assert no.value.refusals[0].facts == {"situation": "paid-out"}


@pytest.mark.parametrize("place", range(3))
def test_a_refund_rests_on_a_payment_a_policy_and_an_amount(place):
    facts = [paid(goods="1.00"), policy(), usd("1.00")]
    facts[place] = "junk"
    what = ("what was paid", "the policy of refunds", "what the campaign still holds")[place]
    with pytest.raises(InvalidValue, match=f"{what}: expected"):
        give_back(*facts[:2], FAILED, available=facts[2])


def test_what_is_not_held_is_a_debt():
    back = refund(paid(goods="50.00"), available=usd("20.00"))
    assert (back.amount, back.debt) == (usd("50.00"), usd("30.00"))
    assert refund(paid(goods="50.00"), available=usd("-5.00")).debt == usd("50.00")


# Amounts, lines and pieces.
def test_a_refund_is_what_was_paid():
    """XX05: nine units of 13.9563 were 125.61."""
    line = PaidPart("chair", PaidKind.GOODS, usd("125.61"), pieces=9)
    assert refund(Paid([line])).amount == usd("125.61")
    assert refund(Paid([line]), {"chair": 9}).amount == usd("125.61")
    now, singles = Paid([line]), []
    for _ in range(9):
        back = refund(now, {"chair": 1})
        now, singles = back.paid, [*singles, back.amount]
    assert Money.total(singles, "USD") == usd("125.61")
    assert max(singles) - min(singles) == usd("0.01")
    assert codes(refund, now, {"chair": 1}) == ("above-paid",)


@pytest.mark.parametrize("order", list(itertools.permutations("abcd")), ids="".join)
def test_lines_with_their_tax_in_any_order(order):
    """XX06: each line with its tax apart would come to 335.00."""
    nets = {"a": "68.33", "b": "68.33", "c": "57.50", "d": "85.00"}
    lines = [PaidPart(name, PaidKind.GOODS, usd(net)) for name, net in nets.items()]
    now = Paid([*lines, PaidPart("vat", PaidKind.TAX, usd("55.83"), of=tuple("abcd"))])
    assert now.total == usd("334.99")
    refunds = []
    for name in order:
        back = refund(now, {name: usd(nets[name])})
        now, refunds = back.paid, [*refunds, back.amount]
    assert Money.total(refunds, "USD") == usd("334.99")
    assert now.left == usd("0.00")
    apart = [usd(net).times(Percentage.of(120), Rounding.HALF_UP) for net in nets.values()]
    assert Money.total(apart, "USD") == usd("335.00")
    assert all(
        abs(it - apart["abcd".index(name)]).minor <= 1 for it, name in zip(refunds, order, strict=True)
    )


@pytest.mark.parametrize("steps", [[10], [1] * 10, [3, 3, 4], [9, 1]], ids=str)
def test_pieces_at_a_discount(steps):
    """XX09: 179.25 were paid for ten pieces, tax included."""
    shirts = PaidPart("shirt", PaidKind.GOODS, usd("149.37"), pieces=10)
    now, total = Paid([shirts, PaidPart("vat", PaidKind.TAX, usd("29.88"), of=("shirt",))]), usd("0")
    for pieces in steps:
        back = refund(now, {"shirt": pieces})
        now, total = back.paid, total + back.amount
    assert total == usd("179.25")
    assert now.left == usd("0.00")


def test_a_tax_keeps_up_with_what_it_is_of():
    tax = PaidPart("vat", PaidKind.TAX, usd("20.00"), of=("a",))
    now = Paid([PaidPart("a", PaidKind.GOODS, usd("100.00")), PaidPart("b", PaidKind.GOODS, usd("9")), tax])
    assert texts(refund(now, {"b": usd("9.00")}).parts) == {"b": "9.00"}
    ahead = refund(now, {"vat": usd("15.00")})
    assert texts(ahead.parts) == {"vat": "15.00"}
    assert texts(refund(ahead.paid, {"a": usd("50.00")}).parts) == {"a": "50.00"}
    assert texts(refund(ahead.paid, {"a": usd("90.00")}).parts) == {"a": "90.00", "vat": "3.00"}
    assert texts(refund(now, {"a": usd("50"), "vat": usd("1.00")}).parts) == {"a": "50.00", "vat": "1.00"}


def test_a_tax_that_is_kept_goes_back_with_nothing():
    tax = PaidPart("vat", PaidKind.TAX, usd("20.00"), of=("a",))
    now, keeping = Paid([PaidPart("a", PaidKind.GOODS, usd("100.00")), tax]), {PaidKind.TAX: kept(BACKER)}
    assert texts(refund(now, {"a": usd("50.00")}, policy(parts=keeping)).parts) == {"a": "50.00"}


def test_a_tax_of_nothing():
    free = PaidPart("a", PaidKind.GOODS, usd("0.00"))
    now = Paid([free, PaidPart("vat", PaidKind.TAX, usd("1.00"), of=("a",))])
    assert codes(refund, now, {"a": 1}) == ("above-paid",)
    assert refund(now).amount == usd("1.00")


def test_an_amount_is_taken_of_all_parts_in_proportion():
    now = paid(goods="75.00", shipping="15.00", tax="10.00")
    first = refund(now, usd("10.00"))
    assert texts(first.parts) == {"goods": "7.50", "shipping": "1.50", "tax": "1.00"}
    lined = refund(now, {"shipping": usd("15.00")})
    assert texts(refund(lined.paid, usd("17.00")).parts) == {"goods": "15.00", "tax": "2.00"}


def test_a_piece_after_an_amount():
    now = Paid([PaidPart("mug", PaidKind.GOODS, usd("30.00"), pieces=3)])
    some = refund(now, usd("25.00")).paid
    assert refund(some, {"mug": 1}).amount == usd("5.00")
    assert codes(refund, refund(some, {"mug": 1}).paid, {"mug": 1}) == ("above-paid",)
    assert refund(some, {"mug": 3}).amount == usd("5.00")
    assert codes(refund, some, {"mug": 4}) == ("above-paid",)


def test_pieces_are_counted_as_they_go_back():
    shirts = PaidPart("shirt", PaidKind.GOODS, usd("30.00"), pieces=3)
    whole = Paid([shirts, PaidPart("tip", PaidKind.TIP, usd("3.00"), pieces=2)])
    one = refund(whole, {"shirt": 1}).paid
    assert [part.pieces_back for part in one.parts] == [1, 0]
    assert codes(refund, one, {"shirt": 3}) == ("above-paid",)
    assert refund(one, {"shirt": usd("5.00")}).paid.part("shirt").pieces_back == 1
    assert refund(one, usd("5.00")).paid.part("shirt").pieces_back == 1
    keeping = policy(parts={PaidKind.TIP: kept(BACKER)})
    assert [part.pieces_back for part in refund(one, None, keeping).paid.parts] == [3, 0]
    assert [part.pieces_back for part in refund(one).paid.parts] == [3, 2]


def test_the_last_piece_is_all_that_is_left_however_others_were_rounded():
    pair = Paid(
        [PaidPart("pin", PaidKind.GOODS, usd("0.01"), pieces=2), PaidPart("tip", PaidKind.TIP, usd("1"))]
    )
    one = refund(pair, {"pin": 1, "tip": usd("0.50")}, policy(Rounding.FLOOR)).paid
    assert one.part("pin").undone == usd("0.00")
    assert refund(one, {"pin": 1}, policy(Rounding.UP)).amount == usd("0.01")


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("1.00", "what is wanted back: expected Money"),
        (1, "what is wanted back: expected Money"),
        (usd("0.00"), "what is wanted back: expected an amount above zero"),
        ({"goods": usd("-1.00")}, "what is wanted of part goods: expected an amount above zero"),
        ({"goods": True}, "how many pieces of part goods are wanted: expected int"),
        ({"goods": 0}, "how many pieces of part goods are wanted: expected at least 1"),
        ({"mug": 1}, "nothing was paid as part 'mug'; there is goods"),
        ({None: 1}, "nothing was paid as part None"),
    ],
    ids=repr,
)
def test_what_is_wanted_is_an_amount_or_parts(wanted, why):
    with pytest.raises(InvalidValue, match=why):
        refund(paid(goods="10.00"), wanted)


def test_one_currency():
    euro = Money.of("1.00", "EUR")
    for wanted in (euro, {"goods": euro}):
        with pytest.raises(CurrencyMismatch, match=r"is EUR 1\.00, but USD was paid"):
            refund(paid(goods="10.00"), wanted)
    with pytest.raises(CurrencyMismatch):
        refund(paid({"a": "1.00"}, goods="10.00"), returned={"a": euro})
    with pytest.raises(CurrencyMismatch):
        refund(paid(goods="10.00"), available=euro)
    with pytest.raises(CurrencyMismatch, match="the policy of refunds names EUR"):
        refund(paid(goods="10.00"), rules=policy(a=kept(Bearing(HOST, most=euro))))
    with pytest.raises(CurrencyMismatch, match=r"^what was paid is of several currencies: EUR 1\.00, USD "):
        Paid([PaidPart(name, PaidKind.GOODS, amount) for name, amount in (("a", euro), ("b", usd("1.00")))])
    with pytest.raises(CurrencyMismatch, match=r"^part a is of several currencies: EUR 1\.00, USD 0\.00, "):
        PaidPart("a", PaidKind.GOODS, euro, undone=usd("0.00"))


@pytest.mark.parametrize("fact", [usd("-0.01"), usd("1.76")], ids=str)
def test_no_more_comes_back_of_a_fee_than_falls_to_the_refund(fact):
    with pytest.raises(InvalidValue, match=r"USD 1\.75 of fee processing falls to this refund"):
        refund(paid({"processing": "1.75"}, goods="50.00"), returned={"processing": fact})


@pytest.mark.parametrize(
    "facts", [{"other": usd("1")}, {"processing": 1}, [("processing", usd("1"))]], ids=repr
)
def test_what_came_back_is_of_a_fee_that_was_taken(facts):
    with pytest.raises(InvalidValue):
        refund(paid({"processing": "1.75"}, goods="50.00"), returned=facts)


# What was paid, and policies.
# fmt: off
IMPOSSIBLE = [
    (lambda: Paid([]), "at least one part"),
    (lambda: Paid(["goods"]), "at least one part"),
    (lambda: Paid([PaidPart("a", PaidKind.GOODS, usd("1")), None]), "expected PaidPart at 1"),
    (lambda: Paid([PaidPart("a", PaidKind.GOODS, usd("1"))] * 2), "part 'a' stands twice"),
    (lambda: paid({"a": "1"}, goods="1", match="1"), "another payer's"),
    (lambda: attrs.evolve(paid(tip="1"), fees=[TakenFee("f", usd("0"))] * 2), "'f' stands twice"),
    (lambda: Waterfall().of_part("goods"), "what was paid for: expected PaidKind"),
    (lambda: Waterfall().of_fee(1), "the name of a fee: expected str"),
    (lambda: Waterfall().keeps(PaidKind.TIP, "backer"), "who paid: expected Bearer"),
    (lambda: Paid([PaidPart("a", PaidKind.TAX, usd("1"), of=["b"])]), "computed of b, which"),
    (lambda: Paid([PaidPart("a", PaidKind.TAX, usd("1"), of=["a"])]), "computed of a, which"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), of=["b", "b"]), "'b' stands twice"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("-1")), "cannot be undone"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), undone=usd("2")), "cannot be undone"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), undone=usd("-1")), "cannot be undone"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), returned=usd("1")), "cannot be undone"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), kept=usd("1")), "cannot be undone"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), kept=usd("-1"), undone=usd("1")), "cannot be undone"),
    (
        lambda: PaidPart("a", PaidKind.TAX, usd("1"), returned=usd("-1"), undone=usd("1")),
        "cannot be undone",
    ),
    (lambda: PaidPart("a", PaidKind.TAX, "1"), "expected Money"),
    (lambda: PaidPart("a", "tax", usd("1")), "expected PaidKind"),
    (lambda: PaidPart("a", PaidKind.TAX, usd("1"), pieces_back=2), "2 of 1 pieces"),
    (lambda: TakenFee("a", usd("1"), waived=usd("2")), "so that USD 2.00 cannot have been given back alone"),
    (lambda: TakenFee("a", usd("1"), undone=usd("1"), waived=usd("1")), r"of USD 1\.00, USD 1\.00 fell"),
    (lambda: TakenFee("a", usd("1"), waived=usd("-1")), "cannot have been given back alone"),
    (lambda: TakenFee("a", 1), "expected Money"),
    (lambda: Paid.of({"mug": usd("1")}), "no paid kind 'mug'"),
    (lambda: Paid.of(None), "amounts of money by name"),
    (lambda: Paid.of({"goods": usd("1")}, [1]), "amounts of money by name"),
    (lambda: attrs.evolve(paid(goods="1"), given=usd("2")), "cannot have given back USD 2"),
    (lambda: attrs.evolve(paid(goods="1"), given=usd("-1")), "cannot have given back USD -1"),
    (lambda: attrs.evolve(paid(goods="1"), borne=usd("-1")), "the creator bore USD -1.00 besides"),
    (lambda: paid(goods="1").part("mug"), "nothing was paid as part 'mug'"),
    (lambda: waive_fee(paid(goods="1"), "host"), "nothing was paid as fee 'host'"),
    (lambda: waive_fee(paid({"host": "1"}, goods="1"), "host", usd("0")), "above zero"),
    (lambda: Bearing(HOST, most=usd("0")), "above zero"),
    (lambda: Bearing(HOST, portion=Percentage.of(101)), "a share from 0% to 100%"),
    (lambda: Returning(Percentage.of(-1)), "a share from 0% to 100%"),
    (lambda: kept(HOST, PLATFORM), "is the last to bear it"),
    (lambda: Waterfall(parts={"goods": Returning()}), "expected PaidKind"),
    (lambda: Waterfall(parts=[]), "expected dict"),
    (lambda: Waterfall(fees={"": Returning()}), "expected an id"),
    (lambda: Waterfall(fees={"a": NONE}), "expected Returning"),
    (lambda: RefundPolicy([], rounding=Rounding.UP), "expected dict"),
    (lambda: RefundPolicy({"failed": Waterfall()}, rounding=Rounding.UP), "expected RefundSituation"),
    (lambda: RefundPolicy({FAILED: None}, rounding=Rounding.UP), "expected Waterfall"),
    (lambda: policy().waterfall("failed"), "the situation of a refund: expected RefundSituation"),
    (lambda: refund(paid(goods="1")).given("host"), "who gives: expected Bearer"),
    (lambda: refund(paid(goods="1")).borne("host"), "who bears: expected Bearer"),
]
# fmt: on


@pytest.mark.parametrize("place", range(len(IMPOSSIBLE)))
def test_what_cannot_be(place):
    make, why = IMPOSSIBLE[place]
    with pytest.raises(InvalidValue, match=why):
        make()


@pytest.mark.parametrize(
    "lifetime", [None, timedelta(microseconds=1), timedelta(days=90), timedelta(days=36_525)]
)
def test_credit_lives_for_a_time_or_for_ever(lifetime):
    rules = RefundPolicy({}, rounding=Rounding.UP, credit_lifetime=lifetime)
    assert rules.credit_lifetime == lifetime


@pytest.mark.parametrize(
    "lifetime", [timedelta(0), timedelta(-1), timedelta(days=36_525, microseconds=1), 90, "90 days"], ids=repr
)
def test_credit_lives_for_no_other_time(lifetime):
    with pytest.raises(InvalidValue, match=r"credit lives longer than no time|expected timedelta"):
        RefundPolicy({}, rounding=Rounding.UP, credit_lifetime=lifetime)


def test_fees_and_undone_amounts_go_together():
    part = PaidPart("a", PaidKind.GOODS, usd("1.00"), undone=usd("1.00"))
    with pytest.raises(InvalidValue, match="cannot have given back"):
        Paid([part], [TakenFee("f", usd("2.00"), undone=usd("0.50"))], usd("0.51"))
    assert Paid([part], [TakenFee("f", usd("2.00"), undone=usd("0.50"))], usd("0.50")).given.text == "0.50"


def test_the_policy_names_its_amounts():
    most = usd("2.00")
    rules = policy(a=kept(Bearing(HOST, most=most)), parts={PaidKind.TAX: kept(Bearing(HOST, most=most))})
    assert rules.amounts == (most, most) * len(RefundSituation)
    assert policy(a=kept(HOST)).amounts == ()


# Properties: whatever was paid, whatever the policy, in whatever order.

policies = strategies.refund_policies("USD")
payments = strategies.payments("USD")
fresh = strategies.payments("USD", untouched=True)


def asked(data, now):
    """Anything that can be asked back: all, an amount, some of one part, some pieces."""
    part = data.draw(st.sampled_from(now.parts))
    amounts = st.integers(1, max(now.left.minor, 1)).map(now.given.with_minor)
    wanted = st.none() | amounts | st.fixed_dictionaries({part.name: amounts | st.integers(1, part.pieces)})
    return data.draw(wanted)


def holds(before, back):
    """What is true of every refund."""
    after, zero = back.paid, back.debt.with_minor(0)
    assert isinstance(back, GivenBack)
    assert back.amount == Money.total([*back.gives.values(), *back.fees.values()], "USD")
    assert back.amount >= zero
    assert all(it > zero for it in (*back.gives.values(), *back.fees.values(), *back.deducted.values()))
    assert after.refunded == before.refunded + back.amount
    undone = before.left - after.left
    assert undone > zero
    own = sum((it.amount.minor for it in back.losses if it.bearer is before.owner), 0)
    assert back.amount.minor + own == undone.minor
    for was, now in zip(before.parts, after.parts, strict=True):
        assert was.undone <= now.undone <= now.paid == was.paid
        assert back.parts.get(was.name, zero) == now.refunded - was.refunded
    for was, now in zip(before.fees, after.fees, strict=True):
        lost = (now.undone - now.returned) - (was.undone - was.returned)
        assert Money.total([it.amount for it in back.losses if it.name == was.name], "USD") == lost
    assert back.debt <= back.given(CREATOR)
    assert after.gone - before.gone == back.given(CREATOR)


@given(fresh, policies, st.data())
def test_any_series_adds_up_to_what_was_paid(whole, rules, data):
    now, total = whole, usd("0")
    for _ in range(data.draw(st.integers(0, 6))):
        situation = data.draw(st.sampled_from(RefundSituation))
        try:
            back = give_back(now, rules, situation, asked(data, now))
        except Refused:
            continue
        holds(now, back)
        now, total = back.paid, total + back.amount
    assert now.refunded == total
    if now.left:
        back = refund(now)
        holds(now, back)
        now = back.paid
    own = Money.total([it.kept for it in (*now.parts, *now.fees)], "USD")
    assert now.refunded + own == whole.total
    assert now.left == usd("0")


@given(fresh, policies, st.data())
def test_what_the_payer_bore_can_go_back_yet(whole, rules, data):
    now = whole
    for _ in range(data.draw(st.integers(0, 3))):
        with suppress(Refused):
            now = give_back(now, rules, data.draw(st.sampled_from(RefundSituation)), asked(data, now)).paid
    opened = now.reopened
    assert (opened.left, opened.reopened) == (whole.total - now.refunded, opened)
    if opened.left:
        back = refund(opened)
        holds(opened, back)
        assert (back.amount, back.paid.refunded) == (opened.left, whole.total)


@given(fresh, policies, st.data())
def test_what_others_gave_in_the_creators_place_adds_up(whole, rules, data):
    """The creator's parts that were asked back: given, kept of the payer, or given by others."""
    now = whole
    for _ in range(data.draw(st.integers(1, 3))):
        with suppress(Refused):
            now = give_back(now, rules, data.draw(st.sampled_from(RefundSituation)), asked(data, now)).paid
    own = [it for it in now.parts if it.kind not in ON_TOP]
    undone = Money.total([it.undone - it.kept for it in own], "USD")
    by_creator = now.given + Money.total([it.undone for it in now.fees], "USD")
    assert undone - by_creator == Money.total(now.covered.values(), "USD")


@given(payments, policies, st.sampled_from(RefundSituation), st.data())
def test_an_amount_in_pieces_is_the_same_as_at_once(whole, rules, situation, data):
    assume(situation in rules.waterfalls)
    keeps = rules.waterfall(situation).keeps
    most = sum(it.left.minor for it in whole.parts if not keeps(it.kind, whole.owner))
    assume(most)
    cuts = sorted(data.draw(st.sets(st.integers(1, most), min_size=1, max_size=4)))
    once, now = give_back(whole, rules, situation, Money.of_minor(cuts[-1], "USD")), whole
    backs = []
    for low, high in zip([0, *cuts], cuts, strict=False):
        backs.append(give_back(now, rules, situation, Money.of_minor(high - low, "USD")))
        now = backs[-1].paid
    assert [it.undone for it in now.parts] == [it.undone for it in once.paid.parts]
    assert [it.returned for it in now.parts] == [it.returned for it in once.paid.parts]
    assert now == once.paid
    assert [Money.total([it.given(who) for it in backs], "USD") for who in Bearer] == [
        once.given(who) for who in Bearer
    ]


@given(fresh, st.permutations(range(5)), st.sampled_from(Rounding))
def test_parts_in_any_order(whole, order, rounding):
    now, total = whole, usd("0")
    for place in order:
        if place < len(now.parts) and now.parts[place].left:
            part = now.parts[place]
            back = refund(now, {part.name: part.left}, policy(rounding))
            holds(now, back)
            now, total = back.paid, total + back.amount
    assert total == whole.total


def test_what_was_given_back_hashes_by_what_it_comes_to():
    back, again = refund(paid(goods="10.00")), refund(paid(goods="10.00"))
    assert (back, hash(back)) == (again, hash(again))


def test_a_policy_hashes_by_how_it_rounds():
    rules, again = policy(a=kept(Bearing(HOST))), policy(a=kept(Bearing(HOST)))
    assert (rules, hash(rules)) == (again, hash(again))
    assert hash(rules.waterfall(FAILED)) == hash(again.waterfall(FAILED))


def test_a_tax_that_went_back_ahead_of_its_part_is_not_asked_for_again():
    goods = PaidPart("goods", PaidKind.GOODS, usd("100.00"))
    whole = Paid([goods, PaidPart("vat", PaidKind.TAX, usd("20.00"), of=("goods",))])
    ahead = refund(whole, {"vat": usd("5.00")}).paid
    back = refund(ahead, {"goods": usd("10.00")})
    assert (back.amount, back.paid.part("vat").undone) == (usd("10.00"), usd("5.00"))
