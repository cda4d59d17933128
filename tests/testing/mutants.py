"""Libraries, stores and gateways that are wrong in one way each: mistakes that were made in real systems.

Each is a function that plants the mistake and gives the store and the gateway to play with.
"""

from __future__ import annotations

from itertools import count

import attrs

from pushcore import Changes, PayoutState, PledgeState, usecases
from pushcore.campaigns import CampaignState, FundingModel, Progress, deciding, ending, unlocked
from pushcore.changes import ProgressMove, StockMove
from pushcore.gateway import Refund
from pushcore.ledger import recipes
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import collecting, parting, refunding
from pushcore.payouts import payout
from pushcore.pledges import changing, pledging, rules, timing

__all__ = ["MUTANTS"]

PLAIN, RETURNED, CAPPED, WAITED, ROUNDS, PARTED = slice(3), *(slice(n, n + 1) for n in range(3, 8))
"""Which of the stories."""


def gateway_ignores_keys(_):
    """A charge that is asked twice is made twice, and cannot be looked up."""

    class Forgetful(FakeGateway):
        def charge(self, order):
            self._answers.pop(order.key, None)
            return super().charge(order)

        def status(self, _):
            return None

    return MemoryStore, Forgetful


def store_overwrites_other_versions(_):
    """Whoever writes last wins."""

    class Overwriting(MemoryStore):
        def _check_version(self, kind, aggregate_id, version):
            pass

    return Overwriting, FakeGateway


def store_ignores_what_was_expected(_):
    """A confirmation rests on a campaign that has closed meanwhile."""

    class Careless(MemoryStore):
        def commit(self, changes):
            super().commit(attrs.evolve(changes, expect=()))

    return Careless, FakeGateway


def store_ignores_limits(_):
    """Check, then insert: two backers take the last piece."""

    class Generous(MemoryStore):
        def commit(self, changes):
            unlimited = (
                attrs.evolve(it, limit=None) if isinstance(it, StockMove) else it for it in changes.deltas
            )
            super().commit(attrs.evolve(changes, deltas=tuple(unlimited)))

    return Generous, FakeGateway


def store_writes_by_and_by(_):
    """Aggregates are written although the rest of their commit is refused."""

    class Hasty(MemoryStore):
        def commit(self, changes):
            super().commit(Changes(put=changes.put, expect=changes.expect))
            super().commit(attrs.evolve(changes, put=(), expect=()))

    return Hasty, FakeGateway


def store_loses_orders(_):
    """There is no outbox, so a lost answer is lost for ever."""

    class Forgetful(MemoryStore):
        def open_orders(self):
            return iter(())

    return Forgetful, FakeGateway


def store_counts_pledges_as_backers(_):
    """One backer who pledges twice is two."""

    class Flattering(MemoryStore):
        def progress(self, campaign_id):
            progress = super().progress(campaign_id)
            return attrs.evolve(progress, backers=progress.pledges)

    return Flattering, FakeGateway


def confirming_ignores_the_deadline(patch):
    """An answer that comes too late counts."""
    patch.setattr(pledging, "CONFIRMING", ())
    return MemoryStore, FakeGateway


def canceling_keeps_the_piece(patch):
    """A canceled pledge holds its reward for ever."""
    _keep_stock(patch, pledging, "cancel")
    return MemoryStore, FakeGateway


def expiring_keeps_the_piece(patch):
    """An abandoned checkout holds its reward for ever."""
    _keep_stock(patch, pledging, "expire")
    return MemoryStore, FakeGateway


def dropping_keeps_the_piece(patch):
    """A dropped pledge holds its reward for ever."""
    _keep_stock(patch, collecting, "receive")
    return MemoryStore, FakeGateway


