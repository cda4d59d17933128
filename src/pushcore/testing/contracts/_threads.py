"""Threads: commits at the same time come out as if they had come one after the other."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, ClassVar, Final

import pytest

from pushcore.changes import Changes, TotalLimit
from pushcore.errors import Conflict
from pushcore.rewards import Stock
from pushcore.testing import builders
from pushcore.testing.contracts._abilities import StoreAbilities
from pushcore.testing.contracts._scenes import CAMPAIGN, LIMIT, TIER, counted, euros, following, moved, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.ports import Store

__all__ = ["ThreadContract", "at_once"]

THREADS: Final = 8
ROUNDS: Final = 20


class ThreadContract:
    """Part of `pushcore.testing.StoreContract`; skipped where a store declares no ``threads``."""

    abilities: ClassVar[StoreAbilities] = StoreAbilities()

    @pytest.fixture
    def shared(self, store: Store) -> Store:
        """A store that several threads may use, with the two campaigns in it."""
        if not self.abilities.threads:
            pytest.skip("this store is not for several threads")
        return opened(store)

    def test_threads_sell_each_piece_once(self, shared: Store) -> None:
        """Whoever comes first gets the last pieces; the others are told that they came too late."""
        outcomes = at_once(lambda _: shared.commit(Changes(deltas=(moved(reserved=1),))))
        assert outcomes[None] == LIMIT
        assert outcomes[Conflict] == THREADS * ROUNDS - LIMIT
        assert shared.stock(CAMPAIGN.id, TIER.id) == Stock(0, LIMIT)

    def test_threads_lose_no_total(self, shared: Store) -> None:
        """Every move is counted."""
        at_once(lambda n: shared.commit(Changes(deltas=(counted("1", f"b{n}"),))))
        progress = shared.progress(CAMPAIGN.id)
        assert (progress.pledged, progress.backers) == (euros(str(THREADS * ROUNDS)), THREADS)

    def test_threads_stay_below_a_cap(self, shared: Store) -> None:
        """Of those who give the last of it at the same moment, as many are taken as fit."""
        limit = TotalLimit(1_000, range(0))
        outcomes = at_once(lambda n: shared.commit(Changes(deltas=(counted("1", f"b{n}", limit=limit),))))
        assert outcomes[None] == 10  # noqa: PLR2004  of a euro each
        assert shared.progress(CAMPAIGN.id).counted == euros("10")

    def test_threads_replace_each_version_once(self, shared: Store) -> None:
        """Of those who read the same version, one writes the next."""
        written = []

        def rewrite(_: int) -> None:
            campaign = shared.campaign(CAMPAIGN.id)
            shared.commit(Changes(put=(following(campaign),)))
            written.append(campaign.version + 1)

        at_once(rewrite)
        assert max(Counter(written).values()) == 1
        assert shared.campaign(CAMPAIGN.id).version == max(written)

    def test_threads_make_each_thing_once(self, shared: Store) -> None:
        """Of those who write a new thing under one id, one does."""
        pledge = builders.a_pledge()
        assert at_once(lambda _: shared.commit(Changes(put=(pledge,))))[None] == 1


def at_once(act: Callable[[int], object]) -> Counter[type[Conflict] | None]:
    """How an act ends that several threads do again and again, each with its number."""
    barrier = Barrier(THREADS)

    def work(number: int) -> Counter[type[Conflict] | None]:
        outcomes: Counter[type[Conflict] | None] = Counter()
        barrier.wait()
        for _ in range(ROUNDS):
            try:
                act(number)
            except Conflict:
                outcomes[Conflict] += 1
            else:
                outcomes[None] += 1
        return outcomes

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)), Counter[type[Conflict] | None]())
