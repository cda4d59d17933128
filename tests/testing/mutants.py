"""Libraries, stores and gateways that are wrong in one way each: mistakes that were made in real systems.

Each is a function that plants the mistake and gives the store and the gateway to play with.
"""

from __future__ import annotations

from itertools import count

import attrs

from pushcore import Changes, PayoutState, usecases
from pushcore.campaigns import CampaignState, Progress, deciding
from pushcore.changes import StockMove
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import collecting
from pushcore.payouts import payout
from pushcore.pledges import pledging

__all__ = ["MUTANTS"]


def gateway_ignores_keys(_):
    """A charge that is asked twice is made twice."""

    class Forgetful(FakeGateway):
        def charge(self, order):
            self._answers.pop(order.key, None)
            return super().charge(order)

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
    """The totals are read before the campaign stops taking pledges."""

    def close_campaign(ports, campaign_id, *, actor):
        campaign, now = ports.store.campaign(campaign_id), ports.clock.now()
        if campaign.state is CampaignState.LIVE:
            progress = ports.store.progress(campaign_id)
            closing, _ = deciding.begin_closing(campaign, now, actor)
            ended, changes = deciding.judge(
                attrs.evolve(closing, version=campaign.version), progress, now, actor
            )
            ports.store.commit(changes)
            campaign = ended
        if not campaign.funded:
            usecases.closing.release_pledges(ports, campaign, actor=actor)
        return campaign

    patch.setattr(usecases, "close_campaign", close_campaign)
    return MemoryStore, FakeGateway


def failing_charges_everybody(patch):
    """Whether the campaign is funded is not asked before charging."""
    patch.setattr("pushcore.campaigns.Campaign.funded", property(lambda self: self.outcome is not None))
    return MemoryStore, FakeGateway


def charge_keys_have_no_attempt(patch):
    """The second attempt gets the answer of the first."""
    patch.setattr(collecting, "_charge_key", lambda pledge: f"{pledge.id}/charge")
    return MemoryStore, FakeGateway


def charge_keys_are_new_each_time(patch):
    """A charge that is asked again is another charge."""
    numbers = count()
    patch.setattr(collecting, "_charge_key", lambda pledge: f"{pledge.id}/charge/{next(numbers)}")
    return MemoryStore, FakeGateway


def charges_are_not_written_down_first(patch):
    """A charge is asked for before anybody could know of it after a crash."""
    attempt = collecting.attempt
    patch.setattr(
        collecting,
        "attempt",
        lambda *args: (attempt(*args)[0], attrs.evolve(attempt(*args)[1], orders=(), transactions=())),
    )
    return MemoryStore, FakeGateway


def receiving_posts_twice(patch):
    """The ledger has an accepted charge twice."""
    receive = collecting.receive

    def received(*args):
        pledge, changes = receive(*args)
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
    patch.setattr(usecases.closing, "release_pledges", lambda *_, **__: None)
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


def _keep_stock(patch, module, name):
    decide = getattr(module, name)

    def decided(*args):
        thing, changes = decide(*args)
        deltas = tuple(it for it in changes.deltas if not _is_stock(it))
        return thing, attrs.evolve(changes, deltas=deltas)

    patch.setattr(module, name, decided)


def _is_stock(delta):
    return isinstance(delta, StockMove)


MUTANTS = (
    canceling_keeps_the_piece,
    charge_keys_are_new_each_time,
    charge_keys_have_no_attempt,
    charges_are_not_written_down_first,
    closing_takes_one_commit,
    confirming_ignores_the_deadline,
    dropping_keeps_the_piece,
    expiring_keeps_the_piece,
    failing_charges_everybody,
    failing_releases_nobody,
    finishing_starts_charges,
    gateway_ignores_keys,
    payouts_are_sent_again,
    receiving_posts_twice,
    settling_ignores_open_pledges,
    store_counts_pledges_as_backers,
    store_ignores_limits,
    store_ignores_what_was_expected,
    store_loses_orders,
    store_overwrites_other_versions,
    store_writes_by_and_by,
    voiding_comes_too_early,
)
