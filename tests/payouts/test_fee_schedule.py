"""Fee schedules: lines of lines, what is withheld, who bears what, and how money has to be told to come."""

import attrs
import pytest
from fee_oracle import METHODS, eur, lines, plus, schedules
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FeeBase, FeeLine, FeeSchedule, Fixed, Money, Percent, Percentage, Rounding, Settlement
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.payouts import (
    Below,
    Bracket,
    Brackets,
    Clamp,
    FeeBearer,
    FeeShare,
    FundingSource,
    Statement,
    break_down,
    gross_up,
)
from pushcore.payouts.fee_schedule import shared, taken

BACKER, MATCHED, OFFLINE = FundingSource


def percent(text):
    return Percent(Percentage.of(text))


def line(name, base, rule, **more):
    return FeeLine(name, FeeBase(base), rule, Rounding.HALF_UP, **more)


def tax(text, *of, name="tax", **more):
    return line(name, "fees", percent(text), of=of, **more)


def settle(schedule, *amounts, currency="EUR", **how):
    return Settlement.empty(FeeSchedule(schedule), currency).add(
        [Money.of(amount, currency) for amount in amounts], **how
    )


def figures(settlement):
    return [fee.text for fee in settlement.fees.values()], settlement.net.text


COMMISSION = line("commission", "collected", percent(5))


def test_verkami_invoice():
    schedule = [
        COMMISSION,
        line("handling", "collected", percent("1.35"), methods=["card", "bizum"]),
        tax("21", "commission", "handling"),
    ]
    paid = settle(schedule, "10000.00", method="card")
    assert figures(paid) == (["500.00", "135.00", "133.35"], "9231.65")
    assert figures(settle(schedule, "10000.00", method="transfer")) == (
        ["500.00", "0.00", "105.00"],
        "9395.00",
    )


def catarse(raised, currency="BRL"):
    """13 % in all, say 4 % of it for the gateway; 1.5 % of the rest is withheld if that is 666.66 or more."""
    irrf = Below(Money.of("666.66", currency), percent(0), percent("1.5"))
    schedule = [
        line("service", "collected", percent(9)),
        line("gateway", "collected", percent(4)),
        line("irrf", "fees", irrf, of=["service"], withheld=True),
    ]
    return settle(schedule, raised, currency=currency)


@pytest.mark.parametrize(
    ("raised", "service", "irrf", "net"),
    [
        ("7407.22", "666.65", "0.00", "6444.28"),
        ("7407.33", "666.66", "-10.00", "6454.38"),
        ("11111.11", "1000.00", "-15.00", "9681.67"),
    ],
)
def test_catarse_irrf(raised, service, irrf, net):
    settlement = catarse(raised)
    assert [settlement.fees[name].text for name in ("service", "irrf")] == [service, irrf]
    assert settlement.net.text == net
    assert settlement.collected == Money.total(settlement.fees.values(), "BRL") + settlement.net


def test_crowdfunder_sponsor_fee():
    sponsor = {"bearer": FeeBearer.SPONSOR}
    schedule = [
        line("fee", "collected", plus(5, "250.00", "GBP"), **sponsor),
        tax("20", "fee", **sponsor),
    ]
    paid = settle(schedule, "10000.00", currency="GBP")
    assert figures(paid) == (["750.00", "150.00"], "10000.00")
    assert paid.borne == {FeeBearer.SPONSOR: Money.of("900.00", "GBP")}


def test_goteo_taxes_a_share_of_what_is_given():
    """Vat % x amount x share % x fee %, in one line; the 2 % of matched money are an example."""
    own = {"sources": [BACKER, OFFLINE]}
    schedule = FeeSchedule(
        [
            line("fee", "collected", percent(4), **own),
            line("drop", "collected", percent(2), sources=[MATCHED]),
            line("vat", "collected", percent(Percentage.of(4).fraction * 21), share=Percentage.of(75), **own),
        ]
    )
    paid = Settlement.empty(schedule, "EUR")
    for amount, source in (("1000.00", BACKER), ("500.00", MATCHED), ("10.00", OFFLINE)):
        paid = paid.add([eur(amount)], source=source)
    assert figures(paid) == (["40.40", "10.00", "6.36"], "1453.24")


