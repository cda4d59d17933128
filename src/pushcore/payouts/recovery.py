"""The decisions about what a creator owes after a payout: it arises, is got back, given up, or called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import attrs

from pushcore._checks import each, expect, items, unique
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, Refusal, Refused
from pushcore.ids import OrderKey, TransactionId, joined, parted
from pushcore.ledger import Account, Posting, Transaction, chart, recipes, reversals
from pushcore.money import Money
from pushcore.payouts.debt import Debt, DebtSource, Recovered
from pushcore.payouts.return_events import DebtArose, DebtCalledOff, DebtOverpaid, DebtRecovered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.ids import ActorId, CampaignId

__all__ = ["RecoveryPlan", "arise", "call_off", "change", "pay_back", "recover"]

K = TypeVar("K", bound=str)


@attrs.frozen
class RecoveryPlan:
    """Where debts are got from, in which order, as far as each goes.

    Raises:
        InvalidValue: a source stands twice, or is none that has money.

    Example:
        >>> plan = RecoveryPlan([DebtSource.RESERVE, DebtSource.PAYOUT])
        >>> there = {DebtSource.PAYOUT: Money.of(100, "USD"), DebtSource.RESERVE: Money.of(5, "USD")}
        >>> {source.value: str(part) for source, part in plan.divide(Money.of(20, "USD"), there).items()}
        {'reserve': 'USD 5.00', 'payout': 'USD 15.00'}
    """

    sources: tuple[DebtSource, ...] = attrs.field(converter=items, validator=each(DebtSource))

    def __attrs_post_init__(self) -> None:
        unique(self.sources, what="source")
        if DebtSource.CALLED_OFF in self.sources:
            message = "a debt that is called off comes from nowhere"
            raise InvalidValue(message, sources=self.sources)

    def divide(self, owed: Money, there: Mapping[DebtSource, Money]) -> dict[DebtSource, Money]:
        """What is got from each source that has something; what they do not have stays owed.

        Raises:
            InvalidValue: what is owed or there is negative, or no money.
            CurrencyMismatch: it is of another currency.
        """
        expect(owed, Money, what="what is owed")
        expect(there, Mapping, what="what is there to get it from")
        Money.total(there.values(), owed.currency)
        for amount in (owed, *there.values()):
            if amount.minor < 0:
                message = f"amounts from zero on are owed and there, not {amount}"
                raise InvalidValue(message, amount=amount)
        parts = {}
        for source in self.sources:
            part = min(owed, there.get(source, owed.with_minor(0)))
            if part:
                parts[source] = part
                owed -= part
        return parts


def arise(  # noqa: PLR0913, PLR0917  who owes what for what, when
    debt: Debt, key: str, amount: Money, at: datetime, actor: ActorId, account: Account
) -> tuple[Debt, Changes]:
    """Note what a creator owes since a refund or a dispute took money that was paid out already.

    Args:
        debt: The creator's.
        key: What it is for, such as the key of a refund; the ledger takes each key once.
        amount: How much.
        at: When.
        actor: Who.
        account: Where it stands until it is the creator's: `pushcore.ledger.chart.debt_account` of the
            campaign for a refund, `pushcore.ledger.chart.disputed_account` for a dispute.

    Raises:
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at = _asked(debt, amount, at)
    after = attrs.evolve(debt, arisen=debt.arisen + amount)
    owed = chart.payee_debt_account(debt.payee_id)
    entry = reversals.moved(_entry(debt, "debt", key), "debt", owed, account, amount, at)
    return _written(after, (entry,), (DebtArose(at, actor, debt.payee_id, key, amount),))


def change(  # noqa: PLR0913  who owes how much more or less for what, when
    debt: Debt,
    key: str,
    by: Money,
    at: datetime,
    actor: ActorId,
    *,
    account: Account,
    campaign_id: CampaignId,
) -> tuple[Debt, Changes]:
    """Let a debt of a campaign arise, or call off what is below zero: see `arise` and `call_off`.

    What was settled already of what is called off is put on the account of the payee.
    """
    expect(debt, Debt, what="a debt")
    expect(by, Money, what="by how much a debt changes")
    if not by:
        return debt, Changes()
    if by.minor > 0:
        return arise(debt, key, by, at, actor, account)
    payable, passing = chart.payee_account, chart.returned_account
    return call_off(
        debt,
        key,
        -by,
        at,
        actor,
        account=account,
        payable=payable(campaign_id, debt.payee_id),
        passing=passing(campaign_id, debt.payee_id),
    )


