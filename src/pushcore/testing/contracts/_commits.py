"""Committing: all of the changes or nothing, and only over what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pytest

from pushcore.books import renamed
from pushcore.campaigns import Follower
from pushcore.campaigns.events import CampaignFollowed
from pushcore.changes import Changes, Forgetting
from pushcore.errors import Conflict, KeyReused, PushcoreError
from pushcore.gateway import Prepare
from pushcore.ids import ActorId, BackerId, FundId, PayeeId, PayoutId, TransactionId
from pushcore.ledger import recipes
from pushcore.matching import Tally
from pushcore.payouts import Payout
from pushcore.pledges import PledgeState
from pushcore.pledges.events import PledgeConfirmed
from pushcore.pledges.pledging import prepare_order
from pushcore.rewards import Stock
from pushcore.testing import builders
from pushcore.testing.contracts._scenes import (
    CAMPAIGN,
    LIMIT,
    NOW,
    OTHER,
    TIER,
    a_charge,
    counted,
    euros,
    everything,
    following,
    matching,
    moved,
    opened,
    written,
)

if TYPE_CHECKING:
    from pushcore.changes import Versioned
    from pushcore.ports import Store

__all__ = ["CommitContract"]

PLEDGE: Final = builders.a_pledge(tier_id="postcard")
PAYOUT: Final = Payout(PayoutId("lanterne/lune"), CAMPAIGN.id, PayeeId("lune"), euros("10"))
KINDS: Final = (CAMPAIGN, PLEDGE, PAYOUT)

GOOD: Final = Changes(
    put=(following(CAMPAIGN), following(PLEDGE, state=PledgeState.PLEDGED, method="card"), PAYOUT),
    expect=(OTHER,),
    deltas=(moved(claimed=1, reserved=-1), counted("10"), matching(bank="5")),
    transactions=(a_charge("c2"),),
    events=(PledgeConfirmed(NOW, PLEDGE.request.actor, PLEDGE.id),),
    orders=(prepare_order(builders.a_pledge("p2"), CAMPAIGN),),
    done=(prepare_order(PLEDGE, CAMPAIGN).key,),
)
"""Changes in which something of every kind is written, over what `_begun` wrote."""

BAD: Final[dict[str, Changes]] = {
    "a new aggregate that is there": Changes(put=(attrs.evolve(OTHER, version=1),)),
    "an aggregate two versions on": Changes(put=(attrs.evolve(OTHER, version=3),)),
    "a later version of what is not there": Changes(put=(builders.a_pledge("p3", version=2),)),
    "expecting an older version": Changes(expect=(attrs.evolve(OTHER, version=2),)),
    "expecting what is not there": Changes(expect=(builders.a_pledge("p3"),)),
    "more pieces than there are": Changes(deltas=(moved(reserved=LIMIT),)),
    "fewer claimed than none": Changes(deltas=(moved(claimed=-2),)),
    "fewer reserved than none": Changes(deltas=(moved(reserved=-2),)),
    "less pledged than nothing": Changes(deltas=(counted("10.01", sign=-1),)),
    "fewer pledges of a backer than none": Changes(deltas=(counted("1", "ben", sign=-1),)),
    "less matched than nothing": Changes(deltas=(matching("ben", matches=-1, bank="5"),)),
    "a transaction that is there": Changes(transactions=(a_charge("c1"),)),
    "a transaction that overdraws": Changes(
        transactions=(recipes.settlement(CAMPAIGN.id, euros("99"), {}, {PAYOUT.payee_id: euros("99")}, NOW),)
    ),
    "posting what is not pending": Changes(
        transactions=(a_charge("c9").posted(TransactionId("c9/done"), NOW),)
    ),
    "an open order with another content": Changes(
        orders=(
            Prepare(
                prepare_order(PLEDGE, CAMPAIGN).key, PLEDGE.id, builders.a_request(backer_id="ben").backer_id
            ),
        )
    ),
}
"""Changes that a store refuses, whether alone or together with the good ones."""


class CommitContract:
    """Part of `pushcore.testing.StoreContract`."""

    def test_a_backer_is_forgotten(self, store: Store) -> None:
        """All that is kept under an id is kept under the pseudonym, and adds up to what it did."""
        ana, nobody = BackerId("ana"), BackerId("nobody-1")
        event = CampaignFollowed(NOW, ActorId("ana"), CAMPAIGN.id, ana)
        untouched = CampaignFollowed(NOW, ActorId("bob"), CAMPAIGN.id, BackerId("bob"))
        follower = Follower(CAMPAIGN.id, ana, NOW)
        deltas = (moved(claimed=1, backer="ana"), counted("10"), counted("5"), matching("ana", bank="5"))
        opened(store).commit(Changes(put=(PLEDGE, follower), deltas=deltas, events=(untouched, event)))
        before, matched = store.progress(CAMPAIGN.id), store.matched(FundId("live"), CAMPAIGN.id, ana)
        forgetting = Forgetting(ana, nobody, (follower,))
        stale = Forgetting(ana, nobody, (following(follower),))
        with pytest.raises(Conflict):
            store.commit(Changes(forgotten=(stale,)))
        assert list(store.events()) == [untouched, event]
        pledge = attrs.evolve(renamed(PLEDGE, ana, nobody), version=2)
        store.commit(Changes(put=(pledge,), forgotten=(forgetting,)))
        assert not list(store.naming(ana))
        assert list(store.naming(nobody)) == [pledge]
        assert store.find(Follower, follower.id) is None
        assert list(store.events()) == [untouched, renamed(event, ana, nobody)]
        assert store.progress(CAMPAIGN.id) == before
        assert store.stock(CAMPAIGN.id, TIER.id, ana) == Stock()
        assert store.stock(CAMPAIGN.id, TIER.id, nobody) == Stock(1, 0)
        assert not store.matched(FundId("live"), CAMPAIGN.id, ana).backers
        theirs = store.matched(FundId("live"), CAMPAIGN.id, nobody)
        assert [*theirs.backers.values()] == [*matched.backers.values()]
        store.commit(Changes(deltas=(counted("10", "nobody-1", sign=-1), counted("5", "nobody-1", sign=-1))))
        assert store.progress(CAMPAIGN.id).backers == 0

    @pytest.mark.parametrize("aggregate", KINDS, ids=["campaign", "pledge", "payout"])
    def test_versions_follow_one_another(self, store: Store, aggregate: Versioned) -> None:
        """Version 1 is new, and version n replaces version n - 1 and nothing else."""
        if aggregate is not CAMPAIGN:
            written(store, CAMPAIGN)
        with pytest.raises(Conflict):
            written(store, following(aggregate))
        written(store, aggregate)
        for stale in aggregate, following(following(aggregate)):
            with pytest.raises(Conflict):
                written(store, stale)
        written(store, following(aggregate))
        with pytest.raises(Conflict):
            written(store, following(aggregate))

    @pytest.mark.parametrize("aggregate", KINDS, ids=["campaign", "pledge", "payout"])
    def test_what_was_expected_must_be_so(self, store: Store, aggregate: Versioned) -> None:
        """Changes are void when an aggregate that they rest on has moved on, or is not there."""
        new = builders.a_pledge("p2")
        others = () if aggregate is CAMPAIGN else (CAMPAIGN,)
        with pytest.raises(Conflict):
            store.commit(Changes(put=others, expect=(aggregate,)))
        written(store, *others, aggregate)
        store.commit(Changes(put=(new,), expect=(aggregate,)))
        written(store, following(aggregate))
        with pytest.raises(Conflict):
            store.commit(Changes(put=(following(new),), expect=(aggregate,)))
        assert store.find_pledge(new.id) == new
        store.commit(Changes(put=(following(new),), expect=(following(aggregate),)))

    def test_all_is_written(self, store: Store) -> None:
        """Every part of good changes is there afterwards."""
        _begun(store).commit(GOOD)
        assert store.campaign(CAMPAIGN.id) == GOOD.put[0]
        assert list(store.returnable_pledges(CAMPAIGN.id)) == [GOOD.put[1]]
        assert list(store.payouts(CAMPAIGN.id)) == [PAYOUT]
        stock = store.stock(CAMPAIGN.id, builders.a_tier().id)
        assert (stock.claimed, stock.reserved) == (1, 0)
        assert store.progress(CAMPAIGN.id).pledged == euros("10")
        assert store.matched(FundId("live"), CAMPAIGN.id).projects == {CAMPAIGN.id: Tally(1, euros("5"))}
        assert [it.id for it in store.transactions()] == ["c1", "c2"]
        assert list(store.open_orders()) == list(GOOD.orders)
        assert tuple(store.events()) == GOOD.events

    @pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
    @pytest.mark.parametrize("why", BAD)
    def test_all_or_nothing(self, store: Store, why: str, *, first: bool) -> None:
        """One thing that cannot be written, wherever it stands, and nothing is; the rest alone then is."""
        before = everything(_begun(store))
        bad = BAD[why]
        together = Changes(
            **{
                field.name: getattr(bad, field.name) + getattr(GOOD, field.name)
                if first
                else getattr(GOOD, field.name) + getattr(bad, field.name)
                for field in attrs.fields(Changes)
            }
        )
        for changes in bad, together:
            with pytest.raises(PushcoreError) as refusal:
                store.commit(changes)
            assert isinstance(refusal.value, Conflict | KeyReused)
            assert everything(store) == before
        store.commit(GOOD)
        assert everything(store) != before

    def test_nothing_is_a_change_too(self, store: Store) -> None:
        """Empty changes are committed, and change nothing."""
        before = everything(_begun(store))
        store.commit(Changes())
        assert everything(store) == before


def _begun(store: Store) -> Store:
    """A store with a pledge under way in it."""
    opened(store).commit(
        Changes(
            put=(PLEDGE,),
            deltas=(moved(reserved=1),),
            transactions=(a_charge("c1"),),
            orders=(prepare_order(PLEDGE, CAMPAIGN),),
        )
    )
    return store
