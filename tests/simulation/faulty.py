"""Libraries, stores and gateways that are wrong in one way each, for the simulator to find.

Each is a function that plants the mistake, and gives the store and the gateway to simulate with. Those of
`mutants`, which the other checks of the testing kit find, are for it to find too.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count

import attrs
import mutants

from pushcore import usecases
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import Conflict, GatewayUnavailable, OutcomeUnknown
from pushcore.gateway import REJECTED, Accepted, Decline, Declined, Void
from pushcore.ledger import recipes
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import collecting, offline, refunding, sponsoring
from pushcore.payments.events import PledgeCollected
from pushcore.payouts import SplitPlan, Statement, payout, settlement
from pushcore.pledges import Pledge, PledgeState, changing, pledging
from pushcore.rewards import Stock
from pushcore.usecases import _writing

__all__ = ["FAULTY", "OWN", "mistakes_in"]


def conflicts_are_swallowed(patch):
    """Whoever loses a race goes on as if they had won it."""

    def write(ports, decided, _):
        with suppress(Conflict):
            ports.store.commit(decided[1])
        return decided[0]

    for module in (_writing, usecases.collecting, usecases.paying_out):
        patch.setattr(module, "write", write)
    patch.setattr(_writing, "close", write)
    return MemoryStore, FakeGateway


def lost_answers_are_declines(patch):
    """No answer is taken for a no, although the money moved."""
    _asking(patch, OutcomeUnknown, REJECTED)
    return MemoryStore, FakeGateway


def outages_are_answers(patch):
    """Nobody was reached, and that is taken for a yes."""
    _asking(patch, GatewayUnavailable, Accepted("assumed"))
    return MemoryStore, FakeGateway


def canceling_forgets_no_method(patch):
    """Whoever cancels leaves their card with the provider."""
    _without(patch, pledging, "cancel", orders=lambda it: isinstance(it, Void))
    return MemoryStore, FakeGateway


def dropping_forgets_no_method(patch):
    """Nor is the card of whoever never paid forgotten."""
    _without(patch, collecting, "_dropped", orders=lambda it: isinstance(it, Void))
    return MemoryStore, FakeGateway


def canceling_sets_free_twice(patch):
    """One piece goes, and two come back."""
    _deciding(
        patch,
        pledging,
        "cancel",
        lambda changes: [*changes.deltas, *(it for it in changes.deltas if isinstance(it, StockMove))],
    )
    return MemoryStore, FakeGateway


def confirming_expects_nothing(patch):
    """A pledge is confirmed although its campaign closed in the same moment."""
    _without(patch, pledging, "confirm", expect=lambda _: True)
    return MemoryStore, FakeGateway


def canceling_expects_nothing(patch):
    """A pledge is taken back although its campaign closed in the same moment."""
    _without(patch, pledging, "cancel", expect=lambda _: True)
    return MemoryStore, FakeGateway


def changing_keeps_the_total(patch):
    """Whoever gives more counts for what they gave before."""
    _without(patch, changing, "change", deltas=lambda it: isinstance(it, ProgressMove))
    return MemoryStore, FakeGateway


def charges_have_no_key_of_their_own(patch):
    """Every pledge of a campaign is charged under one key."""

    def charge_key(pledge, _=None):
        return f"{pledge.campaign_id}/charge"

    for module in (collecting, collecting.parting):
        patch.setattr(module, "charge_key", charge_key)
    return MemoryStore, FakeGateway


def payouts_have_new_keys(patch):
    """A transfer that is asked again is another transfer."""
    numbers, transfer_order = count(), payout.transfer_order

    def order(of):
        return attrs.evolve(transfer_order(of), key=f"{of.id}/transfer/{next(numbers)}")

    patch.setattr(payout, "transfer_order", order)
    return MemoryStore, FakeGateway


def payouts_do_not_wait_for_cash(patch):
    """A payee gets what lies in somebody's drawer, out of what other campaigns have at the provider."""
    send = payout.send
    patch.setattr(payout, "send", lambda of, at, actor, **_: send(of, at, actor))
    return MemoryStore, FakeGateway


