"""The chart of accounts: every account of the books, and what the path of one says.

It is the only place that knows their names. What moves between them is in `pushcore.ledger.recipes` and
`pushcore.ledger.reversals`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.errors import InvalidValue
from pushcore.ids import CampaignId, joined, parted
from pushcore.ledger.account import Account, Side
from pushcore.ledger.named import Holder, Named
from pushcore.money import Currency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pushcore.ids import BackerId, HostId, PayeeId

__all__ = [
    "FX",
    "OPENING",
    "PROVIDER",
    "PROVIDER_DISPUTED",
    "PROVIDER_FEES",
    "beside_account",
    "borne_account",
    "bounced_account",
    "clearing_account",
    "contested_account",
    "cost_account",
    "debt_account",
    "disputed_account",
    "expired_account",
    "fee_account",
    "fx_account",
    "held_account",
    "host_owed_account",
    "named",
    "offline_account",
    "on_top_account",
    "own_funds_account",
    "payee_account",
    "payee_debt_account",
    "provider_fees_account",
    "refunds_account",
    "reserve_account",
    "restored_account",
    "returned_account",
    "shared_account",
    "wallet_account",
    "written_off_account",
]

PROVIDER: Final = Account("provider", Side.DEBIT)
"""The money that lies with the payment provider."""

PROVIDER_DISPUTED: Final = Account("provider/disputed", Side.DEBIT, guarded=True)
"""What the provider took for disputes that are not decided."""

PROVIDER_FEES: Final = Account("provider-fees", Side.DEBIT)
"""What the provider kept of transfers that are of no campaign: of credit withdrawn, and of what hosts pay."""

FX: Final = Account("fx", Side.CREDIT)
"""What exchanges at the provider gained that were of no campaign; below zero, what they lost."""

OPENING: Final = Account("opening", Side.CREDIT)
"""What is brought over from another ledger stands against it; it is at zero once all of it is."""


def held_account(campaign_id: CampaignId) -> Account:
    """What was collected for a campaign and is not settled yet."""
    expect(campaign_id, str, what="campaign id")
    return _held_account(campaign_id)


@lru_cache(maxsize=4096)
def _held_account(campaign_id: CampaignId) -> Account:
    """The same object for every charge of a campaign."""
    return Account(joined("campaign", campaign_id, "held"), Side.CREDIT, guarded=True)


def offline_account(campaign_id: CampaignId) -> Account:
    """What came for a campaign in cash or by bank, wherever the host keeps it until it is deposited."""
    return Account(joined("campaign", campaign_id, "offline"), Side.DEBIT, guarded=True)


def fee_account(campaign_id: CampaignId, line: str) -> Account:
    """What a fee line took from a campaign."""
    return Account(joined("campaign", campaign_id, "fees", line), Side.CREDIT)


def on_top_account(campaign_id: CampaignId, name: str) -> Account:
    """What backers of a campaign gave to the platform beside it: a fee on top, or their tips."""
    return Account(joined("campaign", campaign_id, "on-top", name), Side.CREDIT)


def provider_fees_account(campaign_id: CampaignId) -> Account:
    """What the provider itself kept of the charges, the refunds and the payouts of a campaign."""
    return Account(joined("campaign", campaign_id, "provider-fees"), Side.DEBIT)


def borne_account(campaign_id: CampaignId, bearer: str) -> Account:
    """What somebody else than the creator bears of fees and refunds of a campaign, and owes for them."""
    return Account(joined("campaign", campaign_id, "borne", bearer), Side.DEBIT)


def cost_account(campaign_id: CampaignId, name: str) -> Account:
    """What sending payouts of a campaign cost, under this name."""
    return Account(joined("campaign", campaign_id, "costs", name), Side.CREDIT)


def payee_account(campaign_id: CampaignId, payee_id: PayeeId) -> Account:
    """What a payee of a campaign is owed."""
    return Account(joined("campaign", campaign_id, "payee", payee_id), Side.CREDIT, guarded=True)


def reserve_account(campaign_id: CampaignId) -> Account:
    """What is held back from the payees of a campaign, against refunds and chargebacks."""
    return Account(joined("campaign", campaign_id, "reserve"), Side.CREDIT, guarded=True)


def debt_account(campaign_id: CampaignId) -> Account:
    """What the creator owes: fees above what was collected."""
    return Account(joined("campaign", campaign_id, "debt"), Side.DEBIT)


def returned_account(campaign_id: CampaignId, payee_id: PayeeId) -> Account:
    """What came back of transfers to a payee, on its way to the payee's account; it never holds anything."""
    return Account(joined("campaign", campaign_id, "returned", payee_id), Side.CREDIT)


def refunds_account(campaign_id: CampaignId) -> Account:
    """What is owed back to backers, until it is refunded."""
    return Account(joined("campaign", campaign_id, "refunds"), Side.CREDIT, guarded=True)


