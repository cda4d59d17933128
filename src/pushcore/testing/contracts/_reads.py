"""Reading: what was written comes back equal, and everything else is not there."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

from pushcore.calendar import Zone
from pushcore.campaigns import (
    CampaignState,
    Cap,
    Charging,
    Follower,
    FundingModel,
    Progress,
    StretchGoal,
    Unlock,
    UnlockKind,
)
from pushcore.campaigns.lifecycle import FUNDED
from pushcore.changes import Changes
from pushcore.errors import NotFound
from pushcore.ids import ActorId, BackerId, CampaignId, FundId, PayoutId, PledgeId, StretchGoalId, TierId
from pushcore.ledger import chart
from pushcore.matching import MatchOrigin
from pushcore.money import Percentage, Rounding
from pushcore.payouts import HeldReserve, Payout, PayoutPlan, PayoutState, Release, Reserve, Wallet
from pushcore.pledges import PledgeState
from pushcore.recurring import PerCreation, Subscription, SubscriptionState
from pushcore.rewards import Fulfilment, Stock, WaitingEntry, WaitingList
from pushcore.testing import builders, strategies
from pushcore.testing.contracts._scenes import (
    CAMPAIGN,
    NOW,
    OTHER,
    TIER,
    counted,
    euros,
    following,
    opened,
    written,
)

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.changes import ProgressMove
    from pushcore.money import Money
    from pushcore.pledges import Pledge
    from pushcore.ports import Store
    from pushcore.testing.contracts._scenes import MakeStore

__all__ = ["ANY_STORE", "ReadContract"]

ANY_STORE: Final = settings(
    deadline=None,
    # The fixture makes stores, one for each example; and the test belongs to every subclass.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
NOBODY: Final = CampaignId("nobody's")
SECOND: Final = timedelta(seconds=1)
FAR: Final = NOW + timedelta(days=36_500)


class ReadContract:
    """Part of `pushcore.testing.StoreContract`."""

    def test_an_empty_store_has_nothing(self, store: Store) -> None:
        """Nothing can be read of a store to which nothing was written."""
        for read in store.campaign, store.progress:
            with pytest.raises(NotFound):
                read(NOBODY)
        with pytest.raises(NotFound):
            store.payout(PayoutId("nobody's"))
        assert store.find_pledge(PledgeId("nobody's")) is None
        assert store.find(WaitingList, "nobody's") is None
        assert store.stock(NOBODY, TierId("none")) == Stock()
        assert not store.balance(chart.PROVIDER, "EUR").posted
        assert not list(store.payouts(NOBODY))
        for iterator in (
            store.due_campaigns(NOW),
            store.chargeable_pledges(NOBODY, NOW),
            store.returnable_pledges(NOBODY),
            store.expired_pledges(NOBODY, NOW),
            store.expected_pledges(NOBODY),
            store.unconfirmed_pledges(NOBODY),
            store.followers(NOBODY),
            store.collected_amounts(NOBODY),
            store.collected_pledges(NOBODY),
            store.due_subscriptions(NOW),
            store.subscriptions(NOBODY),
            store.expiring_wallets(NOW),
            store.transactions(),
            store.open_orders(),
            store.events(),
        ):
            assert not list(iterator)

    def test_a_new_campaign_has_no_totals(self, store: Store) -> None:
        """Progress and stock are zero before the first pledge."""
        opened(store)
        assert store.progress(CAMPAIGN.id) == Progress.none("EUR")
        assert store.stock(CAMPAIGN.id, TIER.id) == Stock()

    @ANY_STORE
    @given(campaign=strategies.campaigns())
    def test_campaigns_come_back_equal(self, make_store: MakeStore, campaign: Campaign) -> None:
        """Any campaign is read as it was written."""
        new = attrs.evolve(campaign, version=1)
        assert written(make_store(), new).campaign(new.id) == new

    @ANY_STORE
    @given(pledge=strategies.pledges())
    def test_pledges_come_back_equal(self, make_store: MakeStore, pledge: Pledge) -> None:
        """Any pledge is read as it was written."""
        new = attrs.evolve(pledge, version=1)
        campaign = attrs.evolve(CAMPAIGN, id=pledge.campaign_id)
        assert written(make_store(), campaign, new).find_pledge(new.id) == new

    @ANY_STORE
    @given(payout=strategies.payouts())
    def test_payouts_come_back_equal(self, make_store: MakeStore, payout: Payout) -> None:
        """Any payout is read as it was written, alone and with the campaign's others."""
        new = attrs.evolve(payout, version=1)
        store = written(make_store(), attrs.evolve(CAMPAIGN, id=payout.campaign_id), new)
        assert store.payout(new.id) == new
        assert list(store.payouts(new.campaign_id)) == [new]

    def test_aggregates_are_found_by_kind(self, store: Store) -> None:
        """Whatever is put is found by its kind and id, and replaced by its next version."""
        pledge = builders.a_pledge()
        waiting = WaitingList(CAMPAIGN.id, TIER.id, limit=2)
        fulfilment = Fulfilment(pledge.id, CAMPAIGN.id)
        written(opened(store), pledge, waiting, fulfilment)
        for aggregate in (pledge, waiting, fulfilment):
            assert store.find(type(aggregate), aggregate.id) == aggregate
        longer = attrs.evolve(waiting, entries=[WaitingEntry(pledge.backer_id, 1, NOW)], version=2)
        written(store, longer)
        assert store.find(WaitingList, waiting.id) == longer
        assert store.find(Fulfilment, waiting.id) is None

    def test_followers_are_those_who_still_follow(self, store: Store) -> None:
        """Whoever follows a campaign no longer, or another one, is none of its followers."""
        ana, bob, cem = (Follower(CAMPAIGN.id, BackerId(it), NOW) for it in ("ana", "bob", "cem"))
        elsewhere = Follower(OTHER.id, BackerId("dan"), NOW)
        written(opened(store), ana, bob, cem, elsewhere)
        written(store, attrs.evolve(bob, follows=False, version=2))
        assert sorted(store.followers(CAMPAIGN.id)) == ["ana", "cem"]
        assert list(store.followers(OTHER.id)) == ["dan"]

    def test_what_replaces_is_read(self, store: Store) -> None:
        """A new version takes the place of the old one, everywhere."""
        pledge = builders.a_pledge(state=PledgeState.PREAUTH)
        written(opened(store), pledge)
        confirmed = following(pledge, state=PledgeState.PLEDGED, method="card")
        written(store, confirmed)
        assert store.find_pledge(pledge.id) == confirmed
        assert list(store.returnable_pledges(CAMPAIGN.id)) == [confirmed]
        assert not list(store.expired_pledges(CAMPAIGN.id, pledge.expires_at))

    @pytest.mark.parametrize("state", CampaignState)
    @pytest.mark.parametrize("inclusive", [False, True])
    def test_due_campaigns(self, store: Store, *, state: CampaignState, inclusive: bool) -> None:
        """Live and suspended campaigns are due from their deadline on, to the instant; others at any time."""
        window = CAMPAIGN.terms.window
        window = attrs.evolve(window, closes=attrs.evolve(window.closes, inclusive=inclusive))
        terms = attrs.evolve(CAMPAIGN.terms, window=window)
        written(store, attrs.evolve(builders.a_campaign(state=state), terms=terms))
        closes = window.closes.at
        always = state in {*FUNDED, CampaignState.CLOSING, CampaignState.GRACE}
        for now, passed in (closes - SECOND, False), (closes, not inclusive), (closes + SECOND, True):
            due = always or (state in {CampaignState.LIVE, CampaignState.SUSPENDED} and passed)
            assert list(store.due_campaigns(now)) == [CAMPAIGN.id] * due

    @pytest.mark.parametrize("state", [CampaignState.FAILED, CampaignState.CANCELED])
    def test_campaigns_are_due_until_their_pledges_are_free(self, store: Store, state: CampaignState) -> None:
        """A failed or canceled campaign is due while a pledge of it is confirmed, or on its way back."""
        pledge = builders.a_pledge(state=PledgeState.PLEDGED)
        back = builders.a_pledge("p2", state=PledgeState.REFUNDING)
        written(store, builders.a_campaign(state=state), pledge, back)
        assert list(store.due_campaigns(NOW)) == [CAMPAIGN.id]
        written(store, following(pledge, state=PledgeState.CANCELED))
        assert list(store.due_campaigns(NOW)) == [CAMPAIGN.id]
        written(store, following(back, state=PledgeState.UNREFUNDED))
        assert not list(store.due_campaigns(NOW))

    @pytest.mark.parametrize("charging", Charging)
    @pytest.mark.parametrize("state", [CampaignState.LIVE, CampaignState.GRACE, CampaignState.SUSPENDED])
    def test_campaigns_are_due_while_they_charge(
        self, store: Store, state: CampaignState, charging: Charging
    ) -> None:
        """One that charges at once is due as long as it may charge and there is a pledge to be charged."""
        campaign = builders.a_campaign(state=state, model=FundingModel(charging=charging))
        written(store, campaign)
        waits = state is CampaignState.GRACE
        assert list(store.due_campaigns(NOW)) == [campaign.id] * waits
        written(store, builders.a_pledge(state=PledgeState.PLEDGED))
        at_once = charging in {Charging.AT_PLEDGE, Charging.ESCROW} and state is CampaignState.LIVE
        assert list(store.due_campaigns(NOW)) == [campaign.id] * (waits or at_once)

    @pytest.mark.parametrize(("counts", "due"), [("39.99", False), ("40", True)])
    def test_campaigns_are_due_at_their_cap(self, store: Store, counts: str, *, due: bool) -> None:
        """A live campaign is due once what counts has come to its cap, or within its tolerance."""
        cap = Cap(amount=euros("41"), smallest_charge=euros("2"), tolerance=euros("1"), clips=True)
        campaign = builders.a_campaign(goal="30", model=FundingModel(cap=cap))
        written(store, campaign).commit(Changes(deltas=(counted("50", counts=counts),)))
        assert list(store.due_campaigns(NOW)) == [campaign.id] * due

    @pytest.mark.parametrize(
        ("goal", "threshold", "moved"),
        [("30", euros("40"), counted("40")), (3, 4, counted("1", units=4))],
        ids=["money", "rewards"],
    )
    def test_campaigns_are_due_at_their_stretch_goals(
        self, store: Store, goal: str | int, threshold: Money | int, moved: ProgressMove
    ) -> None:
        """A live campaign is due once a stretch goal is reached that is not unlocked yet."""
        more = StretchGoal(
            StretchGoalId("more"), threshold, [Unlock(UnlockKind.NOTE, "the book gets a ribbon")]
        )
        campaign = builders.a_campaign(goal=goal, stretch_goals=[more])
        written(store, campaign)
        assert not list(store.due_campaigns(NOW))
        store.commit(Changes(deltas=(moved,)))
        assert list(store.due_campaigns(NOW)) == [campaign.id]
        written(store, following(campaign, unlocked=[more.id]))
        assert not list(store.due_campaigns(NOW))

    def test_campaigns_are_due_until_they_are_paid_out(self, store: Store) -> None:
        """A funded campaign is due until it is settled and no payout of it waits any more."""
        campaign = builders.a_campaign(state=CampaignState.SUCCESSFUL)
        payout = Payout(PayoutId("lanterne/lune"), campaign.id, campaign.creator_id, euros("10"))
        settled = following(campaign, settled_at=NOW)
        written(written(store, campaign), settled)
        assert not list(store.due_campaigns(NOW))
        written(store, payout)
        for state, due in (PayoutState.SENT, True), (PayoutState.FAILED, False), (PayoutState.SENT, True):
            payout = following(payout, state=state, attempts=1)
            written(store, payout)
            assert list(store.due_campaigns(NOW)) == [campaign.id] * due
        written(store, following(payout, state=PayoutState.PAID))
        assert not list(store.due_campaigns(NOW))

    def test_campaigns_are_due_when_a_payout_is(self, store: Store) -> None:
        """A settled campaign is due when the time of a payout comes, once it is approved, to the instant."""
        campaign = builders.a_campaign(state=CampaignState.SUCCESSFUL)
        written(written(store, campaign), following(campaign, settled_at=NOW))
        payout = Payout(
            PayoutId("lanterne/lune"),
            campaign.id,
            campaign.creator_id,
            euros("10"),
            due_at=NOW + SECOND,
            approvals=1,
        )
        written(store, payout)
        assert not list(store.due_campaigns(NOW + SECOND))
        approved = following(payout, state=PayoutState.APPROVED, approved_by=[ActorId(campaign.creator_id)])
        written(store, approved)
        assert not list(store.due_campaigns(NOW))
        assert list(store.due_campaigns(NOW + SECOND)) == [campaign.id]

    def test_campaigns_are_due_when_a_reserve_is(self, store: Store) -> None:
        """A settled campaign is due when something that is held back of its payees is to be released."""
        rule = Reserve(rate=Percentage(5), rounding=Rounding.UP, hold_days=1)
        campaign = builders.a_campaign(state=CampaignState.SUCCESSFUL, payouts=PayoutPlan(reserve=rule))
        written(written(store, campaign), following(campaign, settled_at=NOW))
        ten, none = euros("10"), euros("0")
        held = HeldReserve(campaign.id, {campaign.creator_id: ten}, [Release(NOW + SECOND, ten)], none)
        written(store, held)
        assert not list(store.due_campaigns(NOW))
        assert list(store.due_campaigns(NOW + SECOND)) == [campaign.id]
        written(store, following(held, left={campaign.creator_id: none}, released=ten))
        assert not list(store.due_campaigns(NOW + SECOND))

    def test_campaigns_are_due_when_pledges_expire(self, store: Store) -> None:
        """A campaign is due when a pledge of it has expired, to the instant."""
        pledge = builders.a_pledge()
        written(opened(store), pledge)
        assert not list(store.due_campaigns(pledge.expires_at - SECOND))
        assert list(store.due_campaigns(pledge.expires_at)) == [CAMPAIGN.id]

    @pytest.mark.parametrize("state", [CampaignState.LIVE, CampaignState.SUSPENDED])
    def test_campaigns_are_due_while_somebody_waits(self, store: Store, state: CampaignState) -> None:
        """A campaign that takes pledges is due while there is somebody on a waiting list of it."""
        tiers = [builders.a_tier(TIER.id, limit=2, waiting=timedelta(days=1))]
        campaign = builders.a_campaign(state=state, tiers=tiers)
        waiting = WaitingList(campaign.id, TIER.id, limit=2)
        written(store, campaign, waiting)
        assert not list(store.due_campaigns(NOW))
        written(store, following(waiting, entries=[WaitingEntry(BackerId("ana"), 1, NOW)]))
        assert list(store.due_campaigns(NOW)) == [campaign.id] * (state is CampaignState.LIVE)

    @pytest.mark.parametrize("state", PledgeState)
    def test_pledges_by_state(self, store: Store, state: PledgeState) -> None:
        """Each iterator gives the pledges that are in its states, of the campaign asked for."""
        pledge = builders.a_pledge(state=state)
        theirs = builders.a_pledge("p2", state=state, campaign_id=OTHER.id)
        written(opened(store), pledge, theirs)
        chargeable = {PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.CHARGING, PledgeState.ERRORED}
        assert list(store.chargeable_pledges(CAMPAIGN.id, NOW)) == [pledge] * (state in chargeable)
        returnable = {*chargeable, PledgeState.COLLECTED, PledgeState.REFUNDING}
        assert list(store.returnable_pledges(CAMPAIGN.id)) == [pledge] * (state in returnable)
        assert list(store.expected_pledges(CAMPAIGN.id)) == [pledge] * (state is PledgeState.EXPECTED)
        unconfirmed = {PledgeState.PREAUTH, PledgeState.EXPECTED}
        assert list(store.unconfirmed_pledges(CAMPAIGN.id)) == [pledge] * (state in unconfirmed)
        expired = list(store.expired_pledges(CAMPAIGN.id, pledge.expires_at))
        assert expired == [pledge] * (state is PledgeState.PREAUTH)
        assert list(store.collected_pledges(CAMPAIGN.id)) == [pledge] * (state is PledgeState.COLLECTED)
        collected = list(store.collected_amounts(CAMPAIGN.id))
        assert collected == [pledge.amount] * (state is PledgeState.COLLECTED)

    def test_pledges_of_a_backer(self, store: Store) -> None:
        """A backer's pledges are those that name them, in any state and of any campaign; none else's."""
        ana, bob = BackerId("ana"), BackerId("bob")
        asked = builders.a_pledge(backer_id=ana)
        theirs = builders.a_pledge("p2", backer_id=bob, state=PledgeState.COLLECTED)
        there = builders.a_pledge("p3", backer_id=ana, campaign_id=OTHER.id, state=PledgeState.DROPPED)
        held = attrs.evolve(builders.a_pledge("p4", backer_id=bob), holder_id=ana)
        origin = MatchOrigin(FundId("f"), pledge_id=asked.id, backer_id=ana, given=euros("10"))
        matching = attrs.evolve(
            builders.a_pledge("p5", backer_id=BackerId("bank")),
            matches=origin,
        )
        written(opened(store), asked, theirs, there, held, matching)
        assert {it.id for it in store.backer_pledges(ana)} == {"p1", "p3", "p4", "p5"}
        assert {it.id for it in store.backer_pledges(bob)} == {"p2", "p4"}
        assert not list(store.backer_pledges(BackerId("nobody")))

    def test_what_names_a_backer(self, store: Store) -> None:
        """Whatever names somebody is found, of every kind; what has their id as another name is not."""
        ana = BackerId("ana")
        pledge = builders.a_pledge(backer_id=ana)
        follower, given = Follower(CAMPAIGN.id, ana, NOW), builders.a_subscription()
        waiting = WaitingList(CAMPAIGN.id, TIER.id, limit=1, entries=[WaitingEntry(ana, 1, NOW)])
        others = builders.a_pledge("ana", backer_id="bob")
        written(opened(store), pledge, follower, given, waiting, others)
        found = list(store.naming(ana))
        assert len(found) == len([pledge, follower, given, waiting])
        assert all(it in found for it in (pledge, follower, given, waiting))
        assert list(store.naming(BackerId("bob"))) == [others]

    def test_reservations_run_out_at_their_instant(self, store: Store) -> None:
        """A pledge is expired from its very instant on."""
        pledge = builders.a_pledge()
        written(opened(store), pledge)
        assert not list(store.expired_pledges(CAMPAIGN.id, pledge.expires_at - SECOND))
        assert list(store.expired_pledges(CAMPAIGN.id, pledge.expires_at)) == [pledge]

    @pytest.mark.parametrize("state", [PledgeState.ERRORED, PledgeState.PAYING])
    def test_pledges_wait_until_they_are_due(self, store: Store, state: PledgeState) -> None:
        """What waits for its next step or part is chargeable from the very instant at which that is due."""
        pledge = builders.a_pledge(state=state, due_at=NOW + SECOND)
        written(opened(store), pledge)
        assert not list(store.chargeable_pledges(CAMPAIGN.id, NOW))
        assert list(store.chargeable_pledges(CAMPAIGN.id, NOW + SECOND)) == [pledge]

    def test_all_pledges_are_found(self, store: Store) -> None:
        """Iterators give every pledge there is, and equal amounts as often as they occur."""
        pledges = [builders.a_pledge(f"p{n}", state=PledgeState.PLEDGED) for n in range(_MANY)]
        collected = [builders.a_pledge(f"c{n}", state=PledgeState.COLLECTED) for n in range(_MANY)]
        written(opened(store), *pledges, *collected)
        assert {it.id for it in store.returnable_pledges(CAMPAIGN.id)} == {
            it.id for it in (*pledges, *collected)
        }
        amounts = Counter(store.collected_amounts(CAMPAIGN.id))
        assert amounts == Counter(pledge.amount for pledge in collected)

    def test_commits_while_pledges_are_read(self, store: Store) -> None:
        """Each iterator gives a pledge once, however it is changed and whatever is added meanwhile."""
        pledges = [builders.a_pledge(f"p{n}", state=PledgeState.CHARGING) for n in range(_MANY)]
        written(opened(store), *pledges)
        seen = []
        for pledge in store.chargeable_pledges(CAMPAIGN.id, NOW):
            seen.append(pledge.id)
            written(store, following(pledge, state=PledgeState.ERRORED, failed_at=NOW, due_at=NOW))
            if len(seen) <= _MANY:
                new = builders.a_pledge(f"new{len(seen)}", state=PledgeState.PLEDGED)
                written(store, new)
        assert Counter(it for it in seen if not it.startswith("new")) == Counter(it.id for it in pledges)
        assert not [it for it, times in Counter(seen).items() if times > 1]

    @pytest.mark.parametrize(
        ("state", "moved"),
        [
            (PledgeState.PLEDGED, {"state": PledgeState.CANCELED}),
            (PledgeState.PREAUTH, {"state": PledgeState.VOIDED, "reason": "claim-expired"}),
        ],
    )
    def test_commits_while_pledges_are_released(
        self, store: Store, state: PledgeState, moved: dict[str, Any]
    ) -> None:
        """Releasing and expiring pledges as they come reaches every one of them once."""
        pledges = [builders.a_pledge(f"p{n}", state=state) for n in range(_MANY)]
        written(opened(store), *pledges)
        iterator = (
            store.returnable_pledges(CAMPAIGN.id)
            if state is PledgeState.PLEDGED
            else store.expired_pledges(CAMPAIGN.id, pledges[0].expires_at)
        )
        for pledge in iterator:
            store.commit(Changes(put=(following(pledge, **moved),)))
        found = [store.find_pledge(pledge.id) for pledge in pledges]
        assert all(it is not None and (it.state, it.version) == (moved["state"], 2) for it in found)

    @ANY_STORE
    @given(subscription=strategies.subscriptions())
    def test_subscriptions_come_back_equal(self, make_store: MakeStore, subscription: Subscription) -> None:
        """Any subscription is read as it was written, and is due when it says so, to the instant."""
        new = attrs.evolve(subscription, version=1)
        store = written(make_store(), new)
        assert store.find(Subscription, new.id) == new
        due_at, under_way = new.due_at, new.charging > 0
        for now, reached in [] if due_at is None else [(due_at - SECOND, False), (due_at, True)]:
            assert list(store.due_subscriptions(now)) == [new] * reached
        assert due_at is not None or list(store.due_subscriptions(FAR)) == [new] * under_way

    def test_a_charge_under_way_is_looked_after(self, store: Store) -> None:
        """A subscription is due for as long as a charge of it has no answer."""
        charging = builders.a_subscription(charging=1, attempts=1)
        written(store, charging)
        assert list(store.due_subscriptions(charging.started_at)) == [charging]

    def test_subscriptions_of_an_ended_campaign(self, store: Store) -> None:
        """What is paused, or has nothing to charge, is to be done with once its campaign has ended."""
        ids: dict[str, Any] = {"campaign_id": CAMPAIGN.id, "started_at": NOW}
        paused = builders.a_subscription("s1", state=SubscriptionState.PAUSED, **ids)
        idle = builders.a_subscription("s2", anchor=PerCreation(Zone("UTC"), monthly=True), **ids)
        canceled = builders.a_subscription("s3", state=SubscriptionState.CANCELED, **ids)
        written(opened(store), paused, idle, canceled)
        assert list(store.due_subscriptions(NOW)) == []
        written(store, following(CAMPAIGN, state=CampaignState.CANCELED))
        assert list(store.due_subscriptions(NOW - SECOND)) == [idle]
        assert {it.id for it in store.due_subscriptions(NOW)} == {"s1", "s2"}

    def test_subscriptions_by_campaign(self, store: Store) -> None:
        """Those of a campaign are given, each in its last version, and canceled ones are not."""
        active = builders.a_subscription("s1", campaign_id=CAMPAIGN.id)
        canceled = builders.a_subscription("s2", campaign_id=CAMPAIGN.id)
        theirs = builders.a_subscription("s3", campaign_id=OTHER.id)
        written(opened(store), active, canceled, theirs)
        assert [it.id for it in store.subscriptions(OTHER.id)] == ["s3"]
        paused = following(active, state=SubscriptionState.PAUSED)
        written(store, paused, following(canceled, state=SubscriptionState.CANCELED))
        assert list(store.subscriptions(CAMPAIGN.id)) == [paused]

    def test_commits_while_subscriptions_are_read(self, store: Store) -> None:
        """Charging those that are due as they come reaches every one of them once, whatever is added."""
        subscriptions = [builders.a_subscription(f"s{n}") for n in range(_MANY)]
        written(opened(store), *subscriptions)
        seen = []
        for subscription in store.due_subscriptions(NOW):
            seen.append(subscription.id)
            charging = following(subscription, charging=1, attempts=subscription.attempts + 1)
            written(store, charging, builders.a_subscription(f"new{len(seen)}", started_at=NOW + SECOND))
        assert sorted(seen) == [it.id for it in subscriptions]
        assert [it.attempts for it in store.due_subscriptions(NOW)] == [1] * _MANY

    @ANY_STORE
    @given(wallet=strategies.wallets("EUR"))
    def test_wallets_come_back_equal(self, make_store: MakeStore, wallet: Wallet) -> None:
        """Any wallet is read as it was written, and is named when something in it expires, to the instant."""
        new = attrs.evolve(wallet, version=1)
        store = written(make_store(), new)
        assert store.find(Wallet, new.id) == new
        expires_at = new.expires_at
        if expires_at is None:
            assert list(store.expiring_wallets(FAR)) == []
        else:
            assert list(store.expiring_wallets(expires_at - SECOND)) == []
            assert list(store.expiring_wallets(expires_at)) == [new]

    def test_what_was_read_is_the_readers(self, store: Store) -> None:
        """Whoever changes a sequence they were given does not change the store."""
        payout = Payout(PayoutId("lanterne/lune"), CAMPAIGN.id, CAMPAIGN.creator_id, euros("10"))
        read = written(opened(store), payout).payouts(CAMPAIGN.id)
        if isinstance(read, list):
            read.clear()
        assert list(store.payouts(CAMPAIGN.id)) == [payout]


_MANY: Final = 5