def recover(  # noqa: PLR0913, PLR0917  who pays what of what, when
    debt: Debt,
    key: str,
    source: DebtSource,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    account: Account,
) -> tuple[Debt, Changes]:
    """Settle a debt, or a part of it: netted, taken of a reserve, paid back or written off.

    The same again changes nothing. What is netted has no key that anybody gave: it is asked for once.

    Args:
        debt: The creator's.
        key: What settles it, such as the number of a payment.
        source: Where it comes from.
        amount: How much.
        at: When.
        actor: Who.
        account: Where the money is: `pushcore.ledger.chart.payee_account` for a payout,
            `pushcore.ledger.chart.PROVIDER` for what was paid back, and for what is written off
            `pushcore.ledger.chart.written_off_account` of whoever bears it.

    Raises:
        Refused: ``above-debt``: less is owed.
        KeyReused: another amount was settled by this key, or from another account.
        InvalidValue: the amount is not above zero, or a debt is called off, which is `call_off`.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at = _asked(debt, amount, at)
    expect(source, DebtSource, what="where a debt is got from")
    expect(account, Account, what="where the money is")
    if source is DebtSource.CALLED_OFF:
        message = "a debt that is called off comes from nowhere: call it off"
        raise InvalidValue(message, source=source)
    recipe = "write-off" if source is DebtSource.WRITTEN_OFF else "recovery"
    named = "set-off" if source is DebtSource.PAYOUT else recipe  # no key of a host stands in its way
    this = Recovered(_entry(debt, named, key), account.path, amount)
    if _is_known(debt, this, key):
        return debt, Changes()
    entry = reversals.moved(this.entry, recipe, account, chart.payee_debt_account(debt.payee_id), amount, at)
    event = DebtRecovered(at, actor, debt.payee_id, key, source.value, amount)
    return _written(_recovered(debt, this, source), (entry,), (event,))


def _recovered(debt: Debt, this: Recovered, source: DebtSource) -> Debt:
    """The debt once this has settled a part of it; what is netted is counted instead of kept."""
    _require_owed(debt, this.amount)
    settled, borne = _more(debt.settled, source, this.amount), debt.borne
    if source is DebtSource.PAYOUT:
        return attrs.evolve(debt, settled=settled, set_offs=debt.set_offs + 1)
    if source is DebtSource.WRITTEN_OFF:
        borne = _more(borne, parted(this.account)[-1], this.amount)
    return attrs.evolve(debt, settled=settled, borne=borne, recovered=(*debt.recovered, this))


def pay_back(  # noqa: PLR0913  who has paid what, and where it goes that is not owed
    debt: Debt, key: str, amount: Money, at: datetime, actor: ActorId, *, campaign_id: CampaignId | None
) -> tuple[Debt, Money, Changes]:
    """Settle a debt by what its payee has paid, which lies with the provider.

    Less may be owed by the time it has come, since a payout was set off meanwhile. What is beyond the debt is
    the payee's, like a transfer that came back.

    Args:
        debt: The creator's.
        key: Names the payment.
        amount: How much has come.
        at: When.
        actor: Who.
        campaign_id: Of which campaign what is beyond the debt is theirs; None for none.

    Returns:
        The debt, what is beyond it, and what is to be written. The same again changes nothing.

    Raises:
        Refused: ``above-debt``: less is owed, and no campaign is named for the rest.
        KeyReused: another payment goes by this key.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at, owed = _asked(debt, amount, at), chart.payee_debt_account(debt.payee_id)
    settles = min(amount, debt.outstanding)
    if settles == amount or campaign_id is None:
        provider = chart.PROVIDER
        after, changes = recover(debt, key, DebtSource.CREATOR, amount, at, actor, account=provider)
        return after, amount * 0, changes
    this, beyond = Recovered(_entry(debt, "recovery", key), chart.PROVIDER.path, amount), amount - settles
    if _is_known(debt, this, key):
        return debt, amount * 0, Changes()
    after = attrs.evolve(debt, recovered=(*debt.recovered, this))
    came_back = recipes.returned_transfer(OrderKey(this.entry), campaign_id, debt.payee_id, beyond, at)
    entries = [came_back]
    events: list[Event] = [DebtOverpaid(at, actor, debt.payee_id, key, campaign_id, beyond)]
    if settles:
        after = attrs.evolve(after, settled=_more(debt.settled, DebtSource.CREATOR, settles))
        entries.insert(0, reversals.moved(this.entry, "recovery", chart.PROVIDER, owed, settles, at))
        events.insert(0, DebtRecovered(at, actor, debt.payee_id, key, DebtSource.CREATOR.value, settles))
    after, changes = _written(after, entries, events)
    return after, beyond, changes


def _is_known(debt: Debt, this: Recovered, key: str) -> bool:
    """Whether this has settled some of a debt already.

    Raises:
        KeyReused: something else has, by the same key.
    """
    known = next((it for it in debt.recovered if it.entry == this.entry), None)
    if known not in {None, this}:
        message = f"{known.amount} from {known.account} was settled as {key} of what {debt.payee_id} owed"
        raise KeyReused(message, key=key, amount=known.amount)
    return known is not None


