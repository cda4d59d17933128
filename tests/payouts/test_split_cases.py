"""Splits as other systems make them: distributions, waterfalls, trees."""

from fractions import Fraction

import pytest

from pushcore import Money, Percentage, Split, SplitPlan


def eur(text):
    return Money.of(text, "EUR")


def cents(minor):
    return Money.of_minor(minor, "EUR")


def portion(payee, text):
    return Split(payee, portion=Percentage.of(text))


def divided(splits, net, creator="lune"):
    """What each payee gets, in minor units."""
    parts = SplitPlan(splits).divide(net, creator=creator).parts
    return {payee: part.minor for payee, part in parts.items()}


def words(distribution):
    """A split for each word of the case, the payees named in its order."""
    for payee, word in zip("abcdef", distribution, strict=False):
        match word.split():
            case ["fixed", minor]:
                yield Split(payee, fixed=cents(int(minor)))
            case ["left" | "remaining"]:
                yield Split(payee, remaining=True)
            case [share]:
                percent = (
                    Percentage.of(share) if share.endswith("%") else Percentage.of_fraction(Fraction(share))
                )
                yield portion(payee, percent.fraction * 100)


WORSE = {
    "blnk-002": [75, 68, 7],  # 75.0, 67.5 and 7.5; the whole residue goes to the largest share there
    "blnk-006": [50_000, 30_864, 12_346, 30_246],  # a fixed share gets a cent too much there
}
"""What exact arithmetic gives where the other system says of itself that it is wrong."""


def test_blnks_distributions(cases):
    read = [case for case in cases("money_cases") if case["op"] == "distribution"]
    assert len(read) == 6
    for case in read:
        parts = divided(words(case["inputs"]["distribution"]), cents(case["inputs"]["amount_minor"]))
        assert case["known_bug"] is (case["id"] in WORSE)
        assert list(parts.values()) == WORSE.get(case["id"], case["expected"]), case["id"]


@pytest.mark.parametrize(
    ("case", "amount", "splits", "parts"),
    [
        (
            "numscript-017",
            100,
            [Split("kept", fixed=cents(10)), Split("d2", fixed=cents(12)), Split("rem", remaining=True)],
            {"kept": 10, "d2": 12, "rem": 78},
        ),
        (
            "numscript-019",
            15,
            [Split("d1", fixed=cents(10)), Split("d2", fixed=cents(20)), Split("d3", remaining=True)],
            {"d1": 10, "d2": 5, "d3": 0},
        ),
        (
            "numscript-021",
            100,
            [Split("kept", fixed=cents(10)), Split("dest", remaining=True)],
            {"kept": 10, "dest": 90},
        ),
    ],
)
def test_waterfalls(case, amount, splits, parts):
    """A maximum in order is a fixed amount that goes as far as the money does."""
    assert divided(splits, cents(amount)) == parts, case


def test_numscript_012_a_tree_of_splits():
    """Each level is divided once; what is kept at the source stays with its owner."""
    merchant = divided([portion("fees", "15"), Split("merchant", remaining=True)], cents(10_000))
    fees = divided([portion("sales_tax", "20"), Split("rest", remaining=True)], cents(merchant["fees"]))
    inner = [portion("five", "5"), Split("revenue", remaining=True)]
    rest = divided(inner, cents(fees["rest"]))
    cashback = divided(
        [Split("cashback", remaining=True, max=cents(1_000))], cents(rest["five"]), creator="kept"
    )
    assert cashback == {"cashback": 60, "kept": 0}
    assert (merchant["merchant"], fees["sales_tax"], rest["revenue"]) == (8_500, 300, 1_140)


def test_lp22_two_recipients_bear_the_fee_equally():
    assert divided([portion("ana", "50"), portion("bo", "50")], eur("96.50")) == {"ana": 4825, "bo": 4825}
