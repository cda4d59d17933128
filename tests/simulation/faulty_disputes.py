"""Mistakes about disputes, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.changes import Changes
from pushcore.errors import Conflict
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import _owing, disputes, restoring, ways
from pushcore.payouts import Dispute, DisputeTerms, disputing, recovery
from pushcore.usecases import disputing as hearing

__all__ = ["MISTAKES"]


def the_last_news_decide(patch):
    """Whatever is told last holds, although it is older."""

    def told(dispute, news, said_at):
        closed = said_at if news in disputing.CLOSED else None
        contested = dispute.contested or news in disputing.CONTESTED
        return attrs.evolve(dispute, state=news, decided_at=closed, contested=contested)

    patch.setattr(disputing, "told", told)
    return MemoryStore, FakeGateway


def a_dispute_is_of_any_amount(patch):
    """More than its charge took is taken of what is held for others."""
    untold = disputes._untold

    def trusting(*told):
        return (it for it in untold(*told) if it.code != "above-paid")

    patch.setattr(disputes, "_untold", trusting)
    return MemoryStore, FakeGateway


def a_dispute_is_of_another_amount_by_now(patch):
    """What contradicts what is known decides all the same."""
    patch.setattr(disputes, "_require_same", lambda *_: None)
    return MemoryStore, FakeGateway


def what_is_lost_is_lost(patch):
    """A dispute that was lost is won after all, and nobody wants to hear it."""
    hear = disputing.hear

    def deaf(dispute, debt, *news):
        return ((dispute, debt), Changes()) if dispute.state.value == "lost" else hear(dispute, debt, *news)

    patch.setattr(disputing, "hear", deaf)
    return MemoryStore, FakeGateway


def what_is_won_is_not_divided(patch):
    """It comes back to a campaign that is settled, and lies there."""
    patch.setattr(hearing, "_divided", lambda *args: args[5])
    return MemoryStore, FakeGateway


def disputes_take_what_is_gone(patch):
    """A charge that went back is taken again, of what others gave."""

    def all_of_it(pledge, *_):
        return pledge.amount, None

    patch.setattr(ways, "left_of", all_of_it)
    return MemoryStore, FakeGateway


def what_was_won_is_lost_of_what_is_gone(patch):
    """It was given back meanwhile, and its campaign gives it once more."""
    taking = disputes._taking

    def as_at_first(pledge, campaign, dispute_id, *news):
        if any(it.id == dispute_id for it in pledge.disputes):
            pledge = attrs.evolve(pledge, gone_back=(), paid=None, disputes=())
        return taking(pledge, campaign, dispute_id, *news)

    patch.setattr(disputes, "_taking", as_at_first)
    return MemoryStore, FakeGateway


def refunds_forget_disputes(patch):
    """All of a charge goes back, although the bank gave a part of it back."""
    patch.setattr(ways, "beside_disputes", lambda _, paid: paid)
    return MemoryStore, FakeGateway


def refunds_do_not_wait_for_disputes(patch):
    """A backer asks the bank and the platform, and both give."""
    patch.setattr(_owing, "still_open", lambda _: ())
    return MemoryStore, FakeGateway


def what_comes_back_is_kept(patch):
    """A campaign that failed keeps what the bank gave back."""

    def kept(pledge, *_, **__):
        return pledge, Changes(put=(pledge,))

    patch.setattr(restoring, "once_more", kept)
    return MemoryStore, FakeGateway


def fees_of_disputes_stay(patch):
    """A fee that comes back with a dispute that is won is lost in the books."""
    taken = DisputeTerms.taken

    def stays(terms, state, *, contested):
        return taken(attrs.evolve(terms, fee_returned=False), state, contested=contested)

    patch.setattr(DisputeTerms, "taken", stays)
    return MemoryStore, FakeGateway


def debts_of_disputes_are_never_called_off(patch):
    """The dispute is won, and its creator owes it still."""
    patch.setattr(recovery, "call_off", lambda debt, *_, **__: (debt, Changes()))
    return MemoryStore, FakeGateway


def totals_forget_disputes(patch):
    """What is disputed counts as collected."""
    followed = disputes._followed

    def unmoved(*args):
        pledge, changes = followed(*args)
        return pledge, attrs.evolve(changes, deltas=())

    patch.setattr(disputes, "_followed", unmoved)
    return MemoryStore, FakeGateway


def store_writes_disputes_last(_):
    """The books have the dispute, and the dispute is written by a job that fails."""

    class Split(MemoryStore):
        def commit(self, changes):
            moved = [it for it in changes.put if isinstance(it, Dispute) and it.version > 1]
            super().commit(attrs.evolve(changes, put=tuple(it for it in changes.put if it not in moved)))

    return Split, FakeGateway


def store_hides_disputes(_):
    """A dispute that is found a second time is a new one."""

    class Forgetful(MemoryStore):
        def find(self, kind, aggregate_id):
            return None if kind is Dispute else super().find(kind, aggregate_id)

        def commit(self, changes):
            try:
                super().commit(changes)
            except Conflict:
                if not any(isinstance(it, Dispute) for it in changes.put):
                    raise

    return Forgetful, FakeGateway


MISTAKES = mistakes_in(globals())