def closing_takes_one_commit(patch):
    """The totals are read before the campaign stops taking pledges, and not asked for again."""

    def close_campaign(ports, campaign_id, *, actor):
        campaign, now = ports.store.campaign(campaign_id), ports.clock.now()
        if campaign.state is CampaignState.LIVE:
            progress = ports.store.progress(campaign_id)
            closing, _ = ending.begin_closing(campaign, now, actor)
            ended, changes = ending.judge(
                attrs.evolve(closing, version=campaign.version), progress, now, actor
            )
            ports.store.commit(attrs.evolve(changes, deltas=()))
            campaign = ended
        if not campaign.funded:
            usecases.closing.return_pledges(ports, campaign, actor)
        return campaign

    patch.setattr(usecases, "close_campaign", close_campaign)
    return MemoryStore, FakeGateway


def failing_charges_everybody(patch):
    """Whether the campaign is funded is not asked before charging."""
    patch.setattr("pushcore.campaigns.Campaign.funded", property(lambda self: self.outcome is not None))
    return MemoryStore, FakeGateway


def charge_keys_have_no_attempt(patch):
    """The second attempt gets the answer of the first."""
    _charge_keys(patch, lambda pledge: f"{pledge.id}/charge")
    return MemoryStore, FakeGateway


def charge_keys_are_new_each_time(patch):
    """A charge that is asked again is another charge."""
    numbers = count()
    _charge_keys(patch, lambda pledge: f"{pledge.id}/charge/{next(numbers)}")
    return MemoryStore, FakeGateway


def charges_are_not_written_down_first(patch):
    """A charge is asked for before anybody could know of it after a crash."""
    attempt = collecting.attempt

    def unwritten(pledge, changes):
        return pledge, attrs.evolve(changes, orders=(), transactions=())

    patch.setattr(
        collecting,
        "attempt",
        lambda *args, **part: unwritten(*attempt(*args, **part)),
    )
    return MemoryStore, FakeGateway


def receiving_posts_twice(patch):
    """The ledger has an accepted charge twice."""
    receive = collecting.receive

    def received(*args, **options):
        pledge, changes = receive(*args, **options)
        again = (
            attrs.evolve(it, id=f"{it.id}/again", pending_id=None)
            for it in changes.transactions
            if it.postings
        )
        return pledge, attrs.evolve(changes, transactions=(*changes.transactions, *again))

    patch.setattr(collecting, "receive", received)
    return MemoryStore, FakeGateway


def settling_ignores_open_pledges(patch):
    """What is charged after the settlement belongs to nobody."""
    patch.setattr(Progress, "all_collected", True)
    return MemoryStore, FakeGateway


def failing_releases_nobody(patch):
    """Pledges of a failed campaign stay as they are, and so do their payment methods."""
    for module in (usecases.closing, usecases.advancing, usecases.canceling):
        patch.setattr(module, "return_pledges", lambda *_: {})
    return MemoryStore, FakeGateway


def payouts_are_sent_again(patch):
    """A payout that is paid is sent once more when the job runs again."""

    def send_payout(ports, payout_id, *, actor):
        paid = attrs.evolve(ports.store.payout(payout_id), state=PayoutState.FAILED)
        sent, changes = payout.send(paid, ports.clock.now(), actor)
        ports.store.commit(changes)
        return usecases.paying_out.finish_transfer(ports, sent, actor)

    patch.setattr(usecases.paying_out, "send_payout", send_payout)
    return MemoryStore, FakeGateway


def finishing_starts_charges(patch):
    """Whoever only wants to finish a charge begins another when somebody else was faster."""
    patch.setattr(
        usecases.finishing,
        "finish_charge",
        lambda ports, _, pledge, actor: usecases.charge_pledge(ports, pledge.id, actor=actor),
    )
    return MemoryStore, FakeGateway


def voiding_comes_too_early(patch):
    """A payment method that is voided before it was saved is saved afterwards, and nobody forgets it."""

    def forget(ports, order):
        ports.gateway.void(order)
        ports.store.commit(Changes(done=(order.key,)))

    patch.setattr(usecases.finishing, "_forget", forget)
    return MemoryStore, FakeGateway


def refunds_are_made_again(patch):
    """A refund that is asked again is another refund."""
    numbers = count()
    patch.setattr(refunding, "refund_key", lambda pledge: f"{pledge.id}/refund/{next(numbers)}")
    return MemoryStore, FakeGateway


