"""Mistakes about what creators owe, and about stopped payouts, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payouts import PayoutState, approving, recovery

__all__ = ["MISTAKES"]


def what_was_written_off_is_paid_out(patch):
    """The creator of a dispute that was won is paid what somebody else has borne."""
    patch.setattr(recovery, "_unborne", lambda *_: {})
    return MemoryStore, FakeGateway


def what_is_beyond_a_debt_is_not_booked(patch):
    """Of what a creator has paid, the books have what was owed by then."""
    pay_back = recovery.pay_back

    def cut(debt, key, amount, *args, **options):
        return pay_back(debt, key, min(amount, debt.outstanding or amount), *args, **options)

    patch.setattr(recovery, "pay_back", cut)
    return MemoryStore, FakeGateway


def consents_revive_what_was_stopped(patch):
    """Whatever of a milestone was refused is taken for refused with it."""
    consent_to = approving.consent_to

    def revived(milestone, payouts, *args):
        refused = PayoutState.REFUSED
        several = [attrs.evolve(it, consented=it.consented and it.state is not refused) for it in payouts]
        return consent_to(milestone, several, *args)

    patch.setattr(approving, "consent_to", revived)
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