def payouts_are_in_hundredths(patch):
    """A currency without decimals is sent as if it had two."""
    transfer_order = payout.transfer_order

    def order(of):
        made = transfer_order(of)
        return attrs.evolve(made, amount=made.amount * 100) if made.amount.currency.code == "JPY" else made

    patch.setattr(payout, "transfer_order", order)
    return MemoryStore, FakeGateway


def second_attempts_charge_more(patch):
    """A reminder fee that nobody agreed to."""
    charge_order = collecting.charge_order

    def order(pledge, campaign):
        made = charge_order(pledge, campaign)
        return attrs.evolve(made, amount=made.amount + made.amount.with_minor(pledge.attempts - 1))

    patch.setattr(collecting, "charge_order", order)
    return MemoryStore, FakeGateway


def fees_are_rounded_twice(patch):
    """A fee of a total is rounded for each of its halves."""
    fee_minor = settlement.fee_minor

    def halved(line, minor):
        return fee_minor(line, minor // 2) + fee_minor(line, minor - minor // 2)

    patch.setattr(settlement, "fee_minor", halved)
    return MemoryStore, FakeGateway


def splits_drop_what_is_left_over(patch):
    """Each part is rounded down, and the rest is nobody's."""
    divide = SplitPlan.divide

    def dropped(plan, net, *, creator):
        division = divide(plan, net, creator=creator)
        parts = {
            name: part - division.left_overs.get(name, part.with_minor(0))
            for name, part in division.parts.items()
        }
        return attrs.evolve(division, parts=parts)

    patch.setattr(SplitPlan, "divide", dropped)
    return MemoryStore, FakeGateway


def splits_ignore_the_most(patch):
    """Nobody gets too much, it is thought."""
    divide = SplitPlan.divide

    def unlimited(plan, net, *, creator):
        splits = tuple(attrs.evolve(it, max=None) for it in plan.splits)
        return divide(attrs.evolve(plan, splits=splits), net, creator=creator)

    patch.setattr(SplitPlan, "divide", unlimited)
    return MemoryStore, FakeGateway


def what_is_reserved_is_free(patch):
    """Pieces that somebody is about to pay for are sold to others."""
    moved = Stock.moved

    def unreserved(stock, move):
        after = moved(stock, attrs.evolve(move, limit=None))
        over = after is not None and move.limit is not None and after.claimed > move.limit
        return None if over else after

    patch.setattr(Stock, "moved", unreserved)
    patch.setattr(Stock, "left", lambda stock, limit: None if limit is None else limit - stock.claimed)
    return MemoryStore, FakeGateway


def cash_is_booked_at_the_provider(patch):
    """A cheque is taken for money that the provider has."""
    charge = recipes.charge

    def receipt(transaction_id, campaign_id, amount, at, *, on_top=()):
        made = charge(transaction_id, campaign_id, amount, at, on_top=on_top)
        return attrs.evolve(made, phase=recipes.TransactionPhase.POSTED)

    patch.setattr(recipes, "receipt", receipt)
    return MemoryStore, FakeGateway


def matches_outlive_their_pledges(patch):
    """A sponsor matches what was taken back."""
    for module in (pledging, refunding, collecting, offline, changing):
        patch.setattr(module, "losses", lambda *_, **__: _nothing(), raising=False)
    return MemoryStore, FakeGateway


def matches_are_not_received(patch):
    """What a sponsor gives counts, and is booked nowhere."""
    _without(patch, sponsoring, "contribute", transactions=lambda _: True)
    return MemoryStore, FakeGateway


def tips_are_the_campaigns(patch):
    """What is given to the platform counts to the goal."""
    patch.setattr(Pledge, "contribution", property(lambda pledge: pledge.amount))
    return MemoryStore, FakeGateway


def statements_leave_out_refunds(patch):
    """What was given back looks as if it were never collected."""
    of = Statement.of

    def without(*args):
        told = of(*args)
        return attrs.evolve(told, refunded=told.refunded.with_minor(0))

    patch.setattr(Statement, "of", staticmethod(without))
    return MemoryStore, FakeGateway


def events_come_too_early(patch):
    """A host thanks a backer whose card is about to be declined."""
    attempt = collecting.attempt

    def told(*args, **options):
        pledge, changes = attempt(*args, **options)
        event = PledgeCollected(args[2], args[3], pledge.id, pledge.amount, "soon")
        return pledge, attrs.evolve(changes, events=(*changes.events, event))

    patch.setattr(collecting, "attempt", told)
    return MemoryStore, FakeGateway


def events_are_not_written(patch):
    """A pledge is collected, and nobody hears of it."""
    _without(patch, collecting, "receive", events=lambda _: True)
    return MemoryStore, FakeGateway


def declined_refunds_are_given_up(patch):
    """A backer whose refund was declined once is told that it was made."""
    receive = refunding.receive

    def received(pledge, answer, at, actor):
        return receive(pledge, Accepted("as-good-as") if isinstance(answer, Declined) else answer, at, actor)

    patch.setattr(refunding, "receive", received)
    return MemoryStore, FakeGateway


def declined_cards_are_collected(patch):
    """Whatever the provider answers is taken for a yes."""
    receive = collecting.receive

    def received(pledge, campaign, answer, *args, **options):
        yes = Accepted("as-good-as") if isinstance(answer, Declined) else answer
        return receive(pledge, campaign, yes, *args, **options)

    patch.setattr(collecting, "receive", received)
    return MemoryStore, FakeGateway


def dunning_never_ends(patch):
    """A pledge whose last charge failed waits for ever."""

    def again(pledge, _, at, __):
        errored = pledge.moved(PledgeState.ERRORED, failed_at=pledge.failed_at or at, due_at=at)
        return errored, attrs.evolve(_nothing(), put=(errored,))

    patch.setattr(collecting, "_dropped", again)
    return MemoryStore, FakeGateway


def subscriptions_stand_still(patch):
    """A period that is paid is charged again."""
    receive = usecases.subscribing.subscribing.receive

    def received(subscription, *args, **options):
        decided = receive(subscription, *args, **options)
        if decided is None:
            return None
        after = attrs.evolve(decided[0], period=subscription.period)
        return after, attrs.evolve(
            decided[1], put=tuple(after if it is decided[0] else it for it in decided[1].put)
        )

    patch.setattr(usecases.subscribing.subscribing, "receive", received)
    return MemoryStore, FakeGateway


def store_writes_totals_twice(_):
    """A worker applies the moves of what was written already."""

    class Eager(MemoryStore):
        def commit(self, changes):
            progress = tuple(it for it in changes.deltas if isinstance(it, ProgressMove) and it.pledges > 0)
            super().commit(attrs.evolve(changes, deltas=(*changes.deltas, *progress)))

    return Eager, FakeGateway


def store_hides_failed_charges(_):
    """The index of what is to be collected leaves out what was tried before."""

    class Partial(MemoryStore):
        def chargeable_pledges(self, campaign_id, now):
            found = super().chargeable_pledges(campaign_id, now)
            return (it for it in found if it.state is not PledgeState.ERRORED)

    return Partial, FakeGateway


def store_hides_what_is_being_charged(_):
    """The index of what goes back leaves out a charge under way."""

    class Partial(MemoryStore):
        def returnable_pledges(self, campaign_id):
            found = super().returnable_pledges(campaign_id)
            return (it for it in found if it.state is not PledgeState.CHARGING)

    return Partial, FakeGateway


def store_keeps_orders_that_are_done(_):
    """The outbox only grows."""

    class Hoarding(MemoryStore):
        def commit(self, changes):
            super().commit(attrs.evolve(changes, done=()))

    return Hoarding, FakeGateway


def store_reads_old_pledges(_):
    """A replica that is one write behind answers what is asked of a pledge."""

    class Stale(MemoryStore):
        def __init__(self):
            super().__init__()
            self.before = {}

        def commit(self, changes):
            for it in changes.put:
                self.before[it.id] = self._pledges.get(it.id)
            super().commit(changes)

        def find_pledge(self, pledge_id):
            return self.before.get(pledge_id) or super().find_pledge(pledge_id)

    return Stale, FakeGateway


def gateway_takes_what_it_declines(_):
    """It says no, and the money is gone."""

    class Sly(FakeGateway):
        charges = 0

        def charge(self, order):
            self.charges += 1
            answer = super().charge(order)
            return Declined(Decline.FINAL, "sly") if self.charges % 5 == 0 else answer

    return MemoryStore, Sly


def gateway_changes_its_mind(_):
    """A key that is asked again is declined, although it was carried out."""

    class Forgetful(FakeGateway):
        def _answer(self, order, who, what):
            if order.key in self._answers:
                return Declined(Decline.FINAL, "duplicate")
            return super()._answer(order, who, what)

    return MemoryStore, Forgetful


def gateway_loses_refunds(_):
    """It accepts a refund, and keeps the money."""

    class Greedy(FakeGateway):
        def refund(self, order):
            answer = super().refund(order)
            self._taken[order.amount.currency] += order.amount.minor
            return answer

    return MemoryStore, Greedy


def gateway_pays_out_again(_):
    """A transfer that is asked twice is made twice."""

    class Generous(FakeGateway):
        def status(self, key):
            return None if key in self._orders and "/transfer/" in key else super().status(key)

        def transfer(self, order):
            self._answers.pop(order.key, None)
            return super().transfer(order)

    return MemoryStore, Generous


def gateway_charges_in_part(_):
    """It takes less than it was asked for, and says nothing of it."""

    class Partial(FakeGateway):
        def charge(self, order):
            known = order.key in self._answers
            answer = super().charge(order)
            if not known and order.amount.minor > 2_000:
                self._taken[order.amount.currency] -= 1
            return answer

    return MemoryStore, Partial


def _nothing():
    return pledging.Changes()


def _asking(patch, trouble, instead):
    """Whoever asks takes an error for an answer."""
    carry_out = _writing.carry_out

    def answered(*args, **options):
        try:
            return carry_out(*args, **options)
        except trouble:
            return instead

    patch.setattr(_writing, "carry_out", answered)


def _deciding(patch, module, name, deltas):
    decide = getattr(module, name)

    def decided(*args, **options):
        thing, changes = decide(*args, **options)
        return thing, attrs.evolve(changes, deltas=tuple(deltas(changes)))

    patch.setattr(module, name, decided)


def _without(patch, module, name, **left_out):
    """A decision without some of what it writes."""
    decide = getattr(module, name)

    def decided(*args, **options):
        thing, changes = decide(*args, **options)
        kept = {
            part: tuple(it for it in getattr(changes, part) if not out(it)) for part, out in left_out.items()
        }
        return thing, attrs.evolve(changes, **kept)

    patch.setattr(module, name, decided)


def mistakes_in(names):
    """The mistakes that a module plants, by the names in it."""
    return tuple(
        it
        for name, it in sorted(names.items())
        if getattr(it, "__module__", None) == names["__name__"] and name != "mistakes_in"
        if callable(it) and not name.startswith("_")
    )


OWN = mistakes_in(globals())
TAKES_CHANCE = frozenset({mutants.finishing_starts_charges})
"""What is seen only if two reads of one call are just apart: the races at every call find it."""

FAULTY = (*OWN, *(it for it in mutants.MUTANTS if it not in TAKES_CHANCE))