def gateway_refunds_again(_):
    """A refund that is asked twice is made twice."""

    class Forgetful(FakeGateway):
        def _why_not_given_back(self, _):
            return None

        def status(self, key):
            return None if isinstance(self._orders.get(key), Refund) else super().status(key)

        def refund(self, order):
            self._answers.pop(order.key, None)
            return super().refund(order)

    return MemoryStore, Forgetful


def refunding_keeps_the_piece(patch):
    """A pledge that is given back holds its reward for ever."""
    _keep(patch, refunding, "take_back", StockMove)
    _keep(patch, refunding, "give_back", StockMove)
    return MemoryStore, FakeGateway


def refunding_keeps_the_total(patch):
    """A pledge that is given back still counts."""
    _keep(patch, refunding, "take_back", ProgressMove)
    return MemoryStore, FakeGateway


def refunds_leave_out_the_tip(patch):
    """What was given on top is not given back."""
    returned = parting.returned
    patch.setattr(
        parting,
        "returned",
        lambda pledge: attrs.evolve(returned(pledge), amount=pledge.contribution, on_top={}),
    )
    return MemoryStore, FakeGateway


def charging_again_takes_the_next_part(patch):
    """A host repeats a call, and its backer pays months early."""
    patch.setattr(parting, "waits", lambda *_: False)
    return MemoryStore, FakeGateway


def defaulting_keeps_the_total(patch):
    """A pledge that has defaulted still counts."""
    _keep(patch, refunding, "ordered", ProgressMove)
    return MemoryStore, FakeGateway


def failing_keeps_what_was_charged(patch):
    """Only pledges that were not charged are set free."""
    return_pledge = usecases.refunding.return_pledge

    def returned(ports, campaign, pledge, actor, **to):
        if pledge.state is PledgeState.COLLECTED:
            return pledge
        return return_pledge(ports, campaign, pledge, actor, **to)

    patch.setattr(usecases.refunding, "return_pledge", returned)
    return MemoryStore, FakeGateway


def store_ignores_caps(_):
    """Check, then insert: two backers give the last of it."""

    class Generous(MemoryStore):
        def commit(self, changes):
            moves = (
                attrs.evolve(it, limit=None) if isinstance(it, ProgressMove) else it for it in changes.deltas
            )
            super().commit(attrs.evolve(changes, deltas=tuple(moves)))

    return Generous, FakeGateway


def confirming_ignores_the_cap(patch):
    """What fitted when it was placed is confirmed whatever came in between, again and again."""
    patch.setattr(
        pledging, "CONFIRMING", tuple(it for it in pledging.CONFIRMING if it is not rules.under_the_cap)
    )
    return MemoryStore, FakeGateway


def late_pledges_count_to_the_goal(patch):
    """What comes after the success is part of it."""
    progress_move = pledging.progress_move

    def counting(pledge, campaign, sign, **bounds):
        move = progress_move(pledge, campaign, sign, **bounds)
        return move if move.late is None else attrs.evolve(move, pledged=move.late, late=None)

    patch.setattr(pledging, "progress_move", counting)
    return MemoryStore, FakeGateway


def what_is_on_top_is_held(patch):
    """Fees on top and tips are booked as the campaign's."""
    charge = recipes.charge
    patch.setattr(recipes, "charge", lambda *args, phase, **_: charge(*args, phase=phase))
    return MemoryStore, FakeGateway


def changing_keeps_the_old_piece(patch):
    """Whoever picks another reward holds both."""
    exchanged = changing._exchanged
    patch.setattr(changing, "_exchanged", lambda *args: [it for it in exchanged(*args) if it[1] > 0])
    return MemoryStore, FakeGateway


def transferring_keeps_the_backer(patch):
    """A pledge that is handed over is still counted for whoever gave it."""
    _keep(patch, changing, "transfer", ProgressMove)
    return MemoryStore, FakeGateway


