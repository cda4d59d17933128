"""Mistakes about what is held back of payees, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore import usecases
from pushcore.ledger import TransactionPhase
from pushcore.ledger.chart import held_account
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payouts import HeldReserve, Reserve, preparing, recovery, returning
from pushcore.usecases import advancing, settling

__all__ = ["MISTAKES"]


def reserves_are_given_early(patch):
    """Whatever is held back is due at once."""
    patch.setattr(HeldReserve, "due", lambda held, _: held.available)
    return MemoryStore, FakeGateway


def reserves_are_never_given(patch):
    """What is held back is held for ever."""
    patch.setattr(HeldReserve, "due", lambda held, _: held.available * 0)
    return MemoryStore, FakeGateway


def nobody_releases(patch):
    """The job forgets it, and so does everybody else."""

    def nobody(*_, **__):
        raise advancing.Refused([advancing.Refusal("reserve-not-due", "nobody is in")])

    patch.setattr(advancing, "release_reserve", nobody)
    return MemoryStore, FakeGateway


def what_is_released_is_not_paid_out(patch):
    """It is the payees' by now, and no payout is made of it."""
    further = usecases.disbursing.further_payouts

    def made(ports, campaign, _, actor, **options):
        return further(ports, campaign, {}, actor, **options)

    patch.setattr(usecases.disbursing, "further_payouts", made)
    return MemoryStore, FakeGateway


def reserves_are_of_the_net(patch):
    """A share of what fees have left is held back, instead of one of what was raised."""
    reserve = preparing.Disbursing.reserve

    def of_net(disbursing, parts, raised, **options):
        return reserve(disbursing, parts, preparing._net(parts, raised.currency), **options)

    patch.setattr(preparing.Disbursing, "reserve", of_net)
    return MemoryStore, FakeGateway


def reserves_have_no_cap(patch):
    """More is held back than was agreed."""
    of = Reserve.of
    patch.setattr(Reserve, "of", lambda rule, raised: of(attrs.evolve(rule, cap=None), raised))
    return MemoryStore, FakeGateway


def reserves_are_held_of_one(patch):
    """The first payee waits for everybody."""
    reserve = preparing.Disbursing.reserve

    def of_one(disbursing, parts, raised, **options):
        held = reserve(disbursing, parts, raised, **options)
        first = next((payee for payee, part in parts.items() if held and part >= held.available), None)
        return held if first is None else attrs.evolve(held, left={first: held.available})

    patch.setattr(preparing.Disbursing, "reserve", of_one)
    return MemoryStore, FakeGateway


def what_went_back_sets_free(patch):
    """A contribution that was taken back sets free a share of the others'."""

    def all_of_it(ports, campaign):
        account = held_account(campaign.id)
        for entry in ports.store.transactions():
            if entry.phase is TransactionPhase.POSTED:
                for posting in entry.postings:
                    if posting.account == account and posting.amount.minor < 0:
                        yield entry.at, -posting.amount

    patch.setattr(settling, "contributions", all_of_it)
    return MemoryStore, FakeGateway


def what_is_recovered_is_given_too(patch):
    """A payee's debt is paid of the reserve, and the payee keeps it."""
    recover = recovery.recover

    def forgiven(debt, key, source, *args, **options):
        after, changes = recover(debt, key, source, *args, **options)
        unposted = source is recovery.DebtSource.RESERVE
        return after, attrs.evolve(changes, transactions=()) if unposted else changes

    patch.setattr(returning.recovery, "recover", forgiven)
    return MemoryStore, FakeGateway


def store_hides_reserves_that_are_due(_):
    """A campaign that is settled and paid out is never due again."""

    class Done(MemoryStore):
        def due_campaigns(self, now):
            return (
                name
                for name in super().due_campaigns(now)
                if self.campaign(name).settled_at is None
                or any(it.waits(now) for it in self.payouts(name))
                or any(self.returnable_pledges(name))
            )

    return Done, FakeGateway


MISTAKES = mistakes_in(globals())
