"""Mistakes about the credit of wallets, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore import usecases
from pushcore.changes import Changes
from pushcore.errors import OutcomeUnknown
from pushcore.gateway import REJECTED, Accepted
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import spending
from pushcore.payouts import RefundTo, Wallet, crediting
from pushcore.payouts import wallet as wallets
from pushcore.usecases import canceling, finishing, refunding

__all__ = ["MISTAKES"]


def spending_takes_nothing(patch):
    """A pledge is paid for, and the credit is still there."""
    spend = crediting.spend

    def free(wallet, *args, **options):
        after, changes = spend(wallet, *args, **options)
        kept = attrs.evolve(after, lots=wallet.lots)
        return kept, attrs.evolve(changes, put=(kept,))

    patch.setattr(crediting, "spend", free)
    return MemoryStore, FakeGateway


def spending_takes_another_time(patch):
    """The pledge is written first and its credit is taken later, if nothing comes in between."""

    def in_two_steps(ports, request):
        spend = spending.spend
        later = []

        def first(*args, **options):
            pledge, changes = spend(*args, **options)
            of_wallet = [it for it in changes.put if isinstance(it, Wallet)]
            later.append(Changes(put=tuple(of_wallet), transactions=changes.transactions))
            rest = tuple(it for it in changes.put if it not in of_wallet)
            return pledge, attrs.evolve(changes, put=rest, transactions=())

        with patch.context() as within:
            within.setattr(spending, "spend", first)
            pledge = spend_credit(ports, request)
        for changes in later[-1:]:
            ports.store.commit(changes)
        return pledge

    spend_credit = usecases.spend_credit
    patch.setattr(usecases, "spend_credit", in_two_steps)
    return MemoryStore, FakeGateway


def expired_credit_is_spent(patch):
    """Whoever is faster than the job spends what is theirs no more."""
    over, expired = wallets._over, Wallet.expired

    def found(wallet, at):
        with patch.context() as within:
            within.setattr(wallets, "_over", over)
            return expired(wallet, at)

    patch.setattr(wallets, "_over", lambda *_: False)
    patch.setattr(Wallet, "expired", found)
    return MemoryStore, FakeGateway


def credit_lives_for_ever(patch):
    """No refund says when its credit expires."""
    credit = crediting.credit
    patch.setattr(crediting, "credit", lambda *args, **options: credit(*args, **options | {"lifetime": None}))
    return MemoryStore, FakeGateway


def what_is_leaving_expires(patch):
    """A backer asked for it in time, and it is written off before the provider has answered."""

    def expired(wallet, at):
        return tuple(lot for lot in wallet.lots if wallets._over(lot, at))

    patch.setattr(Wallet, "expired", expired)
    patch.setattr(Wallet, "expires_at", property(lambda it: next((lot.expires_at for lot in it.lots), None)))
    return MemoryStore, FakeGateway


def what_arrived_stays(patch):
    """Credit is withdrawn, and is spent once more."""
    written = crediting._written

    def kept(wallet, *told, done=(), **changed):
        return written(wallet, *told, done=done, **changed | ({"lots": wallet.lots} if done else {}))

    patch.setattr(crediting, "_written", kept)
    return MemoryStore, FakeGateway


def declined_withdrawals_are_taken(patch):
    """The provider sends nothing, and the credit is gone."""
    receive = crediting.receive

    def received(wallet, key, _, *args):
        return receive(wallet, key, Accepted("as-good-as"), *args)

    patch.setattr(crediting, "receive", received)
    return MemoryStore, FakeGateway


def lost_answers_free_the_credit(patch):
    """A withdrawal of which nothing is heard is taken for one that failed."""
    ask = usecases.crediting.ask

    def answered(ports, order, receive, *args, **options):
        try:
            return ask(ports, order, receive, *args, **options)
        except OutcomeUnknown:
            failed, changes = receive(REJECTED)
            ports.store.commit(changes)
            return failed

    patch.setattr(usecases.crediting, "ask", answered)
    return MemoryStore, FakeGateway


def withdrawals_are_never_finished(patch):
    """What a crash cut short is nobody's job."""
    patch.setattr(finishing, "finish_withdrawal", lambda *_, **__: None)
    patch.setattr(usecases, "withdraw_credit", _once(usecases.withdraw_credit))
    return MemoryStore, FakeGateway


def passing_on_takes_nothing(patch):
    """Whoever gives credit away keeps it."""
    transfer = crediting.transfer

    def copied(wallet, *args):
        (giver, richer), changes = transfer(wallet, *args)
        kept = attrs.evolve(giver, lots=wallet.lots)
        return (kept, richer), attrs.evolve(changes, put=(kept, richer))

    patch.setattr(crediting, "transfer", copied)
    return MemoryStore, FakeGateway


