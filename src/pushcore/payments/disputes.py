"""The decisions about disputes of what was charged for a pledge: the first news of one, and all that follow.

While a dispute is open, what it is about is blocked: of what is held for the campaign, or, once that is
settled, of what its creator owes. The books end the same in whatever order the news come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import KeyReused, Refusal, Refused
from pushcore.gateway import DisputeTold
from pushcore.ids import joined
from pushcore.ledger import chart
from pushcore.money import Money
from pushcore.payments import _owing, refunding, restoring, ways
from pushcore.payments._booking import dispute_booked, dispute_fee_booked
from pushcore.payments._presenting import presented, read
from pushcore.payouts import Bearer, Dispute, DisputeTerms, Wallet, crediting, disputing
from pushcore.payouts.dispute import FREED, Blocked
from pushcore.payouts.disputing import told
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.moving import kept_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import Disputed, RefundWay, together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, OrderKey
    from pushcore.payments.ways import PledgeFees
    from pushcore.payouts import Debt, Paid
    from pushcore.pledges.refund import Exchanged

__all__ = ["begin", "fill", "hear"]


def begin(  # noqa: PLR0913  what a dispute rests on
    pledge: Pledge,
    campaign: Campaign,
    news: DisputeTold,
    at: datetime,
    actor: ActorId,
    *,
    terms: DisputeTerms,
    debt: Debt,
    fees: PledgeFees | None = None,
    fee: Exchanged | None = None,
    credit: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Take the first news of a dispute, whichever that is: what it is about is blocked, lost or free.

    Args:
        pledge: The pledge that was charged.
        campaign: The campaign it is for.
        news: What the provider tells.
        at: When.
        actor: Who.
        terms: What a dispute costs, and who bears that.
        debt: What the creator owes.
        fees: What fee lines took of the pledge, if the campaign is settled.
        fee: What it costs by the terms, where the provider takes that in the currency of the backer.
        credit: The wallet in which credit may be that was given for the charge.

    Raises:
        Refused: ``refund-open``: a refund of it is under way; or ``above-paid``: it is of more than the
            charge took of its backer.
    """
    require_own_campaign(pledge, campaign)
    expect(news, DisputeTold, what="news of a dispute")
    amount = read(pledge, news.charged, news.amount)
    if reasons := [*_untold(pledge, news, amount)]:
        raise Refused(reasons)
    took = news.amount if news.amount.currency is not amount.currency else None
    entry, blocked = _taking(pledge, campaign, news.dispute_id, news.charged, amount, fees, took)
    opened = Dispute(
        id=news.dispute_id,
        charge_key=news.charged,
        campaign_id=campaign.id,
        amount=amount,
        terms=terms,
        blocked=blocked,
    )
    (dispute, _), changes = disputing.begin(opened, debt, news.state, news.at, utc(at), actor)
    refund = restoring.agreed(pledge)
    entry = attrs.evolve(entry, fee=fee)
    entry, _, called_in = _called_in(pledge, campaign, entry, dispute, credit, at, actor)
    before = pledge.moved(pledge.state, disputes=(*pledge.disputes, entry), refund=refund)
    after, moved = _followed(before, dispute, at, amount * 0)
    return after, changes + moved + called_in + Changes(expect=(campaign,))