def bounced_account(campaign_id: CampaignId) -> Account:
    """What came back of refunds, on its way to be owed once more; it never holds anything."""
    return Account(joined("campaign", campaign_id, "bounced"), Side.CREDIT)


def disputed_account(campaign_id: CampaignId) -> Account:
    """What is blocked of a campaign while disputes are open."""
    return Account(joined("campaign", campaign_id, "disputed"), Side.CREDIT, guarded=True)


def contested_account(campaign_id: CampaignId) -> Account:
    """Told beside: what disputes hold or took of what is held, of the fees and of what others bear."""
    return Account(joined("campaign", campaign_id, "contested"), Side.DEBIT)


def restored_account(campaign_id: CampaignId) -> Account:
    """Told beside: what came back of disputes to what a campaign holds, and was not collected anew."""
    return Account(joined("campaign", campaign_id, "restored"), Side.DEBIT)


def beside_account(campaign_id: CampaignId) -> Account:
    """The other side of what is told beside."""
    return Account(joined("campaign", campaign_id, "beside"), Side.CREDIT)


def fx_account(campaign_id: CampaignId) -> Account:
    """What exchange rates gained for a campaign; below zero, what they lost."""
    return Account(joined("campaign", campaign_id, "fx"), Side.CREDIT)


def clearing_account(one: Currency | str, other: Currency | str) -> Account:
    """Where exchanges of two currencies meet, in either direction: debits of one face credits of the other.

    Raises:
        InvalidValue: they are no two currencies.
    """
    codes = sorted({Currency.of(one).code, Currency.of(other).code})
    if len(codes) == 1:
        message = f"{one} is not exchanged for itself"
        raise InvalidValue(message, currency=one)
    return Account(joined("fx", "-".join(codes)), Side.DEBIT)


def payee_debt_account(payee_id: PayeeId) -> Account:
    """What a payee owes for refunds and disputes after a payout."""
    return Account(joined("payee", payee_id, "debt"), Side.DEBIT, guarded=True)


def written_off_account(bearer: str) -> Account:
    """What somebody bears of debts that were given up."""
    return Account(joined("written-off", bearer), Side.DEBIT)


def wallet_account(backer_id: BackerId) -> Account:
    """The credit of a backer."""
    return Account(joined("wallet", backer_id), Side.CREDIT, guarded=True)


def expired_account(name: str) -> Account:
    """What somebody got of credit that expired."""
    return Account(joined("expired", name), Side.CREDIT)


def host_owed_account(host_id: HostId) -> Account:
    """What a host owes the platform and has not paid."""
    return Account(joined("host", host_id, "owed"), Side.CREDIT, guarded=True)


def shared_account(host_id: HostId) -> Account:
    """What a host had to hand on of all that it took: a share of its fees, and tips for the platform."""
    return Account(joined("host", host_id, "shared"), Side.DEBIT)


def own_funds_account(host_id: HostId) -> Account:
    """What a host has paid of it with money of its own, while that which it took lies with the provider."""
    return Account(joined("host", host_id, "own-funds"), Side.CREDIT)


_HOLDERS: Final[Mapping[str, Holder]] = {
    "provider": Holder.PROVIDER,
    "offline": Holder.PROVIDER,
    "refunds": Holder.BACKER,
    "bounced": Holder.BACKER,
    "wallet": Holder.BACKER,
    "fees": Holder.PLATFORM,
    "on-top": Holder.PLATFORM,
    "borne": Holder.PLATFORM,
    "provider-fees": Holder.PLATFORM,
    "contested": Holder.PLATFORM,
    "restored": Holder.PLATFORM,
    "written-off": Holder.PLATFORM,
    "costs": Holder.PLATFORM,
    "fx": Holder.PLATFORM,
    "beside": Holder.PLATFORM,
}
"""Whose an account is by its kind; any other of a campaign is its creator's, and else the platform's."""


def named(path: str) -> Named:
    """What the path of an account says: of which campaign and kind it is, its own name, and whose."""
    expect(path, str, what="the path of an account")
    return _named(path)


@lru_cache(maxsize=4096)
def _named(path: str) -> Named:
    first, *rest = parted(path)
    match first, *rest:
        case "provider", "disputed":
            return Named("disputed", None, None, Holder.PROVIDER)
        case "fx", pair:
            return Named("exchanged", pair, None, Holder.PLATFORM)
        case "payee", payee_id, "debt":
            return Named("debt", payee_id, None, Holder.CREATOR)
        case "host", host_id, "shared" | "owed" | "own-funds":
            return Named(rest[-1], host_id, None, Holder.PLATFORM)
        case _:
            pass
    if first != "campaign" or len(rest) < 2:  # noqa: PLR2004  a campaign and a kind
        return Named(first or path, "/".join(rest) or None, None, _HOLDERS.get(first, Holder.PLATFORM))
    campaign_id, sort, *names = rest
    holder = _HOLDERS.get(sort, Holder.CREATOR)
    return Named(sort or path, "/".join(names) or None, CampaignId(campaign_id), holder)