def test_ulule_cheques_pay_other_rates():
    """Each kind of payment is counted through the brackets by itself; ulule excludes VAT."""
    by_card = Brackets([Bracket(Percentage.of("20/3"), eur("100000")), Bracket(Percentage.of("35/6"))])
    by_cheque = Brackets([Bracket(Percentage.of("25/6"), eur("100000")), Bracket(Percentage.of("10/3"))])
    schedule = FeeSchedule(
        [
            line("card", "collected", by_card, methods=["card"]),
            line("cheque", "collected", by_cheque, methods=["cheque"]),
            tax("20", "card", "cheque"),
        ]
    )
    paid = Settlement.empty(schedule, "EUR")
    for method, amount in (("card", "120000.00"), ("cheque", "6000.00"), ("card", "30000.00")):
        paid = paid.add([eur(amount)], method=method)
    assert figures(paid) == (["9583.33", "250.00", "1966.67"], "144200.00")


@pytest.mark.parametrize(
    ("method", "surcharge", "total"), [("paypal", "0.75", "5.75"), ("bancontact", "0.39", "5.39")]
)
def test_youlcee_payer_fee(method, surcharge, total):
    """What a payment method costs comes on top of what is given, which arrives in full."""
    schedule = FeeSchedule(
        [
            line("paypal", "pledge", Fixed(eur("0.75")), methods=["paypal"]),
            line("bancontact", "pledge", Fixed(eur("0.39")), methods=["bancontact"]),
        ]
    )
    given_ = break_down(schedule, eur("5.00"), method=method)
    assert (given_.fee.text, given_.on_top.text) == (surcharge, total)
    assert gross_up(schedule, eur("5.00"), method=method).paid.amount.text == total


def test_startnext_voluntary_commission_is_a_line_like_any_other():
    schedule = [line("transaction", "collected", percent(4)), line("voluntary", "collected", percent(3))]
    assert figures(settle(schedule, "10000.00")) == (["400.00", "300.00"], "9300.00")


def test_igg_flex_2016_the_rate_depends_on_whether_the_goal_was_met():
    rule = Below(Money.of("10000.00", "USD"), percent(9), percent(5))
    schedule = [line("platform", "collected", rule)]
    found = [figures(settle(schedule, raised, currency="USD")) for raised in ("10000.00", "6000.00")]
    assert found == [(["500.00"], "9500.00"), (["540.00"], "5460.00")]


def test_republic_us_7_2_takes_cash_and_shares():
    """What is taken in securities is no money: it is computed by a line, and stands in no settlement."""
    raised = Money.of("500000.00", "USD")
    paid = settle([line("cash", "collected", percent(7))], "500000.00", currency="USD")
    assert figures(paid) == (["35000.00"], "465000.00")
    assert line("securities", "collected", percent(2)).fee(raised).text == "10000.00"


def test_stripe_sg_fx_takes_its_fee_of_the_amount_before_the_exchange():
    schedule = [line("exchange", "pledge", percent(2)), line("card", "pledge", plus("3.4", "0.50", "SGD"))]
    assert figures(settle(schedule, "100.00", currency="SGD")) == (["2.00", "3.90"], "94.10")


