"""Mistakes about what hosts owe the platform of their fees, for the simulator to find, as in `faulty`."""

from itertools import count

import attrs
from faulty import mistakes_in

from pushcore.changes import Changes
from pushcore.gateway import Accepted
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.money import Rounding
from pushcore.payouts import FeeShare, accrued_share, share_payment
from pushcore.usecases import sharing

__all__ = ["MISTAKES"]


def shares_are_rounded_down(patch):
    """A host owes a unit less than was agreed."""
    patch.setattr(FeeShare, "of", lambda share, fee: fee.times(share.portion.fraction, Rounding.FLOOR))
    return MemoryStore, FakeGateway


def each_accrual_is_rounded_by_itself(patch):
    """What fees have changed by is shared, and not what they are."""
    accrue, known = accrued_share.accrue, {}

    def apart(share, before, *, fees, tips, **options):
        seen, tipped, owed = known.get(before.id, (fees * 0, fees * 0, fees * 0))
        if before.version:
            owed += share.of(fees - seen) + tips - tipped
        else:
            owed = share.of(fees) + tips
        known[before.id] = fees, tips, owed
        return accrue(share, before, fees=fees, tips=owed - share.of(fees), **options)

    patch.setattr(sharing.accruing, "accrue", apart)
    return MemoryStore, FakeGateway


def what_goes_back_stays_owed(patch):
    """Fees go back to backers, and the host owes its share of them all the same."""
    accrue = accrued_share.accrue

    def growing(share, before, **options):
        after, changes = accrue(share, before, **options)
        return (before, Changes()) if after.amount < before.amount else (after, changes)

    patch.setattr(sharing.accruing, "accrue", growing)
    return MemoryStore, FakeGateway


def tips_are_the_hosts(patch):
    """What backers gave for the platform stays with the host."""
    accrue = accrued_share.accrue

    def untipped(share, before, *, tips, **options):
        return accrue(share, before, tips=tips * 0, **options)

    patch.setattr(sharing.accruing, "accrue", untipped)
    return MemoryStore, FakeGateway


def small_debts_do_not_wait(patch):
    """A transfer is made for whatever is owed."""
    patch.setattr(share_payment, "due", lambda _, owed: owed)
    return MemoryStore, FakeGateway


def declined_payments_arrive(patch):
    """Whatever the provider answers, the platform has it."""
    receive = share_payment.receive
    patch.setattr(sharing.paying, "receive", lambda it, _, *args: receive(it, Accepted("as-good-as"), *args))
    return MemoryStore, FakeGateway


def payments_have_new_keys(patch):
    """A payment that is asked again is another payment."""
    numbers, payment_order = count(), share_payment.payment_order

    def order(of):
        return attrs.evolve(payment_order(of), key=f"{of.id}/share/{next(numbers)}")

    patch.setattr(share_payment, "payment_order", order)
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