def merging_counts_both(patch):
    """Two pledges that were made one are still two."""
    _keep(patch, changing, "merge", ProgressMove)
    return MemoryStore, FakeGateway


def judging_comes_before_collecting(patch):
    """What could not be charged is part of a success that is measured by charges."""
    patch.setattr(FundingModel, "judged_after_collecting", False)
    return MemoryStore, FakeGateway


def grace_takes_new_pledges(patch):
    """Whoever comes after the deadline gets in while others are waited for."""
    patch.setattr(pledging, "PLACING", (rules.enough, rules._pickable))
    patch.setattr(timing, "OVER", frozenset())
    patch.setattr(timing, "not_closed", lambda _: None)
    return MemoryStore, FakeGateway


def second_rounds_are_judged_again(patch):
    """A campaign that reached its goal in the first round is held to it in the second."""
    judge = ending.judge

    def judged(campaign, *args):
        return judge(attrs.evolve(campaign, round=1), *args)

    patch.setattr(ending, "judge", judged)
    return MemoryStore, FakeGateway


def stretch_goals_are_unlocked_again(patch):
    """Every time that the totals are looked at."""
    patch.setattr(deciding, "newly_unlocked", lambda goals, _, total: unlocked(goals, total))
    return MemoryStore, FakeGateway


def _charge_keys(patch, charge_key):
    for module in (collecting, parting):
        patch.setattr(module, "charge_key", charge_key)


def _keep_stock(patch, module, name):
    _keep(patch, module, name, StockMove)


def _keep(patch, module, name, kind):
    """A decision without its moves of a kind."""
    decide = getattr(module, name)

    def decided(*args, **options):
        thing, changes = decide(*args, **options)
        deltas = tuple(it for it in changes.deltas if not isinstance(it, kind))
        return thing, attrs.evolve(changes, deltas=deltas)

    patch.setattr(module, name, decided)


MUTANTS = {
    canceling_keeps_the_piece: PLAIN,
    changing_keeps_the_old_piece: ROUNDS,
    charge_keys_are_new_each_time: PLAIN,
    charge_keys_have_no_attempt: PLAIN,
    charges_are_not_written_down_first: PLAIN,
    charging_again_takes_the_next_part: PARTED,
    closing_takes_one_commit: PLAIN,
    confirming_ignores_the_cap: CAPPED,
    confirming_ignores_the_deadline: PLAIN,
    defaulting_keeps_the_total: PARTED,
    dropping_keeps_the_piece: PLAIN,
    expiring_keeps_the_piece: PLAIN,
    failing_charges_everybody: PLAIN,
    failing_keeps_what_was_charged: RETURNED,
    failing_releases_nobody: PLAIN,
    finishing_starts_charges: PLAIN,
    gateway_ignores_keys: PLAIN,
    gateway_refunds_again: RETURNED,
    grace_takes_new_pledges: WAITED,
    judging_comes_before_collecting: ROUNDS,
    late_pledges_count_to_the_goal: ROUNDS,
    merging_counts_both: ROUNDS,
    payouts_are_sent_again: PLAIN,
    receiving_posts_twice: PLAIN,
    refunding_keeps_the_piece: RETURNED,
    refunding_keeps_the_total: RETURNED,
    refunds_are_made_again: RETURNED,
    refunds_leave_out_the_tip: RETURNED,
    second_rounds_are_judged_again: ROUNDS,
    settling_ignores_open_pledges: PLAIN,
    store_counts_pledges_as_backers: PLAIN,
    store_ignores_caps: CAPPED,
    store_ignores_limits: PLAIN,
    store_ignores_what_was_expected: PLAIN,
    store_loses_orders: PLAIN,
    store_overwrites_other_versions: PLAIN,
    store_writes_by_and_by: PLAIN,
    stretch_goals_are_unlocked_again: ROUNDS,
    transferring_keeps_the_backer: ROUNDS,
    voiding_comes_too_early: PLAIN,
    what_is_on_top_is_held: RETURNED,
}
"""Every mistake, and the stories in which it shows."""