def test_oc02_oc09_a_host_takes_its_fee_of_what_is_left_of_the_tax():
    """oc-vat-121: 21 of 121 are VAT; the host takes 5 % of the rest, which is a share of 100/121."""
    net = Percentage.of_fraction(Percentage.of("100").fraction / Percentage.of("121").fraction)
    schedule = [
        line("vat", "pledge", percent(21), share=net),
        line("platform", "pledge", percent(5), share=net),
        line("processor", "pledge", percent(3), share=net),
        line("host", "pledge", percent(5), share=net),
        tax("15", "host", name="share", bearer=FeeBearer.HOST),
    ]
    paid = settle(schedule, "121.00")
    assert figures(paid) == (["21.00", "5.00", "3.00", "5.00", "0.75"], "87.00")
    assert paid.borne == {FeeBearer.HOST: eur("0.75")}


def test_a_line_of_lines_of_lines():
    schedule = [
        COMMISSION,
        tax("21", "commission", name="vat"),
        tax("1", "commission", "vat", name="stamp"),
    ]
    assert figures(settle(schedule, "1000.00")) == (["50.00", "10.50", "0.61"], "938.89")


def test_what_is_withheld_is_never_more_than_the_fees_it_is_of():
    schedule = [
        COMMISSION,
        line("card", "collected", percent(1)),
        line("all", "fees", percent(150), of=["commission"], withheld=True),
        line("rest", "fees", percent(50), of=["commission", "card"], withheld=True),
    ]
    paid = settle(schedule, "100.00")
    assert figures(paid) == (["5.00", "1.00", "-5.00", "-1.00"], "100.00")


def test_two_taxes_can_be_withheld_from_one_fee():
    schedule = [COMMISSION, *(tax(it, "commission", name=it, withheld=True) for it in ("1.5", "4.65"))]
    assert figures(settle(schedule, "10000.00")) == (["500.00", "-7.50", "-23.25"], "9530.75")


def test_what_others_bear_is_not_what_the_creator_withholds_from():
    """The cap is what the creator bears."""
    schedule = [
        line("card", "collected", percent(3), bearer=FeeBearer.PLATFORM),
        COMMISSION,
        tax("200", "commission", withheld=True),
    ]
    paid = settle(schedule, "100.00")
    assert figures(paid) == (["3.00", "5.00", "-5.00"], "100.00")
    assert paid.borne == {FeeBearer.PLATFORM: eur("3.00")}


def test_fees_that_others_bear_make_no_debt():
    listing = line("listing", "collected", Fixed(eur("25.00")), bearer=FeeBearer.HOST)
    paid = settle([listing, line("card", "collected", Fixed(eur("11.00")))], "10.00")
    assert (paid.net.text, paid.debt.text, paid.borne) == (
        "0.00",
        "1.00",
        {FeeBearer.HOST: eur("25.00")},
    )


ESTIMATE = line("card", "pledge", plus("2.9", "0.30"), estimate=True)


def test_the_estimate_stays_and_the_difference_is_a_line_of_its_own():
    schedule = [ESTIMATE, tax("21", "card")]
    told = settle(schedule, "10.00", "20.00", actual={"card": eur("1.40")})
    assert told.fees == {"card": eur("1.47"), "card/true-up": eur("-0.07"), "tax": eur("0.29")}
    assert told.net == eur("28.31")
    more = told.add([eur("100.00")]).add([eur("50.00")], actual={"card": eur("1.80")})
    assert more.fees == {"card": eur("6.42"), "card/true-up": eur("-0.02"), "tax": eur("1.34")}


def test_what_nobody_told_is_no_difference():
    assert settle([ESTIMATE], "10.00").fees == {"card": eur("0.59"), "card/true-up": eur("0.00")}
    assert settle([ESTIMATE], "10.00", actual={}).net == eur("9.41")


def test_a_provider_may_take_more_than_there_is():
    told = settle([attrs.evolve(ESTIMATE, bearer=FeeBearer.PLATFORM)], "1.00", actual={"card": eur("2.00")})
    assert (told.net.text, told.borne) == ("1.00", {FeeBearer.PLATFORM: eur("2.00")})
    told = settle([ESTIMATE], actual={"card": eur("0.25")})
    assert (told.net.text, told.debt.text) == ("0.00", "0.25")


