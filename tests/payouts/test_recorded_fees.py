"""The fees that processors and a fiscal host really took, in 1,415 recorded contributions, to the cent."""

import csv
from collections import Counter
from fractions import Fraction

import pytest

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    Percentage,
    Rounding,
    Settlement,
    Sum,
)


@pytest.fixture(scope="module")
def contributions(data_dir):
    with (data_dir / "sample/fee_rows_astro.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1415
    return rows


@pytest.fixture(scope="module")
def planned(contributions):
    """Those of a known price plan."""
    rows = [row for row in contributions if row["plan_rate"]]
    assert len(rows) == 1356
    return rows


def minor(row, name):
    return Money.of_minor(int(row[name]), row["currency"])


def processing(row, rounding):
    rate = Percent(Percentage.of_fraction(Fraction(row["plan_rate"])))
    return FeeLine(
        "processing",
        FeeBase.PLEDGE,
        Sum([rate, Fixed(Money.of(row["plan_fixed"], row["currency"]))]),
        rounding,
    )


def host_fee(percent, rounding=Rounding.HALF_UP):
    return FeeLine("host", FeeBase.PLEDGE, Percent(Percentage.of(percent)), rounding)


def takes(row, percent, rounding=Rounding.HALF_UP):
    """Whether this is what the host took."""
    return host_fee(percent, rounding).fee(minor(row, "gross_minor")) == minor(row, "host_fee_minor")


def missed(rows, rounding):
    return [
        row
        for row in rows
        if processing(row, rounding).fee(minor(row, "gross_minor")) != minor(row, "processor_fee_minor")
    ]


def test_processors_round_half_up(planned):
    assert missed(planned, Rounding.HALF_UP) == []


def test_half_even_misses_55_of_the_77_ties(planned):
    assert sum(row["unique_plan_tie"] == "up" for row in planned) == 77
    wrong = missed(planned, Rounding.HALF_EVEN)
    assert [row["unique_plan_tie"] for row in wrong] == ["up"] * 55
    ties = {int(row["gross_minor"]) for row in missed(planned, Rounding.HALF_DOWN)}
    assert ties == {int(row["gross_minor"]) for row in planned if row["unique_plan_tie"] == "up"}


def test_the_host_takes_ten_percent_or_five(contributions):
    fits = Counter(percent for row in contributions for percent in (10, 5) if takes(row, percent))
    assert fits == {10: 1413, 5: 2}


def test_the_host_does_not_cut_off(contributions):
    assert sum(takes(row, 10, Rounding.FLOOR) for row in contributions) == 1377


def test_a_settlement_comes_to_the_sum_of_what_was_recorded(planned):
    plans = {}
    for row in planned:
        plans.setdefault((row["plan_rate"], row["plan_fixed"]), []).append(row)
    assert len(plans) == 5
    for rows in plans.values():
        usual = [row for row in rows if takes(row, 10)]
        schedule = FeeSchedule([processing(rows[0], Rounding.HALF_UP), host_fee(10)])
        settled = Settlement.empty(schedule, "USD").add(minor(row, "gross_minor") for row in usual)
        assert settled.net == Money.total((minor(row, "net_minor") for row in usual), "USD")
