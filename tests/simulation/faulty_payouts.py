"""Mistakes about payouts, debts and exchanges, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.ledger import recipes
from pushcore.ledger.chart import PROVIDER
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payouts import (
    FeeBearer,
    Milestone,
    Payout,
    PayoutSchedule,
    PayoutState,
    approving,
    preparing,
    provider_exchange,
    recovery,
    returning,
    schedule,
)
from pushcore.payouts.costs import WithdrawalFee
from pushcore.payouts.states import COVERING
from pushcore.usecases import recovering

__all__ = ["MISTAKES"]


def _giving_back(patch, **instead):
    """What a bank sends back is booked by other terms than those that hold."""
    give_back = returning.give_back
    patch.setattr(returning, "give_back", lambda *args, **options: give_back(*args, **options | instead))


def _unbooked(patch, module, name):
    """A decision is written, and the books do not have it."""
    decide = getattr(module, name)

    def unbooked(*args, **options):
        after, changes = decide(*args, **options)
        return after, attrs.evolve(changes, transactions=())

    patch.setattr(module, name, unbooked)


def what_banks_send_back_is_not_booked(patch):
    """The payout counts as returned, and nobody is owed anything again."""
    _unbooked(patch, returning, "give_back")
    return MemoryStore, FakeGateway


def what_banks_keep_comes_back(patch):
    """The payee is owed all that was sent, of which less came back."""
    _giving_back(patch, came_back=None)
    return MemoryStore, FakeGateway


def payees_bear_what_banks_keep(patch):
    """Whoever should."""
    _giving_back(patch, bearer=FeeBearer.CREATOR)
    return MemoryStore, FakeGateway


def costs_never_come_back(patch):
    """What sending it cost stays with the platform, although it is given back."""
    _giving_back(patch, costs_back=False)
    return MemoryStore, FakeGateway


def costs_are_sent_too(patch):
    """All of a payout leaves, and what that costs stays here besides."""
    patch.setattr(Payout, "transferred", property(lambda payout: payout.amount))
    return MemoryStore, FakeGateway


def costs_are_nobodys(patch):
    """They are taken of the transfer, and not told in the books."""
    patch.setattr(recipes, "_sent", lambda _campaign, amount, _costs: (amount, []))
    return MemoryStore, FakeGateway


def withdrawals_cost_nothing(patch):
    """Whoever asks for the second one too."""
    patch.setattr(WithdrawalFee, "of", lambda _, amount, __: amount * 0)
    return MemoryStore, FakeGateway


def tranches_are_rounded_by_themselves(patch):
    """Each of what it is of the whole, so that something may be left."""

    def by_itself(minor, sums, *, unit, least, cost):
        shares = [share - before for share, before in zip(sums, (0, *sums), strict=False)]
        return tuple(schedule.sendable(int(minor * share), unit=unit, least=least) + cost for share in shares)

    patch.setattr(preparing, "stepwise", by_itself)
    return MemoryStore, FakeGateway


def tranches_are_due_at_once(patch):
    """Nobody waits."""
    patch.setattr(schedule.PayoutSchedule, "due", lambda _, __, ended, **___: ended)
    return MemoryStore, FakeGateway


def payouts_are_sent_before_they_are_due(patch):
    """The date is written down, and nobody looks at it."""
    early = Payout._early

    def whenever(payout, at):
        return (reason for reason in early(payout, at) if reason.code != "payout-not-due")

    patch.setattr(Payout, "_early", whenever)
    return MemoryStore, FakeGateway


def whoever_asks_consents(patch):
    """However few of the backers do."""
    patch.setattr(Milestone, "refusals", lambda *_: ())
    return MemoryStore, FakeGateway


def what_waits_for_consent_is_sent(patch):
    """A payout of a milestone is made like all others."""
    prepare = preparing.prepare
    patch.setattr(preparing, "prepare", lambda *args, **it: prepare(*args, **it | {"milestone": None}))
    return MemoryStore, FakeGateway


def what_is_canceled_stays_covered(patch):
    """A payout that was given up speaks for its money for ever."""
    patch.setattr(preparing, "COVERING", COVERING | {PayoutState.CANCELED})
    return MemoryStore, FakeGateway


def what_is_merged_is_sent_twice(patch):
    """One payout is sent for all, and each of them too."""
    merge = approving.merge

    def unmerged(*args):
        one, changes = merge(*args)
        return one, attrs.evolve(changes, put=(one,))

    patch.setattr(approving, "merge", unmerged)
    return MemoryStore, FakeGateway


def what_is_merged_needs_no_approval(patch):
    """Whatever waits for approvals is merged, and what comes of that needs none."""
    unready = Payout.unready

    def unasked(payout, at):
        return tuple(no for no in unready(payout, at) if no.code != "approval-missing")

    patch.setattr(Payout, "unready", unasked)
    patch.setattr(Payout, "waits", lambda payout, _: payout.state is PayoutState.PREPARED)
    return MemoryStore, FakeGateway


def rates_are_upside_down(patch):
    """What arrives abroad is worked out the other way round."""
    fix_rate = approving.fix_rate

    def reversed_rate(payout, rate, *rest):
        return fix_rate(payout, attrs.evolve(rate, rate=1 / rate.rate), *rest)

    patch.setattr(approving, "fix_rate", reversed_rate)
    return MemoryStore, FakeGateway


def withdrawals_are_of_all_that_was_ever_owed(patch):
    """What is waiting to be sent can be asked for once more."""
    patch.setattr(preparing, "uncovered", lambda owed, _: owed * 2)
    return MemoryStore, FakeGateway


def debts_are_paid_back_into_nothing(patch):
    """What a creator pays back is no longer owed, and lies nowhere."""
    _unbooked(patch, recovery, "recover")
    return MemoryStore, FakeGateway


def what_is_written_off_lies_with_the_provider(patch):
    """Nobody bears it."""
    patch.setattr(recovering, "written_off_account", lambda _: PROVIDER)
    return MemoryStore, FakeGateway


def exchanges_gain_nothing(patch):
    """Whatever an exchange brought stands for what was booked, be it more or less."""
    patch.setattr(provider_exchange, "_gains", lambda it, _: (it.given * 0, it.received * 0))
    return MemoryStore, FakeGateway


def what_is_won_later_is_paid_at_once(patch):
    """Of what a dispute gives back after the settlement, everybody gets their part without any plan."""
    further = preparing.Disbursing.further

    def at_once(self, parts, at, actor, payouts):
        plan = attrs.evolve(self.plan, schedule=PayoutSchedule()) if payouts else self.plan
        return further(attrs.evolve(self, plan=plan), parts, at, actor, payouts)

    patch.setattr(preparing.Disbursing, "further", at_once)
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