@pytest.mark.parametrize(
    ("actual", "error", "why"),
    [
        ([], InvalidValue, r"what was really taken, by line: expected Mapping, got \[\]"),
        ({"host": eur("1")}, InvalidValue, "is told of estimates, and 'host' is none"),
        ({5: eur("1")}, InvalidValue, "is told of estimates, and 5 is none"),
        ({"card": 5}, InvalidValue, "what was really taken for card: expected Money, got 5"),
        ({"card": eur("-0.01")}, InvalidValue, r"for card is at least zero, got EUR -0\.01"),
        ({"card": Money.of(1, "USD")}, CurrencyMismatch, r"what was really taken for card names USD 1\.00"),
    ],
)
def test_what_cannot_have_been_taken(actual, error, why):
    with pytest.raises(error, match=why):
        settle([ESTIMATE, line("host", "pledge", percent(5))], "10.00", actual=actual)
    assert settle([ESTIMATE], "10.00", actual={"card": eur("0.00")}).net == eur("10.00")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"base": FeeBase.FEES}, "name the lines whose sum it is taken of"),
        ({"of": ["a"]}, "only a line of other fees names them, not one of each pledge"),
        ({"share": Percentage.of(0)}, "a share lies above 0% and up to 100%, unlike 0%"),
        ({"share": Percentage.of("100.01")}, "a share lies above 0% and up to 100%, unlike 100.01%"),
        ({"share": Percentage.of(-5)}, "a share lies above 0% and up to 100%, unlike -5%"),
        (
            {"base": FeeBase.FEES, "of": ["a"], "methods": ["card"]},
            "methods and sources are those of the lines",
        ),
        (
            {"base": FeeBase.FEES, "of": ["a"], "sources": [BACKER]},
            "methods and sources are those of the lines",
        ),
        ({"withheld": True}, "what is withheld is of other fees, and the creator's"),
        (
            {"base": FeeBase.FEES, "of": ["a"], "withheld": True, "bearer": FeeBearer.HOST},
            "what is withheld is of other fees, and the creator's",
        ),
        ({"base": FeeBase.COLLECTED, "estimate": True}, "what a provider takes is estimated of each pledge"),
        (
            {"base": FeeBase.FEES, "of": ["a"], "estimate": True},
            "what a provider takes is estimated of each pledge",
        ),
    ],
)
def test_parts_of_a_line_that_contradict_each_other(more, why):
    fields = {"base": FeeBase.PLEDGE} | more
    with pytest.raises(InvalidValue, match=f"^fee card: {why}") as refused:
        FeeLine("card", fields.pop("base"), percent(5), Rounding.HALF_UP, **fields)
    assert refused.value.facts == {"line": "card"}


@pytest.mark.parametrize(
    "more",
    [
        {"of": "a"},
        {"of": [5]},
        {"of": ["a", "a"]},
        {"share": 50},
        {"methods": "card"},
        {"methods": [" "]},
        {"methods": ["card", "card"]},
        {"sources": ["backer"]},
        {"sources": [BACKER, BACKER]},
        {"bearer": "creator"},
        {"refundable": 1},
        {"withheld": None},
        {"estimate": "yes"},
    ],
    ids=repr,
)
def test_junk_in_a_line(more):
    base = FeeBase.FEES if "of" in more else FeeBase.PLEDGE
    with pytest.raises(InvalidValue, match=f"FeeLine.{next(iter(more))}|expected a sequence"):
        FeeLine("card", base, percent(5), Rounding.HALF_UP, **more)


def test_a_line_says_whom_it_is_for_and_what_becomes_of_it():
    card = line("card", "pledge", percent(3), methods=["card"], sources=[BACKER], refundable=False)
    assert card.limited
    assert not card.refundable
    assert not COMMISSION.limited
    assert COMMISSION.refundable
    assert (COMMISSION.bearer, COMMISSION.share) == (FeeBearer.CREATOR, Percentage.of(100))
    assert [card.applies(*way) for way in (("card", BACKER), ("card", OFFLINE), ("cheque", BACKER))] == [
        True,
        False,
        False,
    ]
    assert [card.applies(*way) for way in ((None, BACKER), ("card", None))] == [False, False]
    assert COMMISSION.applies(None, None)


