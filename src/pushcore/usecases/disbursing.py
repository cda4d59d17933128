"""Disbursing: further payouts, withdrawals, transfers that failed or came back, and what is held back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pushcore._checks import expect, shown
from pushcore.changes import Changes
from pushcore.errors import KeyReused, NotFound, Refusal, Refused
from pushcore.ledger.chart import payee_account
from pushcore.payouts import HeldReserve, PayoutState, approving, preparing, returning
from pushcore.payouts import payout as deciding
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId, PayeeId, PayoutId
    from pushcore.ledger import Transaction
    from pushcore.money import Money
    from pushcore.payouts import Payout
    from pushcore.ports import Ports

__all__ = [
    "cancel_payout",
    "further_payouts",
    "held_reserve",
    "merge_payouts",
    "prepare_payouts",
    "release_reserve",
    "return_payout",
    "withdraw_payout",
]


@use_case
def prepare_payouts(
    ports: Ports, campaign_id: CampaignId, *, most: Money | None = None, actor: ActorId
) -> tuple[Payout, ...]:
    """Make further payouts of what payees of a campaign are owed and no payout speaks for: those it made.

    So is paid again what was canceled, or what the bank sent back, once the payee has mended the account, and
    what waited to be worth a transfer, and what a creator was made to pay for a dispute that is won. Where
    payees take out what they want, nothing is made for them; nor while a campaign may be settled yet, which
    makes the first ones.

    Args:
        ports: Everything outside.
        campaign_id: Of which campaign.
        most: How much each is of at most, where the provider does not transfer more at once: called again, it
            makes the next ones. None for all of it in one.
        actor: Who.

    Raises:
        NotFound: there is no such campaign.
        InvalidValue: the most is not above zero.
        CurrencyMismatch: it is of another currency than the campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.settled_at is None and not campaign.gives_back:
        return ()
    made, changes = further_payouts(ports, campaign, dict.fromkeys(campaign.payees), actor, most=most)
    if made:
        ports.store.commit(changes)
    return made


def further_payouts(  # noqa: PLR0913  whose, of what, beside what
    ports: Ports,
    campaign: Campaign,
    payees: dict[PayeeId, Money | None],
    actor: ActorId,
    *,
    most: Money | None = None,
    beside: tuple[Payout, ...] = (),
) -> tuple[tuple[Payout, ...], Changes]:
    """Further payouts of some payees, of what is on their accounts and what is just being put there.

    Others of them that are made in the same commit, of other money, are numbered before.
    """
    made, changes, plan = [], Changes(), campaign.terms.payouts
    if plan.withdrawals is not None:
        return (), changes
    payouts = _payouts(ports, campaign)
    for payee, more in payees.items():
        owed = _owed(ports, campaign, payee)
        payout, prepared = preparing.further(
            campaign.id,
            payee,
            plan,
            owed=owed if more is None else owed + more,
            payouts=payouts[payee],
            at=ports.now(),
            actor=actor,
            most=most,
            made=(it for it in beside if it.payee_id == payee),
        )
        changes += prepared
        if payout is not None:
            made.append(payout)
    return tuple(made), changes


def _payouts(ports: Ports, campaign: Campaign) -> defaultdict[PayeeId, list[Payout]]:
    """The payouts of each payee, which are read before what is on the accounts.

    Whatever is sent in between is then counted twice rather than not at all, and what rests on it is not
    written, since a payout has moved.
    """
    payouts: defaultdict[PayeeId, list[Payout]] = defaultdict(list)
    for payout in ports.store.payouts(campaign.id):
        payouts[payout.payee_id].append(payout)
    return payouts


def _owed(ports: Ports, campaign: Campaign, payee: PayeeId) -> Money:
    """What is on the account of a payee."""
    return ports.store.balance(payee_account(campaign.id, payee), campaign.currency).available


@use_case
def withdraw_payout(  # noqa: PLR0913  who takes how much, the how-manieth time
    ports: Ports,
    campaign_id: CampaignId,
    payee_id: PayeeId,
    amount: Money,
    *,
    number: int,
    actor: ActorId,
) -> Payout:
    """Make a payout that a payee asks for, of what they are owed; `pay_out` sends it.

    Args:
        ports: Everything outside.
        campaign_id: Of which campaign.
        payee_id: Who asks for it.
        amount: How much; what it costs is taken of it.
        number: The how-manieth payout of the payee it is to be: asked again, it is made once.
        actor: Who.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``not-settled``; ``not-withdrawable``; ``above-owed``; ``below-least``; or ``off-step``.
        KeyReused: the payout of this number is of another amount, or an earlier number is not used yet. What
            counts is what was asked for, also where something was set off since.
        InvalidValue: an argument of the wrong kind.
    """
    campaign = ports.store.campaign(campaign_id)
    expect(payee_id, str, what="a payee")
    expect(number, int, what="the number of a payout", least=1)
    if campaign.settled_at is None and not campaign.gives_back:
        raise Refused([Refusal("not-settled", f"campaign {campaign_id} is not settled yet")])
    payouts, owed = _payouts(ports, campaign)[payee_id], _owed(ports, campaign, payee_id)
    for payout in payouts:
        if payout.number == number and (payout.asked or payout.amount) == amount:
            return payout
    following = preparing.next_number(payouts)
    if number != following:
        message = f"the next payout of {payee_id} has number {following}, and not {number}"
        raise KeyReused(message, number=number)
    made, changes = preparing.withdraw(
        campaign.id,
        payee_id,
        campaign.terms.payouts,
        amount,
        owed=owed,
        payouts=payouts,
        at=ports.now(),
        actor=actor,
    )
    ports.store.commit(changes)
    return made


