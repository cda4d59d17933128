"""Spans: half-open, and whole months on the calendar of a zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Zone
from pushcore.books import Span
from pushcore.calendar import local
from pushcore.errors import InvalidValue
from pushcore.testing import strategies as given_

UTC_ZONE, PARIS = Zone("UTC"), Zone("Europe/Paris")
YEARS = st.integers(1900, 2200)


@given(YEARS, given_.zones())
def test_quarters_and_months_make_the_year_and_leave_nothing_out(year, zone):
    whole = Span.year(year, zone)
    quarters = [Span.quarter(year, it, zone) for it in range(1, 5)]
    months = [Span.month(year, it, zone) for it in range(1, 13)]
    for parts in (quarters, months):
        assert (parts[0].since, parts[-1].until) == (whole.since, whole.until)
        assert all(one.until == other.since for one, other in pairwise(parts))
    assert whole.until == Span.year(year + 1, zone).since
    assert local(whole.since, zone).year == year
    assert local(whole.since - timedelta.resolution, zone).year == year - 1


def test_the_beginning_is_in_it_and_the_end_is_not():
    span = Span.quarter(2026, 2, PARIS)
    assert span == Span(datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC))
    assert span.holds(span.since)
    assert not span.holds(span.until)
    assert not span.begun(span.since - timedelta.resolution)
    assert Span().holds(span.since)
    assert str(Span()) == "the beginning to now"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Span(datetime(2026, 1, 1)),
        lambda: Span(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        lambda: Span.year(0, UTC_ZONE),
        lambda: Span.year(9999, UTC_ZONE),
        lambda: Span.year(2026.0, UTC_ZONE),
        lambda: Span.year(2026, "UTC"),
        lambda: Span.quarter(2026, 5, UTC_ZONE),
        lambda: Span.quarter(2026, 0, UTC_ZONE),
        lambda: Span.quarter(2026, True, UTC_ZONE),
        lambda: Span.month(2026, 13, UTC_ZONE),
        lambda: Span().holds("now"),
        lambda: Span(until=datetime(2026, 1, 1, tzinfo=UTC)).over("now"),
    ],
    ids=range(12),
)
def test_what_is_no_span_is_refused(make):
    with pytest.raises(InvalidValue):
        make()


def test_nothing_lasts_for_no_time_at_all():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert not Span(now, now).holds(now)