@pytest.mark.parametrize(
    ("lines_", "why"),
    [
        ([tax("21", "commission")], "tax is taken of commission, which is no line before it"),
        ([tax("21", "commission"), COMMISSION], "tax is taken of commission, which is no line before it"),
        ([tax("21", "tax")], "tax is taken of tax, which is no line before it"),
        (
            [COMMISSION, tax("21", "commission", withheld=True), tax("1", "tax", name="more")],
            "more is taken of tax, which is withheld",
        ),
        (
            [attrs.evolve(COMMISSION, bearer=FeeBearer.HOST), tax("1", "commission", withheld=True)],
            "tax is withheld from commission, which the host bears",
        ),
        ([ESTIMATE, tax("1", "card/true-up")], "tax is taken of card/true-up, which is no line before it"),
    ],
)
def test_lines_that_do_not_make_a_schedule(lines_, why):
    with pytest.raises(InvalidValue, match=f"^no fee schedule: {why}$") as refused:
        FeeSchedule(lines_)
    assert refused.value.facts["lines"][0] == lines_[0].name


def test_every_problem_of_a_schedule_is_named():
    with pytest.raises(InvalidValue, match=r"one is taken of x, .*; two is taken of y, "):
        FeeSchedule([tax("1", "x", name="one"), tax("1", "y", name="two")])


def test_the_name_of_a_true_up_is_taken():
    with pytest.raises(InvalidValue, match="fee line 'card/true-up' stands twice"):
        FeeSchedule([ESTIMATE, line("card/true-up", "pledge", percent(5))])


@given(schedules(limited=True))
def test_a_schedule_knows_its_parts(schedule):
    found = [it for it in schedule.lines if it.base is FeeBase.COLLECTED and (it.methods or it.sources)]
    assert list(schedule.of_parts) == found
    assert [it.name for it in schedule.estimates] == [
        name.removesuffix("/true-up") for name in schedule.names if name.endswith("/true-up")
    ]


@given(schedules(), st.dictionaries(st.sampled_from(["platform", "processing", "tax"]), st.integers(0, 500)))
def test_what_is_shared_among_bearers_is_all(schedule, direct):
    lines_ = taken(schedule, direct)
    bearers = shared(schedule, lines_)
    assert sum(bearers.values()) == sum(lines_.values())
    assert set(bearers) == {it.bearer for it in schedule.lines} | {FeeBearer.CREATOR}
    assert min(bearers.values()) >= 0


CARD = line("card", "pledge", percent(3), methods=["card"])
DROP = line("drop", "collected", percent(2), sources=[MATCHED])
BY_CARD = line("card", "collected", percent(3), methods=["card"], sources=[BACKER])
SLIPS = line("slips", "pledge", percent(3), methods=["cash"], sources=[OFFLINE])


@pytest.mark.parametrize(
    ("lines_", "how", "why"),
    [
        ([CARD], {}, "fee card is for some payment methods only: say how it was paid"),
        ([CARD], {"source": BACKER}, "fee card is for some payment methods only: say how it was paid"),
        ([CARD], {"source": MATCHED}, None),
        ([CARD], {"source": OFFLINE}, None),
        ([CARD], {"method": "card"}, None),
        ([DROP], {}, "fee drop is for some sources of money only: say where it comes from"),
        ([DROP], {"method": "card"}, "fee drop is for some sources of money only: say where it comes from"),
        ([DROP], {"source": BACKER}, None),
        ([COMMISSION, BY_CARD], {"source": BACKER}, "fee card is for some payment methods only"),
        ([BY_CARD], {"source": MATCHED}, None),
        ([SLIPS], {"source": BACKER}, None),
        ([SLIPS], {"source": OFFLINE}, None),
        ([COMMISSION], {}, None),
        ([CARD], {"method": 5}, "a payment method: expected str or None, got 5"),
        (
            [DROP],
            {"source": "backer"},
            "where money comes from: expected FundingSource or None, got 'backer'",
        ),
    ],
)
def test_nothing_is_charged_by_a_guess(lines_, how, why):
    if why is None:
        assert settle(lines_, "10.00", **how).collected == eur("10.00")
        return
    with pytest.raises(InvalidValue, match=why):
        settle(lines_, "10.00", **how)