def call_off(  # noqa: PLR0913  who owes what no more, and when
    debt: Debt,
    key: str,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    account: Account,
    payable: Account,
    passing: Account,
) -> tuple[Debt, Changes]:
    """Take back what arose, such as after a dispute that was won.

    What is still owed is owed no more. What was written off is whose it was who bore it, and what else was
    settled meanwhile is the creator's again, to be paid out.

    Args:
        debt: The creator's.
        key: What it arose for; the ledger takes each key once.
        amount: How much.
        at: When.
        actor: Who.
        account: What it made up for, as when it arose.
        payable: Where the creator is paid what was settled already: `pushcore.ledger.chart.payee_account`.
        passing: What that passes on the way, whose turnover tells a statement that it was theirs before:
            `pushcore.ledger.chart.returned_account`.

    Raises:
        Refused: ``above-debt``: less ever arose that was not called off.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the debt.
    """
    at = _asked(debt, amount, at)
    if amount > debt.standing:
        raise Refused([_above(debt, amount, debt.standing)])
    off = min(amount, debt.outstanding)
    unborne = _unborne(debt, amount - off)
    back = Money.total(unborne.values(), amount.currency)
    paid = amount - off - back
    parts = [(account, amount), (chart.payee_debt_account(debt.payee_id), -off)]
    parts += [(chart.written_off_account(bearer), -part) for bearer, part in unborne.items()]
    parts += [(passing, -paid), (passing, paid), (payable, -paid)]
    postings = [Posting(of, part) for of, part in parts if part]
    entry = Transaction(_entry(debt, "calling-off", key), "calling-off", at, postings)
    event = DebtCalledOff(at, actor, debt.payee_id, key, off, paid, unborne)
    return _written(_called_off(debt, off, unborne), (entry,), (event,))


def _unborne(debt: Debt, amount: Money) -> dict[str, Money]:
    """What of an amount those get back who bear what was written off, in proportion to what each bears."""
    back = min(amount, debt.got(DebtSource.WRITTEN_OFF))
    if not back:
        return {}
    shares = back.allocate({bearer: part.minor for bearer, part in debt.borne.items()})
    return {bearer: shares[bearer] for bearer in debt.borne if shares[bearer]}


def _called_off(debt: Debt, off: Money, unborne: Mapping[str, Money]) -> Debt:
    """The debt of which so much is owed no more, and so much was not to be written off."""
    back = Money.total(unborne.values(), off.currency)
    settled = debt.settled
    if off or back:
        settled = _more(settled, DebtSource.CALLED_OFF, off + back)
    if back:
        settled = _more(settled, DebtSource.WRITTEN_OFF, -back)
    left = {bearer: part - unborne.get(bearer, off * 0) for bearer, part in debt.borne.items()}
    return attrs.evolve(debt, settled=settled, borne={bearer: part for bearer, part in left.items() if part})


def _more(parts: Mapping[K, Money], key: K, amount: Money) -> dict[K, Money]:
    """The same with so much more of one; of which nothing is left, it has none."""
    after = {**parts, key: parts.get(key, amount * 0) + amount}
    return {name: part for name, part in after.items() if part}


def _asked(debt: Debt, amount: Money, at: datetime) -> datetime:
    expect(debt, Debt, what="a debt")
    expect(amount, Money, what="the amount of a debt")
    if amount.currency is not debt.arisen.currency:
        message = f"{debt.payee_id} owes {debt.arisen.currency}, not {amount}"
        raise CurrencyMismatch(message, amount=amount)
    if amount.minor <= 0:
        message = f"a debt changes by amounts above zero, not by {amount}"
        raise InvalidValue(message, amount=amount)
    return utc(at)


def _require_owed(debt: Debt, amount: Money) -> None:
    if amount > debt.outstanding:
        raise Refused([_above(debt, amount, debt.outstanding)])


def _above(debt: Debt, amount: Money, owed: Money) -> Refusal:
    message = f"{debt.payee_id} owes {owed}, which is less than {amount}"
    return Refusal("above-debt", message, {"owed": owed, "amount": amount})


def _entry(debt: Debt, what: str, key: str) -> TransactionId:
    return TransactionId(joined("payee", debt.payee_id, debt.arisen.currency.code, what, key))


def _written(debt: Debt, entries: Iterable[Transaction], events: Iterable[Event]) -> tuple[Debt, Changes]:
    after = attrs.evolve(debt, version=debt.version + 1)
    return after, Changes(put=(after,), transactions=tuple(entries), events=tuple(events))