def _untold(pledge: Pledge, news: DisputeTold, amount: Money) -> Iterator[Refusal]:
    """Why the first news of a dispute are not taken: not yet, or never."""
    if pledge.given_back_next:
        yield Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")
    whole = ways.charged(pledge, news.charged)
    abroad = pledge.presented is not None or pledge.booking(news.charged) is not None
    more = max(whole.minor // _BY_ITS_RATE, 1) if abroad else 0
    if amount.minor > whole.minor + more:
        message = f"dispute {news.dispute_id} is of {news.amount}, and {news.charged} took {whole}"
        yield Refusal("above-paid", message, {"charged": whole})


_BY_ITS_RATE: Final = 10
"""Of a charge in two currencies a dispute may be of a tenth more, at a rate of the provider's own.

Source: Stripe, API reference, the amount of a dispute (2026): it can differ by the rate of exchange.
"""


def _called_in(  # noqa: PLR0913, PLR0917  what is taken of what, or given again
    pledge: Pledge,
    campaign: Campaign,
    entry: Disputed,
    dispute: Dispute,
    credit: Wallet | None,
    at: datetime,
    actor: ActorId,
) -> tuple[Disputed, Wallet | None, Changes]:
    """Credit that was given for a charge is taken of the wallet while a dispute has the money of the charge.

    It is the platform's, which bears what had gone back before. Once the money has come back it is given
    again, for as long as credit lasts.
    """
    taken, key = dispute.state not in FREED, joined("dispute", dispute.id, str(dispute.version))
    platform = Bearer.PLATFORM.value
    if credit is None or taken is (entry.called_in is not None):
        return entry, credit, Changes()
    if entry.called_in is not None:
        source, lifetime = chart.expired_account(platform), _owing.credit_lifetime(campaign)
        # Each time it is decided later, or as more. Its versions count from one again after a cut-over, where
        # lots stay.
        decided = f"{dispute.decided_at:%Y-%m-%dT%H:%M:%S.%fZ}"
        lot = joined("dispute", dispute.id, decided, dispute.state.value)
        after, changes = crediting.credit(
            credit, lot, entry.called_in, at, actor, reason="dispute", source=source, lifetime=lifetime
        )
        return attrs.evolve(entry, called_in=None), after, changes
    given, lots = ways.credited(pledge, entry.charged)
    most = min(dispute.amount - entry.amount, given)
    if not most:
        return entry, credit, Changes()
    after, got, changes = crediting.call_in(credit, lots, most, at, actor, key=key, goes_to=platform)
    return attrs.evolve(entry, called_in=got or None), after, changes


def _taking(  # noqa: PLR0913, PLR0917  what is taken of what
    pledge: Pledge,
    campaign: Campaign,
    dispute_id: str,
    charged: OrderKey,
    amount: Money,
    fees: PledgeFees | None,
    took: Money | None,
) -> tuple[Disputed, Blocked]:
    """What a dispute would take of a pledge as it stands, and whose money that is.

    What the provider takes for it in the currency of the backer is told, or worked out at the stored rate.
    """
    left, _ = ways.left_of(pledge, charged)
    refund = restoring.agreed(pledge)
    way = None if refund is None else refund.of(charged)
    own = min(amount, left if way is None else max(left - way.amount, left * 0))
    instead = None
    if way is not None and own < amount:
        instead = way.part_of(min(amount - own, way.amount))
    blocked, share = _blocked(pledge, campaign, amount, own, instead, fees)
    whole = own if instead is None else own + instead.amount
    took = presented(pledge, charged, amount) if took is None else took
    entry = Disputed(
        dispute_id,
        charged,
        whole,
        whole * 0,
        taken=False,
        instead=instead,
        share=share,
        presented=took if whole == amount else presented(pledge, charged, whole),
        took=took,
    )
    return entry, blocked


def _blocked(  # noqa: PLR0913, PLR0917  whose money it is
    pledge: Pledge,
    campaign: Campaign,
    amount: Money,
    own: Money,
    instead: RefundWay | None,
    fees: PledgeFees | None,
) -> tuple[Blocked, Paid | None]:
    """Whose money a dispute takes, and what of what; what is back already is the platform's to contest."""
    blocked, taken = Blocked(creator=own * 0, debt=own * 0), None
    refund, beyond = restoring.agreed(pledge), amount - own
    if own:
        before = pledge if refund is None else attrs.evolve(pledge, paid=refund.paid)
        paid = ways.paid_before(before, fees).reopened
        rules = campaign.terms.refunds or _owing.ALL_BACK
        available = own * 0 if campaign.settled_at is not None else pledge.kept
        paid = ways.beside_disputes(pledge, paid)
        back = disputing.would_take(paid, rules, own, available=available)
        blocked = disputing.blocks(back, on_top=ways.given_on_top(back))
        taken = ways.between(paid, back.paid)
    if instead is not None:
        blocked, beyond = _owed_too(blocked, instead), beyond - instead.amount
    return _borne_too(blocked, beyond), taken


def _owed_too(blocked: Blocked, way: RefundWay) -> Blocked:
    """What is blocked, with what was owed to the backer already."""
    on_top = together(blocked.on_top, way.on_top)
    owed = way.amount - Money.total(way.on_top.values(), way.amount.currency)
    return attrs.evolve(blocked, owed=blocked.owed + owed, on_top=on_top)


def _borne_too(blocked: Blocked, beyond: Money) -> Blocked:
    """What is blocked, with more, or less, that had gone back already."""
    platform = Bearer.PLATFORM.value
    others = {**blocked.others, platform: blocked.others.get(platform, beyond * 0) + beyond}
    return attrs.evolve(blocked, others={who: share for who, share in others.items() if share})


def hear(  # noqa: PLR0913, PLR0917  what more news of a dispute rest on
    pledge: Pledge,
    campaign: Campaign,
    dispute: Dispute,
    news: DisputeTold,
    at: datetime,
    actor: ActorId,
    *,
    debt: Debt,
    fees: PledgeFees | None = None,
    wallet: Wallet | None = None,
    credit: Wallet | None = None,
) -> tuple[Pledge, Dispute, Changes]:
    """Take more news of a dispute; what was known already writes nothing.

    What comes back of a pledge that was given back meanwhile goes back to its backer too. What is lost after
    all is taken of the pledge as it stands by then. Once the last one is decided, what is owed of a pledge
    that defaulted meanwhile is ordered.

    Args:
        pledge: The pledge that was charged.
        campaign: The campaign it is for.
        dispute: The dispute as it stands.
        news: What the provider tells.
        at: When.
        actor: Who.
        debt: What the creator owes.
        fees: What fee lines took of the pledge, if the campaign is settled.
        wallet: The backer's, if that is where it goes.
        credit: The wallet in which credit may be that was given for the charge.

    Raises:
        KeyReused: a dispute of another amount, or of another charge, is known by this name.
    """
    expect(pledge, Pledge, what="a pledge")
    expect(news, DisputeTold, what="news of a dispute")
    _require_same(pledge, dispute, news)
    taken_again = dispute.state in FREED and told(dispute, news.state, news.at).state not in FREED
    before = pledge
    if taken_again:
        (had,) = (it for it in pledge.disputes if it.id == dispute.id)
        entry, blocked = _taking(
            pledge, campaign, dispute.id, dispute.charge_key, dispute.amount, fees, had.took
        )
        before = _with_entry(pledge, attrs.evolve(entry, fee=had.fee))
        before = attrs.evolve(before, refund=restoring.agreed(pledge))
        dispute = attrs.evolve(dispute, blocked=blocked)
    (after, _), changes = disputing.hear(dispute, debt, news.state, news.at, utc(at), actor)
    if after == dispute:
        return pledge, dispute, Changes()
    (entry,) = (it for it in before.disputes if it.id == dispute.id)
    called_in, credit, beside = _called_in(before, campaign, entry, after, credit, at, actor)
    before = _with_entry(before, called_in)
    moved, more = _followed(before.moved(before.state), after, at, dispute.fees)
    own, freed = _own(after, entry), after.state in FREED and dispute.state not in FREED
    if wallet is not None and credit is not None:  # it is written once, with both
        wallet = attrs.evolve(credit, version=wallet.version)
    if freed and pledge.state in _GONE and own.total and not restoring.is_kept(pledge, campaign):
        unmoved = attrs.evolve(moved, version=pledge.version)
        moved, back = restoring.once_more(
            unmoved, campaign, entry.charged, own, utc(at), actor, wallet=wallet
        )
        more = attrs.evolve(more, put=(), deltas=()) + back
    if after.open is not dispute.open and _waits(moved):
        unmoved = attrs.evolve(moved, version=pledge.version)
        moved, sent = _asked(unmoved, campaign, wallet, utc(at), actor)
        more = attrs.evolve(more, put=()) + sent
    if any(isinstance(it, Wallet) for it in more.put):
        beside = attrs.evolve(beside, put=())
    return moved, after, changes + beside + more + Changes(expect=(campaign,))


def _require_same(pledge: Pledge, dispute: Dispute, news: DisputeTold) -> None:
    """Refuse news that are of something else than what is known by the name of a dispute."""
    known = {dispute.amount, *(it.took for it in pledge.disputes if it.id == dispute.id)}
    if news.charged == dispute.charge_key and news.amount in known:
        return
    message = (
        f"dispute {dispute.id} is of {dispute.amount} of {dispute.charge_key}, "
        f"not of {news.amount} of {news.charged}"
    )
    raise KeyReused(message, dispute=dispute.id)


def _with_entry(pledge: Pledge, entry: Disputed) -> Pledge:
    """A pledge of which a dispute is known to be so."""
    return attrs.evolve(pledge, disputes=tuple(entry if it.id == entry.id else it for it in pledge.disputes))


def _waits(pledge: Pledge) -> bool:
    """Whether what is owed of a default has waited for the last dispute to be decided."""
    owed = pledge.state is PledgeState.UNREFUNDED and pledge.reason == "defaulted"
    return owed and not any(it.open for it in pledge.disputes)


def _asked(
    pledge: Pledge, campaign: Campaign, wallet: Wallet | None, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """What is owed is asked of the provider, or becomes credit where the backer wants that."""
    if wallet is None:
        return refunding.order_again(pledge, at, actor)
    return restoring.redirect(pledge, campaign, wallet, at, actor)


_GONE: Final = frozenset({PledgeState.REFUNDED, PledgeState.UNREFUNDED})
"""The states in which all of a pledge is given back, or owed."""


def _own(dispute: Dispute, entry: Disputed) -> Blocked:
    """What a dispute took of a pledge itself: neither of a declined refund, nor what had gone back before."""
    blocked, nothing = dispute.blocked, dispute.amount * 0
    beyond = dispute.amount - entry.amount
    instead = {} if entry.instead is None else entry.instead.on_top
    platform = Bearer.PLATFORM.value
    others = {who: share - (beyond if who == platform else nothing) for who, share in blocked.others.items()}
    on_top = {name: share - instead.get(name, nothing) for name, share in blocked.on_top.items()}
    return attrs.evolve(
        blocked,
        owed=nothing,
        others={who: share for who, share in others.items() if share},
        on_top={name: share for name, share in on_top.items() if share},
    )


def fill(
    pledge: Pledge, dispute: Dispute, came_back: RefundWay, at: datetime
) -> tuple[Pledge, RefundWay | None, Changes]:
    """Let a dispute that has taken what had gone back take what came back since, as if it had come after.

    What it has of credit that was called in it does not take once more.

    Args:
        pledge: The pledge, whose backer is owed again what came back.
        dispute: The dispute, which has taken the money.
        came_back: What came back of the charge, and no dispute took yet.
        at: When.

    Returns:
        The pledge, what it leaves of what came back, and what is to be written.
    """
    expect(dispute, Dispute, what="a dispute")
    (entry,) = (it for it in pledge.disputes if it.id == dispute.id)
    beyond = dispute.amount - entry.amount - (entry.called_in or dispute.amount * 0)
    if not beyond:
        return pledge, came_back, Changes()
    way = came_back.part_of(min(beyond, came_back.amount))
    whole = entry.amount + way.amount
    freed = attrs.evolve(entry, taken=False)
    before = _with_entry(pledge, freed)
    filled = attrs.evolve(
        entry,
        amount=whole,
        instead=way if entry.instead is None else entry.instead.joined(way),
        presented=entry.took if whole == dispute.amount else presented(before, entry.charged, whole),
    )
    after = _settled(attrs.evolve(_with_entry(pledge, filled), refund=restoring.agreed(pledge)), way)
    blocked = _borne_too(_owed_too(dispute.blocked, way), -way.amount)
    return after, came_back.less(way), disputing.take_of(dispute, blocked, utc(at))


def _followed(pledge: Pledge, dispute: Dispute, at: datetime, fees: Money) -> tuple[Pledge, Changes]:
    """The pledge as a dispute has it by now, and what its campaign holds more of it, or less.

    The dispute has cost so much in fees before.
    """
    (before,) = (it for it in pledge.disputes if it.id == dispute.id)
    taken = dispute.state not in FREED
    held = dispute.blocked.creator if taken else before.held * 0
    after = attrs.evolve(before, open=dispute.open, taken=taken, held=held)
    key = joined("dispute", dispute.id, str(dispute.version))
    more = dispute.fees - fees
    changes = Changes(transactions=dispute_fee_booked(pledge, before, more, key, utc(at)))
    if taken is not before.taken:
        exchanged, entries = dispute_booked(pledge, before, dispute.amount, key, utc(at), taken=taken)
        after = attrs.evolve(after, exchanged=exchanged)
        changes += Changes(transactions=entries)
    moved = _with_entry(pledge, after)
    if moved.kept != pledge.kept:
        changes += Changes(deltas=(kept_move(pledge, moved),))
    if taken is not before.taken and before.instead is not None:
        moved = _settled(moved, before.instead) if taken else _owing.owed_again(moved, before.instead)
    return moved, changes + Changes(put=(moved,))


def _settled(pledge: Pledge, way: RefundWay) -> Pledge:
    """A pledge of which a dispute has taken what was owed to its backer."""
    assert pledge.refund is not None
    going = pledge.refund.without(way)
    if going is not None:
        return attrs.evolve(pledge, refund=going)
    state = PledgeState.REFUNDED if pledge.state is PledgeState.UNREFUNDED else pledge.state
    return attrs.evolve(pledge, state=state, refund=None, paid=pledge.refund.paid)