def passing_on_makes_it_last(patch):
    """Two friends hand their credit to and fro, and it never expires."""
    transfer = crediting.transfer

    def renewed(wallet, recipient, *args):
        (giver, richer), changes = transfer(wallet, recipient, *args)
        known = {lot.key for lot in recipient.lots}
        lots = [it if it.key in known else attrs.evolve(it, expires_at=None) for it in richer.lots]
        lasting = attrs.evolve(richer, lots=lots)
        return (giver, lasting), attrs.evolve(changes, put=(giver, lasting))

    patch.setattr(crediting, "transfer", renewed)
    return MemoryStore, FakeGateway


def what_credit_paid_goes_to_a_card(patch):
    """A pledge that credit paid for is given back by the provider, who never had it."""
    wallet_of = refunding.wallet_of

    def found(ports, pledge, to=None):
        on_card = (to or pledge.request.refund_to) is not RefundTo.WALLET
        return None if on_card else wallet_of(ports, pledge, to)

    for module in (refunding, canceling):
        patch.setattr(module, "wallet_of", found)
    return MemoryStore, FakeGateway


def credit_goes_to_whoever_holds_the_pledge(patch):
    """What was handed over is charged to one backer, and goes back to another."""

    def found(ports, pledge, to=None):
        wallet = wallet_of(ports, pledge, to)
        return wallet and usecases.state_wallet(ports, pledge.backer_id, wallet.currency)

    wallet_of = refunding.wallet_of
    for module in (refunding, canceling):
        patch.setattr(module, "wallet_of", found)
    return MemoryStore, FakeGateway


def credit_is_given_without_a_word_to_the_ledger(patch):
    """The wallet has it, and the books have not."""
    credit = crediting.credit

    def unposted(*args, **options):
        after, changes = credit(*args, **options)
        return after, attrs.evolve(changes, transactions=())

    patch.setattr(crediting, "credit", unposted)
    return MemoryStore, FakeGateway


def store_does_not_compare_wallets(_):
    """Whoever writes a wallet last is right: what others took meanwhile is there again."""

    class Hasty(MemoryStore):
        def _check_version(self, kind, aggregate_id, version):
            if kind is not Wallet:
                super()._check_version(kind, aggregate_id, version)

    return Hasty, FakeGateway


def store_hides_what_expires(_):
    """The index of wallets has no dates."""

    class Dateless(MemoryStore):
        def expiring_wallets(self, now):
            del now
            return iter(())

    return Dateless, FakeGateway


def store_forgets_credit(_):
    """A refund is written, and the wallet by a job that never runs."""

    class Split(MemoryStore):
        def commit(self, changes):
            with_pledges = len({type(it) for it in changes.put}) > 1
            put = tuple(it for it in changes.put if not (with_pledges and isinstance(it, Wallet)))
            super().commit(attrs.evolve(changes, put=put))

    return Split, FakeGateway


def gateway_sends_withdrawals_again(_):
    """A withdrawal that is asked twice is sent twice."""

    class Generous(FakeGateway):
        def status(self, key):
            return None if key in self._orders and "/withdraw/" in key else super().status(key)

        def transfer(self, order):
            if "/withdraw/" in order.key:
                self._answers.pop(order.key, None)
            return super().transfer(order)

    return MemoryStore, Generous


def disputed_credit_stays(patch):
    """A bank gives the money of a charge, and its backer spends the credit for the same besides."""
    patch.setattr(crediting, "call_in", lambda wallet, *_, **__: (wallet, wallet.zero, Changes()))
    return MemoryStore, FakeGateway


def called_in_credit_is_not_given_again(patch):
    """A dispute is won, and the credit that was called in for it is nobody's."""
    credit = crediting.credit

    def lost(wallet, *args, **options):
        if options["reason"] == "dispute":
            return wallet, Changes()
        return credit(wallet, *args, **options)

    patch.setattr(crediting, "credit", lost)
    return MemoryStore, FakeGateway


def _once(withdraw):
    """A withdrawal that was begun is not asked for again."""

    def asked(ports, backer_id, currency, *, key, **options):
        wallet = usecases.state_wallet(ports, backer_id, currency)
        known = wallet.withdrawal(crediting.withdrawal_key(wallet, key))
        return wallet if known is not None else withdraw(ports, backer_id, currency, key=key, **options)

    return asked


MISTAKES = mistakes_in(globals())
