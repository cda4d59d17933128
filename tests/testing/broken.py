"""Stores, gateways, clocks and rates that break a promise of their contract, in one way each."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import attrs

from pushcore import CampaignState, Changes, Money, PledgeState
from pushcore.campaigns import Charging, Follower, Progress
from pushcore.changes import MatchMove, ProgressMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.gateway import Accepted
from pushcore.matching import Matched
from pushcore.memory import FakeGateway, FixedRates, ManualClock, MemoryStore
from pushcore.payouts import HeldReserve
from pushcore.recurring import Subscription
from pushcore.rewards import WaitingList
from pushcore.testing.contracts._commits import PLEDGE
from pushcore.testing.contracts._scenes import counted, matching

__all__ = ["BROKEN"]

EUR_6 = Money.of("6", "EUR")
RELEASED = {"state": PledgeState.CANCELED}
BROKEN: list[tuple[type, str, dict[str, object]]] = []
"""What is broken, the promise that it does not keep, and what the test of that is given."""


def broken(*promises, **given):
    """These promises of its contract are not kept by a class."""

    def noted(cls):
        BROKEN.extend((cls, promise, given) for promise in promises)
        return cls

    return noted


def without(**parts):
    """Changes are committed without some of their parts."""
    return lambda self, changes: MemoryStore.commit(self, attrs.evolve(changes, **parts))


def changed(changes, kind, **fields):
    """Changes whose moves of a kind say something else."""
    moves = (attrs.evolve(it, **fields) if isinstance(it, kind) else it for it in changes.deltas)
    return attrs.evolve(changes, deltas=tuple(moves))


@broken("test_versions_follow_one_another", aggregate=PLEDGE)
@broken("test_threads_make_each_thing_once")
class Overwriting(MemoryStore):
    def _check_version(self, *_):
        pass


@broken("test_what_was_expected_must_be_so", aggregate=PLEDGE)
class Careless(MemoryStore):
    commit = without(expect=())


@broken("test_aggregates_are_found_by_kind")
class Mixing(MemoryStore):
    def find(self, _, aggregate_id):
        found = (super(Mixing, self).find(kind, aggregate_id) for kind in self._tables)
        return next((it for it in found if it is not None), None)


@broken("test_followers_are_those_who_still_follow")
class Nagging(MemoryStore):
    def followers(self, campaign_id):
        return (it.backer_id for it in self._tables[Follower].values() if it.campaign_id == campaign_id)


@broken("test_all_or_nothing", why="more pieces than there are", first=False)
class Hasty(MemoryStore):
    def commit(self, changes):
        super().commit(Changes(put=changes.put, expect=changes.expect))
        super().commit(attrs.evolve(changes, put=(), expect=()))


@broken("test_all_is_written", "test_an_open_key_has_one_content", "test_orders_are_open_until_done")
class Orderless(MemoryStore):
    commit = without(orders=())


@broken("test_orders_are_open_until_done", "test_one_commit_ends_and_orders")
class Undone(MemoryStore):
    commit = without(done=())


@broken("test_orders_are_open_until_done")
class NewestFirst(MemoryStore):
    def open_orders(self):
        return reversed(list(super().open_orders()))


@broken("test_orders_may_be_finished_while_they_are_read")
class Live(MemoryStore):
    def open_orders(self):
        return iter(self._orders.values())


@broken(
    "test_stock_stays_within_bounds", "test_moves_of_one_commit_add_up", "test_threads_sell_each_piece_once"
)
class Generous(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, StockMove, limit=None))


@broken("test_what_picks_nothing_has_a_stock_of_its_own")
class Nameless(MemoryStore):
    def commit(self, changes):
        named = (it for it in changes.deltas if not isinstance(it, StockMove) or it.stock_id)
        super().commit(attrs.evolve(changes, deltas=tuple(named)))


@broken("test_stocks_move_together", short=("sheet", None))
class Piecemeal(MemoryStore):
    def commit(self, changes):
        for move in changes.deltas:
            super().commit(Changes(deltas=(move,)))
        super().commit(attrs.evolve(changes, deltas=()))


@broken("test_stocks_move_together", short=("postcard", "ana"))
class Shareless(MemoryStore):
    def commit(self, changes):
        others = (it for it in changes.deltas if not (isinstance(it, StockMove) and it.backer_id))
        super().commit(attrs.evolve(changes, deltas=tuple(others)))


@broken("test_stock_stays_within_bounds")
class OneShelf(MemoryStore):
    def stock(self, _, stock_id, backer_id=None):
        return super().stock("lanterne", stock_id, backer_id)


@broken("test_progress_does_not_depend_on_the_order", "test_threads_lose_no_total")
class Flattering(MemoryStore):
    def progress(self, campaign_id):
        progress = super().progress(campaign_id)
        return attrs.evolve(progress, backers=min(progress.pledges, 2))


@broken("test_no_total_falls_below_zero", move=counted("1", "ben", sign=-1))
class Vague(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, backer_id="ana"))


@broken("test_a_cap_is_never_exceeded_nor_stranded", "test_threads_stay_below_a_cap")
class Uncapped(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, limit=None))


@broken("test_a_guarded_goal_is_not_missed", taken=counted("4.01", sign=-1), least=EUR_6, fine=False)
class Unguarded(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, least=None))


@broken("test_a_total_is_of_as_many_pledges_as_it_was_read_of")
class Uncounting(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, standing=None))


@broken("test_a_total_is_of_as_much_collected_as_it_was_read_of")
class Unsumming(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, comes_to=None))


@broken("test_what_counts_is_told_apart")
@broken("test_campaigns_are_due_at_their_cap", counts="39.99", due=False)
class Indiscriminate(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, counted=None))


@broken("test_what_counts_is_told_apart")
@broken("test_no_total_falls_below_zero", move=ProgressMove("lanterne", "ana", EUR_6 * 0, late=-EUR_6))
class NeverLate(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, late=None))


@broken("test_what_a_backer_holds_is_their_own")
class Communal(MemoryStore):
    def stock(self, campaign_id, stock_id, _=None):
        return super().stock(campaign_id, stock_id)


@broken("test_what_sponsors_add_is_a_total_of_its_own")
class Welcoming(MemoryStore):
    def commit(self, changes):
        super().commit(changed(changes, ProgressMove, matched=None))


@broken("test_what_is_matched_is_told_apart")
class OneFund(MemoryStore):
    def matched(self, _, campaign_id, backer_id=None):
        return super().matched("live", campaign_id, backer_id)


@broken("test_what_is_matched_is_told_apart", "test_matches_are_taken_back_exactly")
class Blurring(MemoryStore):
    def matched(self, fund_id, campaign_id, _=None):
        return super().matched(fund_id, campaign_id)


@broken("test_nothing_is_taken_back_that_was_not_matched", move=matching(matches=-1, city="6"))
@broken("test_all_or_nothing", why="less matched than nothing", first=True)
class Lavish(MemoryStore):
    def commit(self, changes):
        taken = (it for it in changes.deltas if not (isinstance(it, MatchMove) and it.matches < 0))
        super().commit(attrs.evolve(changes, deltas=tuple(taken)))


@broken("test_all_is_written")
class Tallyless(MemoryStore):
    def matched(self, *_):
        return Matched()


@broken("test_matches_that_stand_are_found", "test_the_matches_of_a_pledge_are_found")
class Hospitable(MemoryStore):
    def matches(self, campaign_id, _=None):
        return self._in_states(campaign_id, PledgeState.COLLECTED)


@broken("test_the_matches_of_a_pledge_are_found")
class Deaf(MemoryStore):
    def matches(self, campaign_id, _=None):
        return super().matches(campaign_id)


@broken("test_campaigns_are_due_at_their_cap", counts="40", due=True)
@broken("test_campaigns_are_due_at_their_stretch_goals", goal=3, threshold=4, moved=counted("1", units=4))
class Indifferent(MemoryStore):
    def progress(self, _):
        return Progress.none("EUR")


@broken("test_campaigns_are_due_while_somebody_waits", state=CampaignState.LIVE)
class Unaware(MemoryStore):
    def find(self, kind, aggregate_id):
        return None if kind is WaitingList else super().find(kind, aggregate_id)


@broken("test_campaigns_are_due_when_a_payout_is")
class Premature(MemoryStore):
    def due_campaigns(self, now):
        yield from super().due_campaigns(now + timedelta(days=1))


@broken("test_campaigns_are_due_when_a_reserve_is")
class Unreserved(MemoryStore):
    def find(self, kind, aggregate_id):
        return None if kind is HeldReserve else super().find(kind, aggregate_id)


@broken("test_campaigns_are_due_while_they_charge", state=CampaignState.LIVE, charging=Charging.AT_PLEDGE)
class Idle(MemoryStore):
    def due_campaigns(self, now):
        return (it for it in super().due_campaigns(now) if self.campaign(it).state != "live")


@broken("test_campaigns_are_due_while_they_charge", state=CampaignState.SUSPENDED, charging=Charging.ESCROW)
class Unstoppable(MemoryStore):
    def due_campaigns(self, _):
        return (it.id for it in self._campaigns.values() if any(self._in_states(it.id, PledgeState.PLEDGED)))


@broken("test_campaigns_are_due_until_their_pledges_are_free", state=CampaignState.FAILED)
@broken("test_pledges_by_state", state=PledgeState.REFUNDING)
class Hoarding(MemoryStore):
    def returnable_pledges(self, campaign_id):
        return (it for it in super().returnable_pledges(campaign_id) if it.state != "refunding")


@broken("test_what_names_a_backer")
class Discreet(MemoryStore):
    def naming(self, backer_id):
        return (it for it in super().naming(backer_id) if not isinstance(it, Subscription))


@broken("test_a_backer_is_forgotten")
class Unforgiving(MemoryStore):
    commit = without(forgotten=())


@broken("test_pledges_of_a_backer")
class Possessive(MemoryStore):
    def backer_pledges(self, backer_id):
        return (it for it in super().backer_pledges(backer_id) if it.backer_id == backer_id)


@broken("test_a_text_of_nothing_finds_nothing", name="\ud800")
class Unreadable(MemoryStore):
    def payout(self, payout_id):
        if not payout_id.isprintable():
            message = "not a name"
            raise InvalidValue(message)
        return super().payout(payout_id)


@broken("test_what_is_no_name_is_not_found", name=7)
class Accommodating(MemoryStore):
    def campaign(self, campaign_id):
        return None if campaign_id == 7 else super().campaign(campaign_id)


@broken("test_pledges_by_state", state=PledgeState.EXPECTED)
class Unexpecting(MemoryStore):
    def expected_pledges(self, _):
        return iter(())


@broken("test_pledges_by_state", state=PledgeState.EXPECTED)
class Unwaiting(MemoryStore):
    def unconfirmed_pledges(self, campaign_id):
        return self._in_states(campaign_id, PledgeState.PREAUTH)


@broken("test_collected_pledges_stay_pledged")
class Forgetful(MemoryStore):
    def progress(self, campaign_id):
        return attrs.evolve(super().progress(campaign_id), collections=0)


@broken("test_a_new_campaign_has_no_totals", "test_an_empty_store_has_nothing")
class Boasting(MemoryStore):
    def progress(self, campaign_id):
        return Progress.none("EUR" if campaign_id == "nobody's" else "USD")


@broken("test_all_is_written")
class Silent(MemoryStore):
    commit = without(events=())


@broken("test_campaigns_are_due_until_their_pledges_are_free", state=CampaignState.FAILED)
class Hurried(MemoryStore):
    def due_campaigns(self, now):
        return (it for it in super().due_campaigns(now) if self.campaign(it).state != "failed")


@broken("test_due_campaigns", state=CampaignState.SUSPENDED, inclusive=False)
class Entangling(MemoryStore):
    def due_campaigns(self, now):
        return (it for it in super().due_campaigns(now) if self.campaign(it).state != "suspended")


@broken("test_due_campaigns", state=CampaignState.LIVE, inclusive=True)
class Punctual(MemoryStore):
    def due_campaigns(self, now):
        return (it.id for it in self._campaigns.values() if it.terms.window.closes.at <= now)


@broken("test_pledges_by_state", state=PledgeState.COLLECTED)
class Doubling(MemoryStore):
    def collected_amounts(self, campaign_id):
        return iter([*super().collected_amounts(campaign_id)] * 2)


@broken("test_reservations_run_out_at_their_instant")
class Late(MemoryStore):
    def expired_pledges(self, campaign_id, now):
        return super().expired_pledges(campaign_id, now - timedelta(microseconds=1))


@broken("test_pledges_wait_until_they_are_due", state=PledgeState.ERRORED)
@broken("test_commits_while_pledges_are_read")
class Impatient(MemoryStore):
    def chargeable_pledges(self, campaign_id, _):
        for state in ("charging", "errored", "pledged"):
            yield from self._in_states(campaign_id, PledgeState(state))


@broken("test_commits_while_pledges_are_released", state=PledgeState.PLEDGED, moved=RELEASED)
class Fragile(MemoryStore):
    def returnable_pledges(self, campaign_id):
        return (self._pledges[it] for it in self._by_state[campaign_id, "pledged"])


@broken("test_a_charge_under_way_is_looked_after")
class Paused(MemoryStore):
    def due_subscriptions(self, now):
        return (it for it in super().due_subscriptions(now) if not it.charging)


@broken("test_subscriptions_come_back_equal")
class Slow(MemoryStore):
    def due_subscriptions(self, now):
        return super().due_subscriptions(now - timedelta(microseconds=1))


@broken("test_wallets_come_back_equal")
class Patient(MemoryStore):
    def expiring_wallets(self, now):
        return super().expiring_wallets(now - timedelta(microseconds=1))


@broken("test_subscriptions_of_an_ended_campaign")
class Loyal(MemoryStore):
    def _has_ended(self, _):
        return False


@broken("test_subscriptions_by_campaign")
class Faithful(MemoryStore):
    def subscriptions(self, campaign_id):
        return (it for it in self._tables[Subscription].values() if it.campaign_id == campaign_id)


@broken("test_commits_while_subscriptions_are_read")
class Restless(MemoryStore):
    def due_subscriptions(self, now):
        return (it for it in self._tables[Subscription].values() if it.waits(now))


@broken("test_all_pledges_are_found")
class Paging(MemoryStore):
    def returnable_pledges(self, campaign_id):
        return iter([*super().returnable_pledges(campaign_id)][:3])


@broken("test_pledges_come_back_equal", "test_what_replaces_is_read")
class Rounding(MemoryStore):
    def find_pledge(self, pledge_id):
        pledge = super().find_pledge(pledge_id)
        return pledge and attrs.evolve(pledge, placed_at=pledge.placed_at.replace(second=1), method=None)


@broken("test_campaigns_come_back_equal")
class Undisciplined(MemoryStore):
    def campaign(self, campaign_id):
        return attrs.evolve(super().campaign(campaign_id), discipline=None)


@broken("test_payouts_come_back_equal")
class Unpaid(MemoryStore):
    def payouts(self, _):
        return ()


@broken(
    "test_transactions_stay_in_order", "test_balances_are_what_was_posted", "test_currencies_are_kept_apart"
)
class Bookless(MemoryStore):
    commit = without(transactions=())


@broken("test_pending_money_is_resolved_once", "test_an_id_is_written_once", together=False)
@broken("test_no_more_is_posted_than_was_reserved", "test_guarded_accounts_count_what_is_pending")
@broken("test_an_account_stays_what_it_is", together=False)
class Trusting(MemoryStore):
    def _check_ledger(self, _):
        pass


@broken("test_nothing_is_a_change_too")
class Counting(MemoryStore):
    def commit(self, changes):
        super().commit(changes)
        self._events.append("a commit")


@broken("test_a_key_is_carried_out_once", "test_threads_carry_a_key_out_once", "test_declines_are_answers")
class Repeating(FakeGateway):
    numbers = count()

    def _carry_out(self, order, who, what):
        self._answers.pop(order.key, None)
        return super()._carry_out(order, who, f"{what}{next(self.numbers)}")


@broken("test_what_is_taken_is_held_until_paid_out", "test_a_lost_answer_comes_back")
class Taking(FakeGateway):
    def charge(self, order):
        self._answers.pop(order.key, None)
        return super().charge(order)


@broken("test_a_key_has_one_content")
class Inattentive(FakeGateway):
    def _carry_out(self, order, who, what):
        return super()._carry_out(self._orders.get(order.key, order), who, what)


@broken("test_voiding_nothing_is_accepted", "test_every_order_is_accepted")
class Clinging(FakeGateway):
    def void(self, order):
        self.decline("")
        return super().void(order)


@broken("test_an_unknown_method_is_misuse", "test_a_forgotten_method_is_misuse")
class Guessing(FakeGateway):
    def charge(self, order):
        self._methods[order.method] = order.key
        return super().charge(order)


@broken("test_what_is_given_back_is_held_no_more", "test_a_lost_refund_comes_back")
class GivingTwice(FakeGateway):
    def refund(self, order):
        self._answers.pop(order.key, None)
        self._taken[order.amount.currency] -= order.amount.minor * (order.key in self._orders)
        return super().refund(order)


@broken("test_what_was_not_taken_is_not_given_back", "test_what_is_given_back_is_held_no_more")
class OpenHanded(FakeGateway):
    def _why_not_given_back(self, order):
        self._taken_by.setdefault(order.charged, order.amount)


@broken("test_parts_are_given_back")
class Whole(FakeGateway):
    def _why_not_given_back(self, order):
        return None if order.amount == self._taken_by.get(order.charged) else "not all of it"


@broken("test_what_was_rejected_is_rejected_for_ever", "test_a_rejected_capture_is_rejected_for_ever")
class Relenting(FakeGateway):
    def _move(self, *asked):
        self._rejected.clear()
        return super()._move(*asked)


@broken("test_it_knows_what_it_did")
class Forgetting(FakeGateway):
    def status(self, _):
        return None


@broken("test_a_declined_refund_gives_nothing_back")
class Yielding(FakeGateway):
    def refund(self, order):
        self.accept(order.pledge_id)
        return super().refund(order)


@broken("test_what_was_authorized_is_captured")
class Overcharging(FakeGateway):
    def _why_not_captured(self, _):
        return None


@broken("test_a_part_of_what_was_authorized_is_captured")
class Keeping(FakeGateway):
    def _book(self, order, reference):
        held = self._authorized.copy()
        super()._book(order, reference)
        self._authorized.update(held)


@broken("test_what_was_voided_is_not_captured")
class Unhearing(FakeGateway):
    def void(self, order):
        return Accepted(f"void-{order.key}")


@broken("test_what_is_presented_is_what_moves", "test_what_is_presented_is_authorized_and_captured")
class Domestic(FakeGateway):
    def _carry_out(self, order, who, what):
        at_home = attrs.evolve(order, presented=None) if hasattr(order, "presented") else order
        return super()._carry_out(at_home, who, what)


@broken("test_it_says_what_it_can_do")
class Secretive(FakeGateway):
    abilities = None


@broken("test_now_is_an_instant_in_utc")
class Local(ManualClock):
    def now(self):
        return super().now().replace(tzinfo=None)


@broken("test_time_does_not_run_backwards")
class Backwards(ManualClock):
    def now(self):
        self.set(super().now() - timedelta(seconds=1))
        return super().now()


@broken("test_a_rate_is_of_the_currencies_and_the_day")
class Inverted(FixedRates):
    def rate(self, base, quote, on):
        return super().rate(quote, base, on)


@broken("test_a_rate_is_of_the_currencies_and_the_day")
class Tomorrow(FixedRates):
    def rate(self, base, quote, on):
        return attrs.evolve(super().rate(base, quote, on), as_of=on + timedelta(days=1))


@broken("test_a_rate_stays_as_it_is")
class Drifting(FixedRates):
    days = count(1)

    def rate(self, base, quote, on):
        return attrs.evolve(super().rate(base, quote, on), as_of=on - timedelta(days=next(self.days)))


@broken("test_what_it_does_not_know_it_says")
class Inventive(FixedRates):
    def rate(self, base, quote, _):
        return super().rate(base, quote, date.max)