@given(lines, st.sampled_from(METHODS))
def test_a_share_of_all_is_all(line_, method):
    whole = attrs.evolve(line_, share=Percentage.of(100))
    assert whole.pieces[0].start == 0
    assert [whole.fee(eur("0.00")), whole.applies(method, None)] == [eur("0.00"), True]


def test_a_share_is_taken_before_the_rule():
    """60 % of 10.00 are below a limit of 7.00, and of 12.00 not; the limit lies between two cents."""
    rule = Below(eur("7.00"), percent(0), percent(10))
    half = line("half", "pledge", rule, share=Percentage.of(60))
    assert [half.fee(eur(amount)).text for amount in ("10.00", "11.66", "11.67", "12.00")] == [
        "0.00",
        "0.00",
        "0.70",
        "0.72",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: FeeLine("card", FeeBase.PLEDGE, percent(5), Rounding.HALF_UP, ["card"]),
        lambda: Below(eur("1"), percent(5), percent(5), True),
        lambda: Clamp(percent(5), eur("1")),
        lambda: FeeShare("oce", Percentage.of(5), Rounding.HALF_UP, eur("1"), payee_id="oc"),
        lambda: FeeShare("oce", Percentage.of(5), Rounding.HALF_UP, True, payee_id="oc", threshold=eur("1")),
        lambda: Settlement(FeeSchedule(), eur("1"), 1, (), ()),
        lambda: Statement("c", eur("1").currency, *[eur("1"), {}, {}, {}], *[eur("1")] * 4, {}),
    ],
    ids=range(7),
)
def test_what_is_easily_mixed_up_is_given_by_name(make):
    with pytest.raises(TypeError, match="positional argument"):
        make()


def test_no_more_is_withheld_than_the_creator_bears_in_the_end():
    """Two taxes of all of the same fee: the second finds nothing left, whatever others bear or never took."""
    everything = [line(name, "fees", percent(100), of=["commission", "card"], withheld=True) for name in "ab"]
    paid = settle([COMMISSION, ESTIMATE, *everything], "100.00", actual={"card": eur("0.00")})
    assert figures(paid) == (["5.00", "3.20", "-3.20", "-5.00", "0.00"], "100.00")
    of_one = [line(name, "fees", percent(100), of=["commission"], withheld=True) for name in "ab"]
    borne = line("other", "collected", percent(3), bearer=FeeBearer.PLATFORM)
    assert figures(settle([borne, COMMISSION, *of_one], "100.00")) == (
        ["3.00", "5.00", "-5.00", "0.00"],
        "100.00",
    )


def test_a_limit_that_belongs_below_does_so_of_a_share_too():
    """60 % of 11.66 are less than 7.00 and of 11.67 more; of 10.00 they are exactly 6.00."""
    for limit, free, taken_ in (("7.00", "11.66", "11.67"), ("6.00", "10.00", "10.01")):
        rule = Below(eur(limit), percent(0), percent(10), inclusive=True)
        part = line("part", "pledge", rule, share=Percentage.of(60))
        assert not part.fee(eur(free))
        assert part.fee(eur(taken_)) == eur(limit).times(Percentage.of(10).fraction, Rounding.HALF_UP)
