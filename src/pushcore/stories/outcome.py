"""The outcome of a story: what ``play --json`` prints, and the store, for those who look closer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from pushcore._checks import items
from pushcore.campaigns import Campaign, Progress
from pushcore.ids import BackerId, PayeeId, PledgeId, StockId
from pushcore.ledger.chart import on_top_account
from pushcore.memory import MemoryStore
from pushcore.money import Money
from pushcore.payouts import Debt, Statement, Wallet
from pushcore.pledges import Pledge
from pushcore.rewards import Fulfilment, LineKind, Tier, WaitingList
from pushcore.rewards.stock import Limited
from pushcore.rewards.waiting import nobody
from pushcore.stories.fields import written_goal
from pushcore.stories.story import Story
from pushcore.stories.subscription_rows import told_subscriptions
from pushcore.stories.timeline import RefusedStep, Timeline

__all__ = ["Outcome"]

_TIP: Final = LineKind.TIP.value


@attrs.frozen
class Outcome:
    """What a story came to; made by `pushcore.stories.play`.

    Attributes:
        campaign: In its last state.
        statement: Where every minor unit is.
        store: Everything that was written, to look into.
        timeline: All that became of the campaign, point by point.
        balanced: The audit found nothing, the statement adds up, and the gateway's own books agree.
        left_out: How many steps lie after the clock stops.
    """

    story: Story
    campaign: Campaign
    statement: Statement
    store: MemoryStore
    timeline: Timeline = attrs.field(repr=False)
    balanced: bool = attrs.field(kw_only=True)
    pledge_ids: tuple[PledgeId, ...] = attrs.field(kw_only=True, converter=items, repr=False)
    left_out: int = attrs.field(kw_only=True)

    @property
    def refusals(self) -> tuple[RefusedStep, ...]:
        """What was refused, in the order it happened."""
        return self.timeline.refusals

    @property
    def totals(self) -> Progress:
        """The totals that the verdict rests on; before it falls, as they stand."""
        return self.timeline.last_standing.progress

    @property
    def pledged(self) -> Money:
        """What is pledged, frozen when the campaign ends."""
        return self.totals.pledged

    @property
    def backers(self) -> int:
        """How many backers pledged it, frozen when the campaign ends."""
        return self.totals.backers

    @property
    def opens_at(self) -> datetime:
        """When the first pledge can be made."""
        terms = self.campaign.terms
        return terms.window.opens if terms.soft_launch is None else terms.soft_launch.opens

    @property
    def ended_at(self) -> datetime:
        """When the campaign ended; while it has not, its deadline, or when the clock stopped before that."""
        after = self.timeline.points[len(self.timeline.standing) :]
        if after:
            return after[0].at
        return min(self.campaign.terms.window.closes.at, self.story.until)

    @property
    def late(self) -> Money:
        """What was pledged late."""
        return self.store.progress(self.campaign.id).late

    @property
    def payees(self) -> dict[PayeeId, Money]:
        """What each payee got; the creator too, if they were named, got something, or are the only one."""
        payees, creator = self.statement.payees, self.campaign.creator_id
        plan = self.campaign.terms.splits
        tiers = (plan.splits, *(tier.splits for tier in plan.tiers))
        named = {split.payee_id for splits in tiers for split in splits} or {creator}
        return {payee: part for payee, part in payees.items() if part or payee in named}

    @property
    def on_top(self) -> dict[str, Money]:
        """What the platform got beside the campaign, by name: fees on top, and tips if there are any."""
        campaign = self.campaign
        parts = {
            name: self.store.balance(on_top_account(campaign.id, name), campaign.currency).posted
            for name in (*campaign.terms.on_top.names, _TIP)
        }
        return {name: part for name, part in parts.items() if part or name != _TIP}

    @property
    def on_top_refunded(self) -> dict[str, Money]:
        """What of that went back to backers, by name, where anything did."""
        campaign = self.campaign
        parts = {
            name: self.store.balance(on_top_account(campaign.id, name), campaign.currency).debits_posted
            for name in (*campaign.terms.on_top.names, _TIP)
        }
        return {name: part for name, part in parts.items() if part}

    @property
    def owed(self) -> dict[PayeeId, Money]:
        """What payees owe by now of refunds, disputes and fees, where they owe anything."""
        campaign = self.campaign
        payees = dict.fromkeys((campaign.creator_id, *self.statement.payees))
        debts = (self.store.find(Debt, Debt.none(payee, campaign.currency).id) for payee in payees)
        return {it.payee_id: it.outstanding for it in debts if it is not None and it.outstanding}

    @property
    def credit(self) -> dict[BackerId, Money]:
        """What of refunds is credit in wallets, by backer."""
        currency = self.campaign.currency
        backers = dict.fromkeys(pledge.backer_id for pledge in self.pledges())
        wallets = (self.store.find(Wallet, Wallet.empty(who, currency).id) for who in backers)
        return {it.backer_id: it.total for it in wallets if it is not None and it.total}

    def pledges(self) -> Iterator[Pledge]:
        """Every pledge that was not refused, in the order they were made."""
        for pledge_id in self.pledge_ids:
            pledge = self.store.find_pledge(pledge_id)
            assert pledge is not None, "what was placed is kept"
            yield pledge

    def as_dict(self) -> dict[str, Any]:
        """The outcome as JSON can say it; amounts are text with the decimals of the currency.

        There are ``subscriptions`` only where some were started, and a ``debt`` only where fees exceed what
        was collected, and what is ``borne`` by others where a line says so. Always, collected + debt + borne
        = fees + net. What is ``matched``, frozen with the totals, and what is left in the ``pools`` is told
        where there are funds; what payees have ``owed``, and the ``credit`` of backers,
        where there is any.
        """
        statement, campaign, totals, terms = self.statement, self.campaign, self.totals, self.campaign.terms
        goal, subscriptions = terms.goal.amount, told_subscriptions(self.store, self.story.zone)
        return {
            "state": campaign.state.value,
            "round": campaign.round,
            "currency": campaign.currency.code,
            "goal": written_goal(goal.text if isinstance(goal, Money) else goal),
            "pledged": totals.pledged.text,
            "counted": totals.counted.text,
            "units": totals.units,
            "backers": totals.backers,
            "late": self.late.text,
            **({"matched": totals.matched.text, "pools": self._pools()} if self.story.funds else {}),
            "unlocked": list(campaign.unlocked),
            "collected": statement.collected.text,
            "on_top": _texts(self.on_top),
            "fees": _texts(statement.fees),
            **({"debt": statement.debt.text} if statement.debt else {}),
            **({"borne": _texts(statement.borne)} if statement.borne else {}),
            "net": statement.net.text,
            "payouts": _texts(self.payees),
            "refunded": statement.refunded.text,
            **_where_any("owed", self.owed),
            **_where_any("credit", self.credit),
            "held": statement.held.text,
            "pledges": {pledge.id: self._pledge(pledge) for pledge in self.pledges()},
            **({"subscriptions": subscriptions} if subscriptions else {}),
            "tiers": self._stocks(terms.tiers),
            "add_ons": self._stocks(terms.add_ons),
            "items": self._stocks(terms.items),
            "vouchers": self._stocks(terms.vouchers),
            "refusals": [
                {one.origin.kind: one.origin.number, "codes": list(one.codes)} for one in self.refusals
            ],
            "ledger": {"balanced": self.balanced, "transactions": sum(1 for _ in self.store.transactions())},
        }

    def _pools(self) -> dict[str, dict[str, str]]:
        return {
            fund.id: _texts(fund.left(self.store.matched(fund.id, self.campaign.id)))
            for fund in self.story.funds
        }

    def _pledge(self, pledge: Pledge) -> dict[str, Any]:
        """A pledge, and how far its reward has come, where that was begun."""
        reward = self.store.find(Fulfilment, pledge.id)
        return _told(pledge) if reward is None else _told(pledge) | {"reward": reward.state.value}

    def _waiting(self, thing: Limited) -> dict[str, list[str]]:
        """Who waits for a tier, the next one first, where there is a waiting list."""
        if not isinstance(thing, Tier) or thing.waiting is None:
            return {}
        line = self.store.find(WaitingList, nobody(self.campaign.id, thing).id)
        return {"waiting": [] if line is None else [entry.backer_id for entry in line.entries]}

    def _stocks(self, things: Iterable[Limited]) -> dict[str, dict[str, Any]]:
        stocks = {
            thing.id: (thing, self.store.stock(self.campaign.id, StockId(thing.id))) for thing in things
        }
        return {
            name: {"claimed": stock.claimed, "left": stock.left(thing.limit), **self._waiting(thing)}
            for name, (thing, stock) in stocks.items()
        }


def _told(pledge: Pledge) -> dict[str, Any]:
    """A pledge; it is said to be late, to have a tax in its prices, and why it fell, where that is so."""
    quote = pledge.quote
    kinds = dict.fromkeys(line.kind for line in quote.lines)
    told: dict[str, Any] = {
        "state": pledge.state.value,
        "backer": pledge.backer_id,
        "amount": pledge.amount.text,
        "lines": {kind.value: quote.sum({kind}).text for kind in kinds},
    }
    if quote.included_tax is not None:
        told["included_tax"] = quote.included_tax.text
    if pledge.gone_back:
        told["given_back"] = pledge.given_back.text
    if pledge.late:
        told["late"] = True
    if pledge.reason is not None:
        told["reason"] = pledge.reason
    return told


def _where_any(key: str, amounts: Mapping[Any, Money]) -> dict[str, dict[str, str]]:
    return {key: _texts(amounts)} if amounts else {}


def _texts(amounts: Mapping[Any, Money]) -> dict[str, str]:
    return {str(name): amount.text for name, amount in amounts.items()}
