"""What is matched so far: added up in any order, and taken back exactly, once."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.changes import MatchMove
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal
from pushcore.matching import Match, Matched, MatchPart, Tally, Unmatched


def eur(text):
    return Money.of(text, "EUR")


tallies = st.builds(Tally, st.integers(1, 5), st.integers(1, 999).map(lambda it: Money.of_minor(it, "EUR")))
names = st.sampled_from("abc")
several = st.builds(
    Matched,
    projects=st.dictionaries(names, tallies),
    backers=st.dictionaries(st.tuples(names, names), tallies),
    sponsors=st.dictionaries(names, tallies),
)


@given(several, several, several)
def test_adding_has_no_order(one, two, three):
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + Matched() == one


@given(several, several)
def test_what_was_added_is_taken_back_exactly(before, more):
    kept = attrs.evolve(before)
    assert (before + more) - more == before == kept  # and neither changed what it was made of


@given(several, several)
def test_no_more_is_taken_back_than_was_added(total, less):
    try:
        left = total - less
    except InvalidValue:
        return
    assert left + less == total


def tally(matches, text):
    return Matched(sponsors={"bank": Tally(matches, eur(text))})


@pytest.mark.parametrize(
    "less",
    [
        tally(1, "2.00"),
        tally(2, "1.00"),
        tally(3, "1.00"),
        tally(1, "3.00"),
        Matched(projects={"a": Tally(1, eur("1"))}),
    ],
)
def test_matches_go_with_their_amounts(less):
    with pytest.raises(InvalidValue, match="to take back from, not Tally") as refused:
        tally(2, "2.00") - less
    assert refused.value.facts.keys() == {"key", "had", "less"}


def test_one_is_left():
    assert tally(2, "2.00") - tally(1, "0.50") == tally(1, "1.50")


POUND = Money.of("1.00", "GBP")


def test_one_currency():
    pound = Matched(projects={"lanterne": Tally(1, POUND)})
    with pytest.raises(CurrencyMismatch, match="one fund matches in one currency, not in EUR, GBP"):
        tally(1, "1.00") + pound
    assert (tally(1, "1.00").currency.code, Matched().currency) == ("EUR", None)
    with pytest.raises(CurrencyMismatch, match="one fund matches in one currency, not in EUR, GBP"):
        tally(1, "1.00") + Matched(backers={("lanterne", "ana"): pound.projects["lanterne"]})
    assert pound.currency.code == Matched(backers={("c", "ana"): Tally(1, POUND)}).currency.code == "GBP"


def test_only_its_own_kind_is_added():
    for other in (1, None, tally(1, "1.00")):
        with pytest.raises(TypeError):
            Tally(1, eur("1.00")) + other
    for wrong in (1, None, Tally(1, eur("1.00"))):
        with pytest.raises(TypeError):
            Matched() + wrong
        with pytest.raises(TypeError):
            Matched() - wrong


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"projects": None}, "tallies by id: expected Mapping, got None"),
        ({"projects": {1: Tally(1, eur("1"))}}, r"Matched\.projects: expected ids with tallies, got 1 with"),
        ({"sponsors": {"bank": eur("1")}}, r"Matched\.sponsors: expected ids with tallies, got 'bank' with"),
        ({"backers": {"ana": Tally(1, eur("1"))}}, r"Matched\.backers: expected ids with tallies"),
        ({"backers": {"ab": Tally(1, eur("1"))}}, r"Matched\.backers"),  # two letters are no pair of ids
        ({"backers": {("c", "ana", "x"): Tally(1, eur("1"))}}, r"Matched\.backers"),
        ({"backers": {("c", 1): Tally(1, eur("1"))}}, r"Matched\.backers"),
    ],
)
def test_what_is_not_kept(options, why):
    with pytest.raises(InvalidValue, match=why):
        Matched(**options)


@pytest.mark.parametrize(
    ("matches", "amount"),
    [(0, "1.00"), (True, "1.00"), (1, "0.00"), (1, "-1.00"), (None, "1.00"), (1, None)],
)
def test_there_is_no_empty_tally(matches, amount):
    with pytest.raises(InvalidValue, match="a tally is of matches and money above zero, got"):
        Tally(matches, amount and eur(amount))


def a_match(wanted="3.00", sponsors=("ana", "bo")):
    parts = [MatchPart(sponsor, eur("1.00"), eur("0.00")) for sponsor in sponsors]
    return Match("fund", "lanterne", eur(wanted), parts, [Unmatched(eur("1.00"), Refusal("project-cap"))])


def test_a_match_is_what_was_wanted_less_what_is_unmatched():
    assert (a_match().amount, a_match().codes) == (eur("2.00"), ("project-cap",))
    with pytest.raises(
        InvalidValue, match=r"EUR 2\.00 matched and EUR 1\.00 unmatched are not the EUR 4\.00"
    ):
        a_match("4.00")
    with pytest.raises(InvalidValue, match="sponsor 'ana' stands twice"):
        a_match(sponsors=("ana", "ana"))


def test_a_match_of_no_backer_moves_no_backer():
    two, one = Tally(1, eur("2.00")), Tally(1, eur("1.00"))
    assert a_match().move == Matched(projects={"lanterne": two}, sponsors={"ana": one, "bo": one})
    assert attrs.evolve(a_match(), backer_id="zoe").move.backers == {("lanterne", "zoe"): two}


@pytest.mark.parametrize("left_over", ["-0.01", "1.01"])
def test_no_more_is_left_over_than_is_paid(left_over):
    assert MatchPart("ana", eur("1.00"), eur("1.00")).left_over == eur("1.00")
    with pytest.raises(InvalidValue, match=r"of the EUR 1\.00 that ana pays, EUR .* cannot be left over"):
        MatchPart("ana", eur("1.00"), eur(left_over))


def test_what_is_unmatched_is_not_negative():
    with pytest.raises(InvalidValue, match=r"Unmatched\.amount: expected at least zero, got EUR -0\.01"):
        Unmatched(eur("-0.01"), Refusal("project-cap"))


def test_a_move_is_added_and_taken_back():
    move = MatchMove("live", "lanterne", "zoe", (("ana", eur("2.00")), ("bo", eur("1.00"))))
    moved = Matched().moved(move)
    three = Tally(1, eur("3.00"))
    assert moved == Matched(
        projects={"lanterne": three},
        backers={("lanterne", "zoe"): three},
        sponsors={"ana": Tally(1, eur("2.00")), "bo": Tally(1, eur("1.00"))},
    )
    back = attrs.evolve(move, matches=-1)
    assert moved.moved(back) == Matched()
    assert Matched().moved(back) is None
    assert moved.moved(attrs.evolve(back, backer_id=None)).backers == {("lanterne", "zoe"): three}
    with pytest.raises(CurrencyMismatch):
        moved.moved(MatchMove("live", "nocturne", None, (("bo", Money.of("1.00", "USD")),)))
    with pytest.raises(InvalidValue, match="a move of what is matched: expected MatchMove"):
        Matched().moved(Matched())
