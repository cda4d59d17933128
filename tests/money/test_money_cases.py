"""Money as other libraries' tests expect it: every case is run, or listed here with the reason why not."""

from datetime import date
from fractions import Fraction
from functools import partial

import pytest

from pushcore import Money, Percentage, Rounding
from pushcore.errors import InvalidValue
from pushcore.money import ExchangeRate, Remainder
from pushcore.money.amount import plain

RULES = {
    "BlockSeparate": Remainder.BLOCKS,
    "FloorSeparate": Remainder.SEPARATE,
    "FloorToFirst": Remainder.FIRST,
    "FloorToLargestRatio": Remainder.LARGEST_RATIO,
    "FloorToLargestRemainder": Remainder.LARGEST_REMAINDER,
    "dinero": Remainder.LARGEST_RATIO,
    "gomoney": Remainder.FIRST,
    "moneyphp": Remainder.LARGEST_REMAINDER,
    "ruby": Remainder.CASCADE,
    "rusty": Remainder.FIRST,
    "shopify_near": Remainder.LARGEST_REMAINDER,
    "shopify_rev": Remainder.LAST,
    "shopify_rr": Remainder.FIRST,
}
OTHER_RULES = {
    "largest_remainder": Remainder.LARGEST_REMAINDER,
    "first": Remainder.FIRST,
    "largest_ratio": Remainder.LARGEST_RATIO,
    "ruby_cascade": Remainder.CASCADE,
}
ROUNDINGS = {
    # dinero.js: towards an infinity, unless a name says otherwise
    "down": Rounding.FLOOR,
    "up": Rounding.CEILING,
    "halfUp": Rounding.HALF_CEILING,
    "halfDown": Rounding.HALF_FLOOR,
    "halfEven": Rounding.HALF_EVEN,
    "halfOdd": Rounding.HALF_ODD,
    "halfAwayFromZero": Rounding.HALF_UP,
    "halfTowardsZero": Rounding.HALF_DOWN,
    # moneyphp
    "ROUND_HALF_UP": Rounding.HALF_UP,
    "ROUND_HALF_DOWN": Rounding.HALF_DOWN,
    "ROUND_HALF_EVEN": Rounding.HALF_EVEN,
    "ROUND_HALF_ODD": Rounding.HALF_ODD,
    "ROUND_HALF_POSITIVE_INFINITY": Rounding.HALF_CEILING,
    "ROUND_HALF_NEGATIVE_INFINITY": Rounding.HALF_FLOOR,
    # joda-money
    "DOWN": Rounding.DOWN,
    "FLOOR": Rounding.FLOOR,
    "HALF_UP": Rounding.HALF_UP,
}
IMMONEY = {  # floor and ceiling under the names that decimal has for towards and away from zero
    "DOWN": Rounding.FLOOR,
    "UP": Rounding.CEILING,
    "HALF_DOWN": Rounding.HALF_DOWN,
    "HALF_UP": Rounding.HALF_UP,
    "HALF_EVEN": Rounding.HALF_EVEN,
}
NOT_OFFERED = {
    "negative weights, even if all are": ["dinero.js v2-005", "dinero.js v2-006"],
    "parts smaller than a minor unit": ["dinero.js v2-014"],
    "currencies that do not count in tens": [f"dinero.js v2-{n:03}" for n in range(17, 22)],
    "weights are proportions, whatever they total; portions of one are a matter of payout splits": [
        "Shopify/money-031",
        "formance ledger-003",
        "formance ledger-004",
    ],
    "nested and ordered destinations are a matter of payout splits": [
        *(f"numscript-{n:03}" for n in (12, 17, 19, 21)),
        *(f"blnk-{n:03}" for n in (1, 2, 3, 5, 6, 7)),
    ],
    "sources with balances are a matter of the ledger": ["numscript-023", "numscript-025"],
    "pending and posted are a matter of the ledger": [f"tigerbeetle-{n:03}" for n in range(2, 6)],
}


def euros(minor):
    """Only the minor units count here: some cases are in currencies, or with digits, that do not exist."""
    return Money.of_minor(minor, "EUR")


def fraction(text):
    n, _, d = text.partition("/")
    return Fraction(n) / Fraction(d or 1)


def weights_of(ratios):
    known = [None if ratio == "remaining" else fraction(ratio) for ratio in ratios]
    rest = 1 - sum(weight for weight in known if weight is not None)
    return [rest if weight is None else weight for weight in known]


def rounded(value, rounding, scale=1):
    exact = fraction(value) * scale
    return rounding.divide(exact.numerator, exact.denominator)


def shares_of(it, rule):
    money, step = euros(it["amount_minor"]), euros(it.get("step", 1)).text
    return money.allocate(weights_of(it["ratios"]), rule=rule, step=step)


