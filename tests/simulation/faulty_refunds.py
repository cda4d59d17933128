"""Mistakes about refunds of funded campaigns, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.campaigns import settling
from pushcore.changes import Changes
from pushcore.ledger import TransactionPhase, recipes
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import _owing, parting, returning, ways
from pushcore.payouts import Debt, crediting, refund
from pushcore.usecases import refunding

__all__ = ["MISTAKES"]


def debts_are_never_set_off(patch):
    """A creator who owes is paid all the same."""
    patch.setattr(settling, "_netted", lambda _, given, *__: (dict(given), Changes()))
    return MemoryStore, FakeGateway


def debts_do_not_arise(patch):
    """A refund after the settlement is paid for by nobody."""
    patch.setattr(_owing, "indebted", lambda *_: Changes())
    return MemoryStore, FakeGateway


def amounts_are_whole(patch):
    """Whoever wants a part back gets all of it."""
    shared_out = returning.shared_out

    def whole(paid, policy, situation, _, **options):
        return shared_out(paid, policy, situation, None, **options)

    patch.setattr(returning, "shared_out", whole)
    return MemoryStore, FakeGateway


def parts_are_forgotten(patch):
    """Each refund begins as if it were the first."""

    def paid_before(pledge, fees=None):
        return ways.paid_for(pledge.quote, {} if fees is None else fees.taken)

    patch.setattr(ways, "paid_before", paid_before)
    return MemoryStore, FakeGateway


def fees_stay_gone(patch):
    """The creator is charged for fees that the platform gives back."""
    patch.setattr(refunding, "fees_of", lambda *_: None)
    return MemoryStore, FakeGateway


def what_a_creator_bears_is_kept(patch):
    """The campaign has no more of it, and the pledge says that it has."""
    patch.setattr(refund, "_beside", lambda _: 0)
    return MemoryStore, FakeGateway


def fees_come_back_in_full(patch):
    """A part of a pledge brings all of its fees back, and the rest does so again."""
    give_back = returning.shared_out

    def generous(paid, *args, **options):
        back = give_back(paid, *args, **options)
        whole = {fee.name: fee.taken for fee in paid.fees if fee.taken}
        more = sum((part.minor for part in whole.values()), 0) - sum(it.minor for it in back.fees.values())
        creator = _owing.Bearer.CREATOR
        given = back.given(creator)
        if not whole or more > given.minor:
            return back
        return attrs.evolve(back, fees=whole, gives=back.gives | {creator: given - given.with_minor(more)})

    patch.setattr(returning, "shared_out", generous)
    return MemoryStore, FakeGateway


def credit_is_sent_too(patch):
    """Whoever takes credit gets the money on the card besides."""
    sent = _owing.sent

    def both(pledge, campaign, wallet, at, actor):
        if wallet is None:
            return sent(pledge, campaign, None, at, actor)
        after, changes = sent(pledge, campaign, wallet, at, actor)
        asked = _owing.asked(pledge, at, actor)
        return after, changes + attrs.evolve(asked, put=(), transactions=())

    patch.setattr(_owing, "sent", both)
    return MemoryStore, FakeGateway


def credit_is_rounded_up(patch):
    """A wallet gets a unit more than was owed."""
    credit = crediting.credit

    def rounded(wallet, key, amount, *args, **options):
        after, changes = credit(wallet, key, amount, *args, **options)
        lots = [attrs.evolve(it, amount=it.amount + it.amount.with_minor(1)) for it in after.lots]
        return attrs.evolve(after, lots=lots), changes

    patch.setattr(crediting, "credit", rounded)
    return MemoryStore, FakeGateway


def matches_outlive_refunds(patch):
    """A sponsor matches what was given back."""
    patch.setattr(_owing, "losses", lambda *_, **__: Changes())
    return MemoryStore, FakeGateway


def refunds_set_nothing_free(patch):
    """All of a pledge goes back, and its reward is taken for ever."""
    patch.setattr(_owing, "given_up_moves", lambda *_: ())
    return MemoryStore, FakeGateway


def settled_refunds_are_held(patch):
    """What was paid out is taken of what is held, as if it were still there."""
    owe_back = recipes.owe_back

    def held(*args, **options):
        return owe_back(*args, **options | {"settled": False})

    patch.setattr(recipes, "owe_back", held)
    return MemoryStore, FakeGateway


def parts_are_posted_at_once(patch):
    """A refund of a part is booked before the provider has said anything."""
    refund = recipes.refund

    def posted(*args, phase=TransactionPhase.PENDING, **options):
        made = refund(*args, phase=phase, **options)
        pending = phase is TransactionPhase.PENDING and made.postings[0].amount.minor % 2
        return attrs.evolve(made, phase=TransactionPhase.POSTED) if pending else made

    patch.setattr(recipes, "refund", posted)
    return MemoryStore, FakeGateway


def what_is_stopped_keeps_its_reward(patch):
    """Parts that are charged no more go back, and what was picked is taken for ever."""
    patch.setattr(parting, "stock_moves", lambda *_, **__: ())
    return MemoryStore, FakeGateway


def cash_that_goes_back_is_not_booked(patch):
    """Whoever gives it back takes it out of the till, and enters nothing."""
    by_hand = _owing._by_hand

    def unbooked(*args):
        after, changes = by_hand(*args)
        return after, attrs.evolve(changes, transactions=())

    patch.setattr(_owing, "_by_hand", unbooked)
    return MemoryStore, FakeGateway


def store_forgets_debts(_):
    """Debts are kept for a session, and creators start anew."""

    class Forgiving(MemoryStore):
        def find(self, kind, aggregate_id):
            found = super().find(kind, aggregate_id)
            return None if kind is Debt and found is not None and found.version > 1 else found

    return Forgiving, FakeGateway


def gateway_gives_back_all(_):
    """It gives the whole charge back, whatever it was asked for."""

    class Generous(FakeGateway):
        def refund(self, order):
            left = self._taken_by.get(order.charged)
            known = order.key in self._answers
            answer = super().refund(order)
            if not known and left is not None:
                self._taken[order.amount.currency] -= left.minor - order.amount.minor
            return answer

    return MemoryStore, Generous


MISTAKES = mistakes_in(globals())