@use_case
def merge_payouts(
    ports: Ports, campaign_id: CampaignId, payee_id: PayeeId, *, actor: ActorId
) -> Payout | None:
    """Make one payout of all those of a payee whose time it is; None where there are not two of them.

    Raises:
        NotFound: there is no such campaign, or nobody of this id is paid of it.
        InvalidValue: no payee.
    """
    campaign, now = ports.store.campaign(campaign_id), ports.now()
    expect(payee_id, str, what="a payee")
    payouts = _payouts(ports, campaign)[payee_id]
    if not payouts and payee_id not in campaign.payees:
        message = f"{shown(payee_id)} is no payee of campaign {campaign.id}: {', '.join(campaign.payees)}"
        raise NotFound(message, id=payee_id)
    ready = [it for it in payouts if it.waits(now) and it.state is not PayoutState.SENT]
    if len(ready) < 2:  # noqa: PLR2004
        return None
    one, changes = approving.merge(ready, preparing.next_number(payouts), campaign.terms.payouts, now, actor)
    ports.store.commit(changes)
    return one


@use_case
def cancel_payout(ports: Ports, payout_id: PayoutId, *, actor: ActorId) -> Payout:
    """Give up a payout whose transfer failed; one that is canceled is returned as it is.

    Where the provider will not carry it out, such as for its amount or since the account is closed, its money
    is free again: `prepare_payouts` makes other payouts of it, or payees ask for it.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-payable``: it has not failed.
    """
    payout = ports.store.payout(payout_id)
    if payout.state is PayoutState.CANCELED:
        return payout
    canceled, changes = deciding.cancel(payout, ports.now(), actor)
    ports.store.commit(changes)
    return canceled


@use_case
def return_payout(
    ports: Ports, payout_id: PayoutId, *, costs_back: bool, actor: ActorId, came_back: Money | None = None
) -> Payout:
    """Book back a payout that was paid and that the bank sent back; one that was is returned as it is.

    The payee is owed it again. `prepare_payouts` makes a new payout of it, once the account is mended.

    Args:
        ports: Everything outside.
        payout_id: Which payout.
        costs_back: Whether what sending it cost is given back too, to the payee who bore it.
        actor: Who.
        came_back: What came back, in the currency of the campaign; None for all that was sent. What the bank
            kept is borne as `PayoutPlan.return_bearer` has it.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-payable``: it is not paid; or ``above-paid``: more came back than was sent.
        InvalidValue: what came back is not above zero.
        CurrencyMismatch: it is of another currency.
        KeyReused: it was booked back, with another amount or other costs.
    """
    payout = ports.store.payout(payout_id)
    bearer = ports.store.campaign(payout.campaign_id).terms.payouts.return_bearer
    if payout.state is PayoutState.RETURNED:
        entry = returning.returned(
            payout, ports.now(), costs_back=costs_back, came_back=came_back, bearer=bearer
        )
        return _same_return(ports, payout, entry)
    returned, changes = returning.give_back(
        payout, ports.now(), actor, costs_back=costs_back, came_back=came_back, bearer=bearer
    )
    ports.store.commit(changes)
    return returned


def _same_return(ports: Ports, payout: Payout, asked: Transaction) -> Payout:
    """The payout that was booked back, if that is as it is asked for now: the ledger knows."""
    for entry in ports.store.transactions():
        if entry.id == asked.id and entry.postings != asked.postings:
            message = f"payout {payout.id} was booked back with another amount, or other costs"
            raise KeyReused(message, payout=payout.id)
    return payout


@use_case
def release_reserve(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> HeldReserve:
    """Give payees what is due to them of what is held back, and make payouts of it.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``reserve-not-due``: nothing is held, nothing is due by now, or nothing is left.
    """
    campaign = ports.store.campaign(campaign_id)
    held, given, changes = returning.release(
        held_reserve(ports, campaign, "reserve-not-due"), ports.now(), actor
    )
    _, further = further_payouts(ports, campaign, dict(given), actor)
    ports.store.commit(changes + further)
    return held


def held_reserve(ports: Ports, campaign: Campaign, code: str) -> HeldReserve:
    """What is held back of a campaign; where nothing ever was, it is refused with this code."""
    held = ports.store.find(HeldReserve, campaign.id)
    if held is None:
        message = f"nothing is held back of campaign {campaign.id}"
        raise Refused([Refusal(code, message)])
    return held