def allocate(it, mode, _):
    shares = shares_of(it, RULES[mode])
    rest = [shares.rest.minor] if RULES[mode] in {Remainder.SEPARATE, Remainder.BLOCKS} else []
    return [*shares.minors, *rest]


def allocate_error(it, _, __):
    return euros(it["amount_minor"]).allocate(weights_of(it["ratios"]))


def allocate_max_amounts(it, _, __):
    caps = [euros(minor) for minor in it["maxima"]]
    return list(euros(it["amount_minor"]).allocate(it["maxima"], caps=caps).minors)


def round_(it, _, library):
    roundings = IMMONEY if library == "immoney" else ROUNDINGS
    return rounded(it.get("value") or it["value_minor"], roundings[it["mode"]])


def round_digits(it, _, library):
    rounding = Rounding.HALF_UP if library == "stockholm" else Rounding.HALF_EVEN
    digits = it["ndigits"]
    result = rounded(it["value"], rounding, Fraction(10) ** digits)
    return plain(result, digits) if digits >= 0 else str(result * 10**-digits)


def round_to_unit(it, _, __):
    step = euros(10 ** it["digits"]).text
    return euros(it["amount_minor"]).round_to(step, ROUNDINGS[it["mode"]]).minor


def divide_round(it, _, __):
    return ROUNDINGS[it["mode"]].divide(it["numerator"], it["denominator"])


def multiply(it, _, __):
    return euros(it["amount_minor"]).times(fraction(it["by"]), ROUNDINGS[it["mode"]]).minor


def divide(it, _, __):
    return euros(it["amount_minor"]).times(1 / fraction(it["by"]), ROUNDINGS[it["mode"]]).minor


def convert(base, quote, rate, it, rounding):
    rate = ExchangeRate(base, quote, rate, as_of=date(2026, 1, 2), source="the case")
    return rate.convert(Money.of_minor(it["amount_minor"], base), rounding).result


def convert_exactly(it, _, __):
    result = convert(it["from"], it["to"], it["rate"], it, Rounding.HALF_EVEN)
    return {"amount": result.minor, "scale": result.currency.exponent}


def convert_pounds(it, _, __):
    return convert("GBP", "EUR", it["by"], it, ROUNDINGS[it["mode"]]).minor


def fx(it, _, __):
    return convert(it["from"], it["to"], it["rate"], it, Rounding.HALF_UP).minor


def percentage_fee(it, _, __):
    hundredths = Fraction(it["amount_internal"], 100)
    fee = Money.of(int(hundredths), it["currency"]).times(Percentage.of(it["percent"]), Rounding.HALF_UP)
    return int(fee.amount * 100)


def fee(it, _, __):
    percent = euros(it["amount_minor"]).times(Percentage.of(it["percent"]), Rounding.HALF_UP)
    return (percent + euros(it["fixed_minor"])).minor


def to_sub_unit(it, _, __):
    return Money.of(it["value"], it["currency"]).minor


RUN = {
    "allocate": allocate,
    "allocate_error": allocate_error,
    "allocate_max_amounts": allocate_max_amounts,
    "convert": convert_exactly,
    "convert_GBP_EUR": convert_pounds,
    "convert_negative_rate": convert_exactly,
    "divide": divide,
    "divide_round": divide_round,
    "fee": fee,
    "fx": fx,
    "multiply": multiply,
    "percentage_fee": percentage_fee,
    "round": round_,
    "round_digits": round_digits,
    "round_to_unit": round_to_unit,
    "split": allocate,
    "to_sub_unit": to_sub_unit,
}
EXCUSED = {case for cases in NOT_OFFERED.values() for case in cases}


@pytest.fixture(scope="module")
def money_cases(cases):
    return {case["id"]: case for case in cases("money_cases")}


def test_every_case_is_run_or_listed(money_cases):
    assert (
        {name for name, case in money_cases.items() if case["op"] not in RUN} <= EXCUSED <= money_cases.keys()
    )


def test_cases(money_cases):
    for name in money_cases.keys() - EXCUSED:
        case = money_cases[name]
        call = partial(RUN[case["op"]], case["inputs"], case.get("mode"), case["library"])
        if refused(case["expected"]):
            with pytest.raises(InvalidValue):
                call()
        else:
            assert call() == (case["correct"] if case.get("known_bug") else case["expected"]), name


def refused(expected):
    return isinstance(expected, dict) and "error" in expected


def test_the_same_cases_by_other_rules(money_cases):
    for name, case in money_cases.items():
        for rule, parts in case.get("other_rules", {}).items():
            if rule == "first" and "0" in case["inputs"]["ratios"]:
                continue  # theirs pays the first ones even where their weight is zero
            assert list(shares_of(case["inputs"], OTHER_RULES[rule]).minors) == parts, (name, rule)
