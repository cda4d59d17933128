"""Matches: what funds have matched is told apart, added up, and taken back exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.campaigns import Progress
from pushcore.changes import Changes, MatchMove
from pushcore.errors import Conflict
from pushcore.ids import BackerId, FundId, PledgeId, SponsorId
from pushcore.matching import Matched, MatchOrigin, Tally
from pushcore.pledges import PledgeState
from pushcore.testing import builders
from pushcore.testing.contracts._reads import ANY_STORE
from pushcore.testing.contracts._scenes import (
    CAMPAIGN,
    OTHER,
    counted,
    euros,
    following,
    matching,
    opened,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from pushcore.ports import Store
    from pushcore.testing.contracts._scenes import MakeStore

__all__ = ["MatchContract"]

LIVE: Final = FundId("live")
ANA: Final = BackerId("ana")
_euros: Final = st.integers(1, 9).map(str)
_matches: Final = st.lists(
    st.builds(matching, st.sampled_from(["ana", "ben", None]), bank=_euros, city=_euros), max_size=6
)


def _tally(matches: int, amount: str) -> Tally:
    return Tally(matches, euros(amount))


class MatchContract:
    """Part of `pushcore.testing.StoreContract`."""

    def test_what_is_matched_is_told_apart(self, store: Store) -> None:
        """By campaign, by backer in it, by sponsor over all campaigns; and each fund has its own."""
        moves = (
            matching(bank="6", city="3"),
            matching("ben", bank="2"),
            matching(campaign=OTHER, city="1"),
            matching(None, bank="5"),
            matching(fund="other", bank="9"),
        )
        opened(store).commit(Changes(deltas=moves))
        sponsors = {SponsorId("bank"): _tally(3, "13"), SponsorId("city"): _tally(2, "4")}
        projects = {CAMPAIGN.id: _tally(3, "16")}
        assert store.matched(LIVE, CAMPAIGN.id) == Matched(projects=projects, sponsors=sponsors)
        assert store.matched(LIVE, CAMPAIGN.id, ANA) == Matched(
            projects=projects, backers={(CAMPAIGN.id, ANA): _tally(1, "9")}, sponsors=sponsors
        )
        assert store.matched(LIVE, OTHER.id, BackerId("ben")) == Matched(
            projects={OTHER.id: _tally(1, "1")}, sponsors=sponsors
        )
        assert store.matched(FundId("none"), CAMPAIGN.id, ANA) == Matched()

    @ANY_STORE
    @given(matches=_matches, order=st.randoms(use_true_random=False))
    def test_matches_are_taken_back_exactly(
        self, make_store: MakeStore, matches: Sequence[MatchMove], order: Random
    ) -> None:
        """Whatever was added and taken back in whatever order, what is left is the rest."""
        store, rest = opened(make_store()), Matched()
        for move in matches:
            store.commit(Changes(deltas=(move,)))
        back = [attrs.evolve(move, matches=-1) for move in matches[1::2]]
        order.shuffle(back)
        store.commit(Changes(deltas=tuple(back)))
        for move in matches[::2]:
            rest = rest.moved(move) or rest
        found, key = store.matched(LIVE, CAMPAIGN.id, ANA), (CAMPAIGN.id, ANA)
        assert (found.projects, found.sponsors) == (rest.projects, rest.sponsors)
        assert found.backers.get(key) == rest.backers.get(key)

    @pytest.mark.parametrize(
        "move",
        [
            matching(matches=-1, bank="6.01"),
            matching(matches=-1, bank="5"),
            matching("ben", matches=-1, bank="6"),
            matching(matches=-1, city="6"),
            matching(campaign=OTHER, matches=-1, bank="6"),
            matching(fund="other", matches=-1, bank="6"),
        ],
        ids=["more", "less", "of another backer", "sponsor", "campaign", "fund"],
    )
    def test_nothing_is_taken_back_that_was_not_matched(self, store: Store, move: MatchMove) -> None:
        """A move that takes back what was not matched so is refused, and changes nothing."""
        opened(store).commit(Changes(deltas=(matching(bank="6"),)))
        before = store.matched(LIVE, CAMPAIGN.id, ANA)
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(matching(None, bank="1"), move)))
        assert store.matched(LIVE, CAMPAIGN.id, ANA) == before
        back = matching(matches=-1, bank="6")
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(back, back)))
        store.commit(Changes(deltas=(back,)))
        assert store.matched(LIVE, CAMPAIGN.id, ANA) == Matched()

    def test_what_sponsors_add_is_a_total_of_its_own(self, store: Store) -> None:
        """Matches are pledged too, but whoever makes them is no backer."""
        match = attrs.evolve(counted("8", "bank"), matched=euros("8"))
        opened(store).commit(Changes(deltas=(counted("10"), match)))
        zero = euros("0")
        assert store.progress(CAMPAIGN.id) == Progress(euros("18"), 2, 1, zero, 0, matched=euros("8"))
        back = attrs.evolve(counted("8", "bank", sign=-1), matched=euros("-8"))
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(back, back)))
        store.commit(Changes(deltas=(back,)))
        assert store.progress(CAMPAIGN.id) == Progress(euros("10"), 1, 1, zero, 0)

    def test_matches_that_stand_are_found(self, store: Store) -> None:
        """The contributions of sponsors, while they are collected, and no others."""
        plain = builders.a_pledge("p1", state=PledgeState.COLLECTED)
        match, other = (
            attrs.evolve(
                builders.a_pledge(name, state=PledgeState.COLLECTED, campaign_id=campaign.id),
                matches=MatchOrigin(LIVE),
            )
            for name, campaign in (("m1", CAMPAIGN), ("m2", OTHER))
        )
        written(opened(store), plain, match, other)
        assert list(store.matches(CAMPAIGN.id)) == [match]
        assert list(store.matches(CAMPAIGN.id, PledgeId("p1"))) == []
        for one in store.matches(OTHER.id):
            written(store, following(one, state=PledgeState.REFUNDED, reason="unmatched", refunds=1))
        assert (list(store.matches(OTHER.id)), list(store.matches(CAMPAIGN.id))) == ([], [match])

    def test_the_matches_of_a_pledge_are_found(self, store: Store) -> None:
        """Those that stand, and neither those of another pledge nor lump sums."""
        ana, ten = BackerId("ana"), euros("10")
        one, two, lump = (
            attrs.evolve(builders.a_pledge(name, state=PledgeState.COLLECTED), matches=origin)
            for name, origin in (
                ("m1", MatchOrigin(LIVE, pledge_id=PledgeId("p1"), backer_id=ana, given=ten)),
                ("m2", MatchOrigin(LIVE, pledge_id=PledgeId("p2"), backer_id=ana, given=ten)),
                ("m3", MatchOrigin(LIVE)),
            )
        )
        written(opened(store), one, two, lump)
        assert list(store.matches(CAMPAIGN.id, PledgeId("p1"))) == [one]
        assert {it.id for it in store.matches(CAMPAIGN.id)} == {"m1", "m2", "m3"}
        written(store, following(one, state=PledgeState.REFUNDED, reason="unmatched", refunds=1))
        assert list(store.matches(CAMPAIGN.id, PledgeId("p1"))) == []
        assert list(store.matches(CAMPAIGN.id, PledgeId("p2"))) == [two]
