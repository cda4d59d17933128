"""Moves: stock stays within its bounds, totals are sums, and neither depends on the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.campaigns import Progress
from pushcore.changes import Changes, ProgressMove, StockMove, TotalLimit
from pushcore.errors import Conflict
from pushcore.ids import BackerId, StockId
from pushcore.rewards import NO_REWARD, Stock
from pushcore.testing.contracts._reads import ANY_STORE
from pushcore.testing.contracts._scenes import (
    CAMPAIGN,
    LIMIT,
    OTHER,
    TIER,
    counted,
    euros,
    late,
    moved,
    opened,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from pushcore.money import Money
    from pushcore.ports import Store
    from pushcore.testing.contracts._scenes import MakeStore

__all__ = ["MoveContract"]

_small: Final = st.integers(-LIMIT, LIMIT)
_stock_moves: Final = st.lists(st.builds(moved, claimed=_small, reserved=_small), max_size=12)
_pledges: Final = st.lists(
    st.tuples(st.sampled_from(["ana", "ben", "cleo"]), st.integers(1, 9), st.booleans()), max_size=8
)

_STOCKS: Final = (
    (StockId(TIER.id), None),
    (StockId("sheet"), None),
    (StockId("friends"), None),
    (StockId(TIER.id), BackerId("ana")),
)
"""What one pledge may take of: a tier, an item, a voucher, and what its backer may hold of the tier."""


class MoveContract:
    """Part of `pushcore.testing.StoreContract`."""

    @ANY_STORE
    @given(moves=_stock_moves)
    def test_stock_stays_within_bounds(self, make_store: MakeStore, moves: Sequence[StockMove]) -> None:
        """Moves add up, and one that would leave the bounds is refused and changes nothing."""
        store = opened(make_store())
        claimed = reserved = 0
        for move in moves:
            after = claimed + move.claimed, reserved + move.reserved
            if min(after) < 0 or sum(after) > LIMIT:
                with pytest.raises(Conflict):
                    store.commit(Changes(deltas=(move,)))
            else:
                store.commit(Changes(deltas=(move,)))
                claimed, reserved = after
            assert store.stock(CAMPAIGN.id, TIER.id) == Stock(claimed, reserved)
        assert store.stock(OTHER.id, TIER.id) == Stock()

    def test_a_campaign_comes_with_its_totals(self, store: Store) -> None:
        """What is brought over in one commit has its campaign, its stock and its totals there."""
        store.commit(Changes(put=(CAMPAIGN,), deltas=(moved(claimed=1), counted("10"))))
        assert store.campaign(CAMPAIGN.id) == CAMPAIGN
        assert store.progress(CAMPAIGN.id) == Progress(euros("10"), 1, 1, euros("0"), 0)
        assert store.stock(CAMPAIGN.id, TIER.id) == Stock(1, 0)

    def test_what_picks_nothing_has_a_stock_of_its_own(self, store: Store) -> None:
        """The stock without a name is one like any other: an edit asks it whether a pledge is on its way."""
        opened(store)
        store.commit(Changes(deltas=(StockMove(CAMPAIGN.id, NO_REWARD, None, reserved=1),)))
        assert store.stock(CAMPAIGN.id, NO_REWARD) == Stock(reserved=1)
        assert store.stock(CAMPAIGN.id, TIER.id) == store.stock(OTHER.id, NO_REWARD) == Stock()
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(StockMove(CAMPAIGN.id, NO_REWARD, 0),)))

    def test_moves_of_one_commit_add_up(self, store: Store) -> None:
        """Two moves that are fine each, but not together, are refused together."""
        opened(store)
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(moved(reserved=LIMIT), moved(reserved=1))))
        store.commit(Changes(deltas=(moved(reserved=LIMIT), moved(claimed=1, reserved=-1))))
        assert store.stock(CAMPAIGN.id, TIER.id) == Stock(1, LIMIT - 1)

    def test_a_tier_without_limit_has_no_end(self, store: Store) -> None:
        """Without a limit any number may be claimed."""
        opened(store).commit(Changes(deltas=(moved(claimed=10**6, limit=None),)))
        assert store.stock(CAMPAIGN.id, TIER.id) == Stock(10**6)

    def test_what_is_above_a_lower_limit_can_be_given_back(self, store: Store) -> None:
        """Where more is out than the limit allows, giving back is not refused, and taking is."""
        opened(store).commit(Changes(deltas=(moved(claimed=LIMIT, reserved=2, limit=None),)))
        store.commit(Changes(deltas=(moved(claimed=-1),)))
        store.commit(Changes(deltas=(moved(claimed=1, reserved=-1),)))
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(moved(reserved=1),)))

    def test_a_move_of_no_pieces_asks_how_many_are_out(self, store: Store) -> None:
        """It is refused where more pieces are out than its limit, and changes nothing where they are not."""
        opened(store)
        store.commit(Changes(deltas=(moved(limit=0),)))
        store.commit(Changes(deltas=(moved(claimed=1, reserved=1),)))
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(moved(limit=1),)))
        store.commit(Changes(deltas=(moved(limit=2), moved(limit=None))))
        assert store.stock(CAMPAIGN.id, TIER.id) == Stock(1, 1)

    @ANY_STORE
    @given(pledges=_pledges, order=st.randoms(use_true_random=False))
    def test_progress_does_not_depend_on_the_order(
        self, make_store: MakeStore, pledges: Sequence[tuple[str, int, bool]], order: Random
    ) -> None:
        """Totals are the sums of what counts, and a backer of two pledges is one backer."""
        standing = [(backer, amount) for backer, amount, stands in pledges if stands]
        for _ in range(2):
            store = opened(make_store())
            for move in _in_some_order(pledges, order):
                store.commit(Changes(deltas=(move,)))
            assert store.progress(CAMPAIGN.id) == Progress(
                euros(str(sum(amount for _, amount in standing))),
                len(standing),
                len({backer for backer, _ in standing}),
                euros("0"),
                0,
            )
            assert store.progress(OTHER.id) == Progress.none("EUR")

    def test_collected_pledges_stay_pledged(self, store: Store) -> None:
        """What is collected is counted beside what is pledged."""
        collected = ProgressMove(
            CAMPAIGN.id, BackerId("ana"), euros("0"), collected=euros("10"), collections=1
        )
        opened(store).commit(Changes(deltas=(counted("10"), counted("5", "ben"), collected)))
        assert store.progress(CAMPAIGN.id) == Progress(euros("15"), 2, 2, euros("10"), 1)

    def test_what_counts_is_told_apart(self, store: Store) -> None:
        """What counts to the goal, rewards and late pledges are totals of their own."""
        opened(store)
        early = counted("10", counts="7", units=2), counted("5", "ben")
        store.commit(Changes(deltas=(*early, late("3", "cleo"))))
        zero = euros("0")
        assert store.progress(CAMPAIGN.id) == Progress(
            euros("15"), 3, 3, zero, 0, counted=euros("12"), units=2, late=euros("3")
        )
        store.commit(
            Changes(deltas=(counted("10", sign=-1, counts="7", units=2), late("3", "cleo", sign=-1)))
        )
        assert store.progress(CAMPAIGN.id) == Progress(euros("5"), 1, 1, zero, 0)

    def test_a_cap_is_never_exceeded_nor_stranded(self, store: Store) -> None:
        """What counts may come to its limit, and to no total that would leave too little to be charged."""
        limit = TotalLimit(1_000, range(951, 1_000))
        opened(store).commit(Changes(deltas=(counted("12", counts="9", limit=limit),)))
        for amount in ("1.01", "0.51", "0.99"):
            with pytest.raises(Conflict):
                store.commit(Changes(deltas=(counted(amount, "ben", limit=limit),)))
        with pytest.raises(Conflict):
            store.commit(
                Changes(deltas=tuple(counted("0.50", it, limit=limit) for it in ("ben", "cleo", "dora")))
            )
        store.commit(Changes(deltas=tuple(counted("0.50", it, limit=limit) for it in ("ben", "cleo"))))
        assert store.progress(CAMPAIGN.id).counted == euros("10")
        store.commit(Changes(deltas=(counted("0.05", "ben", sign=-1),)))  # what falls is not asked

    @pytest.mark.parametrize(
        ("taken", "least", "fine"),
        [
            (counted("4", sign=-1), euros("6"), True),
            (counted("4.01", sign=-1), euros("6"), False),
            (counted("9", sign=-1, counts="1"), euros("9"), True),
            (counted("9", sign=-1, units=1), 3, True),
            (counted("9", sign=-1, units=2), 3, False),
        ],
        ids=["just", "below", "of what counts", "just of rewards", "below of rewards"],
    )
    def test_a_guarded_goal_is_not_missed(
        self, store: Store, taken: ProgressMove, least: Money | int, *, fine: bool
    ) -> None:
        """A move may say below which total it must not take what counts, whoever else takes at once."""
        opened(store).commit(Changes(deltas=(counted("10", units=4),)))
        guarding = Changes(deltas=(attrs.evolve(taken, least=least),))
        if fine:
            store.commit(guarding)
        else:
            with pytest.raises(Conflict):
                store.commit(guarding)
        with pytest.raises(Conflict):
            store.commit(guarding)

    def test_a_total_is_of_as_many_pledges_as_it_was_read_of(self, store: Store) -> None:
        """A move may say how many pledges there are to be, late ones among them; of others it is refused."""
        opened(store).commit(Changes(deltas=(counted("10"), late("3", "ben"))))
        before = store.progress(CAMPAIGN.id)
        one, two, three = (
            Changes(deltas=(ProgressMove(CAMPAIGN.id, BackerId("cleo"), euros("0"), standing=pledges),))
            for pledges in (1, 2, 3)
        )
        for wrong in (one, three):
            with pytest.raises(Conflict):
                store.commit(wrong)
        store.commit(two)
        assert store.progress(CAMPAIGN.id) == before
        store.commit(Changes(deltas=(late("3", "ben", sign=-1),)))
        with pytest.raises(Conflict):
            store.commit(two)

    def test_a_total_is_of_as_much_collected_as_it_was_read_of(self, store: Store) -> None:
        """A move may say what is to be collected in all once it is added; else it is refused."""
        opened(store)

        def asked(more: str, total: str) -> Changes:
            nobody, nothing, collected = BackerId("cleo"), euros("0"), euros(more)
            move = ProgressMove(CAMPAIGN.id, nobody, nothing, collected=collected, comes_to=euros(total))
            return Changes(deltas=(move,))

        store.commit(asked("10", "10"))
        before = store.progress(CAMPAIGN.id)
        for wrong in (asked("0", "9.99"), asked("0", "10.01"), asked("0.01", "10")):
            with pytest.raises(Conflict):
                store.commit(wrong)
        store.commit(asked("0", "10"))
        assert store.progress(CAMPAIGN.id) == before

    def test_what_a_backer_holds_is_their_own(self, store: Store) -> None:
        """Moves that name a backer move what they hold, and nothing of the stock of all."""
        opened(store).commit(Changes(deltas=(moved(claimed=2), moved(claimed=1, limit=1, backer="ana"))))
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(moved(reserved=1, limit=1, backer="ana"),)))
        store.commit(Changes(deltas=(moved(reserved=1, limit=1, backer="ben"),)))
        held = [store.stock(CAMPAIGN.id, TIER.id, BackerId(it)) for it in ("ana", "ben", "cleo")]
        assert held == [Stock(1), Stock(0, 1), Stock()]
        assert store.stock(CAMPAIGN.id, TIER.id) == Stock(2)

    @pytest.mark.parametrize(
        "move",
        [
            counted("10.01", sign=-1),
            counted("1", "ben", sign=-1),
            ProgressMove(CAMPAIGN.id, BackerId("ana"), euros("0"), collected=euros("-1")),
            ProgressMove(CAMPAIGN.id, BackerId("ana"), euros("0"), collections=-1),
            ProgressMove(CAMPAIGN.id, BackerId("ana"), euros("0"), units=-1),
            ProgressMove(CAMPAIGN.id, BackerId("ana"), euros("0"), late=euros("-0.01")),
        ],
        ids=["pledged", "backers", "collected", "collections", "units", "late"],
    )
    def test_no_total_falls_below_zero(self, store: Store, move: ProgressMove) -> None:
        """A move that would take away more than there is is refused, and changes nothing."""
        opened(store).commit(Changes(deltas=(counted("10"),)))
        before = store.progress(CAMPAIGN.id)
        with pytest.raises(Conflict):
            store.commit(Changes(deltas=(move,)))
        assert store.progress(CAMPAIGN.id) == before

    @pytest.mark.parametrize("short", _STOCKS, ids=["tier", "item", "voucher", "share"])
    def test_stocks_move_together(self, store: Store, short: tuple[StockId, BackerId | None]) -> None:
        """A tier, an item, a voucher and what one backer may hold: where one falls short, none is moved."""
        opened(store)

        def all_of_them(limit: int) -> Changes:
            return Changes(
                deltas=tuple(
                    StockMove(CAMPAIGN.id, key[0], limit if key == short else LIMIT, 0, 2, key[1])
                    for key in _STOCKS
                )
            )

        with pytest.raises(Conflict):
            store.commit(all_of_them(limit=1))
        assert [store.stock(CAMPAIGN.id, *key) for key in _STOCKS] == [Stock()] * len(_STOCKS)
        store.commit(all_of_them(limit=2))
        assert [store.stock(CAMPAIGN.id, *key) for key in _STOCKS] == [Stock(reserved=2)] * len(_STOCKS)


def _in_some_order(pledges: Sequence[tuple[str, int, bool]], order: Random) -> list[ProgressMove]:
    """What the pledges move, each in its own time, and each that falls after it came."""
    moves: list[tuple[float, ProgressMove]] = []
    for backer, amount, stands in pledges:
        time = order.random()
        moves.append((time, counted(str(amount), backer)))
        if not stands:
            moves.append((time + order.random(), counted(str(amount), backer, sign=-1)))
    return [move for _, move in sorted(moves, key=lambda timed: timed[0])]
