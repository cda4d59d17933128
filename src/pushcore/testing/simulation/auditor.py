"""The auditor of a simulated world: it sees every commit and every answer, and keeps books of its own.

It knows what was agreed from the shapes of the campaigns, and adds up plain integers. It uses neither the
ledger nor the fees, splits and totals of the library, so what both come to was computed twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NoReturn

from pushcore.campaigns import Campaign
from pushcore.gateway import Refund, Transfer
from pushcore.payouts import Payout, ProviderExchange
from pushcore.pledges import Pledge
from pushcore.testing.simulation.backer_book import BackerBook, brought_by
from pushcore.testing.simulation.debt_laws import DebtBook, is_beyond
from pushcore.testing.simulation.dispute_book import DisputeBook, pledge_of
from pushcore.testing.simulation.division_book import DivisionBook
from pushcore.testing.simulation.exchange_book import ExchangeBook
from pushcore.testing.simulation.hearing import (
    hear_bounced,
    hear_exchange,
    hear_made,
    hear_posted,
    hear_sent_back,
)
from pushcore.testing.simulation.ledger_book import LedgerBook
from pushcore.testing.simulation.made_book import MadeBook, made_in
from pushcore.testing.simulation.policies import is_kept, rules_of
from pushcore.testing.simulation.provider_book import ProviderBook, credit_of, moved_by
from pushcore.testing.simulation.reading import Held, Reading, read
from pushcore.testing.simulation.reserve_book import ReserveBook
from pushcore.testing.simulation.share_book import ShareBook, host_of
from pushcore.testing.simulation.told_book import ToldBook
from pushcore.testing.simulation.undone import kind_of
from pushcore.testing.simulation.wallet_book import WalletBook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.changes import Changes, Event
    from pushcore.gateway import Order
    from pushcore.ledger import Transaction
    from pushcore.testing.simulation.bouncing import Bounced
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.disbursing import SentBack

__all__ = ["Auditor", "BrokenLaw", "fail"]


class BrokenLaw(AssertionError):
    """Something happened that must not.

    Attributes:
        law: Its name in the tables of laws.
        how: What was seen.
    """

    def __init__(self, law: str, how: str) -> None:
        super().__init__(f"{law}: {how}")
        self.law = law
        self.how = how


def fail(law: str, how: str) -> NoReturn:
    """Say that a law is broken.

    Raises:
        BrokenLaw: always.
    """
    raise BrokenLaw(law, how)


class Auditor:
    """Own books of everything.

    Attributes:
        shapes: What was agreed for each campaign.
        campaigns: Each as it was last written.
        pledges: Likewise.
        payouts: Likewise.
        reserves: What is held back of them.
        readings: Each pledge in plain values.
        pledges_of: The ids of the pledges of each campaign, in the order they were placed.
        totals: What the pledges of each campaign come to.
        disputes: What the provider told of disputes.
        backs: What goes back to backers.
        wallets: What of that is credit.
        made: What somebody gave back at the provider itself.
        bounced: What banks sent back of refunds, by the key of each.
        sent_back: What they sent back of payouts, by the id of each.
        rates: At which rate a payout arrives in another currency, in minor units, by its id.
        debts: What others bear of what payees owed.
        consented: The payouts that were held for a milestone, and to which their backers consented.
        shares: What hosts owe of their fees.
        told: What the provider said beside yes.
        exchange: What it booked in other currencies.
        divisions: What settlements came to.
        backers: How many pledges that stand each backer has in each campaign; matches are left out.
        claimed: The pieces that pledges hold.
        reserved: The pieces that pledges on their way hold.
        sponsored: What stands of what each sponsor of each fund gave.
        periods: Which periods of which subscriptions were charged.
        versions: At which version everything is.
        ordered: Every order that was ever written down, by key.
        open: Those that are not done.
        events: Every event, in the order it was committed.
        doing: What is being done: the innermost last.
        disturbed: Whether somebody else has acted in the middle of it.
    """

    def __init__(self) -> None:
        self.shapes: dict[str, dict[str, Any]] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.pledges: dict[str, Pledge] = {}
        self.payouts: dict[str, Payout] = {}
        self.readings: dict[str, Reading] = {}
        self.pledges_of: defaultdict[str, list[str]] = defaultdict(list)
        self.totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.backers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.claimed: Counter[Held] = Counter()
        self.reserved: Counter[Held] = Counter()
        self.versions: dict[tuple[str, str], int] = {}
        self.ordered: dict[str, Order] = {}
        self.open: dict[str, Order] = {}
        self.ledger: LedgerBook = LedgerBook()
        self.provider: ProviderBook = ProviderBook()
        self.backs: BackerBook = BackerBook()
        self.disputes: DisputeBook = DisputeBook()
        self.reserves: ReserveBook = ReserveBook(self.shapes)
        self.wallets: WalletBook = WalletBook(self.shapes, self.provider)
        self.made: MadeBook = MadeBook()
        self.bounced: dict[str, Bounced] = {}
        self.sent_back: dict[str, SentBack] = {}
        self.rates: dict[str, tuple[int, int]] = {}
        self.debts: DebtBook = DebtBook()
        self.consented: set[str] = set()
        self.shares: ShareBook = ShareBook()
        self.told: ToldBook = ToldBook()
        self.exchange: ExchangeBook = ExchangeBook()
        self.divisions: DivisionBook = DivisionBook()
        self.touched: dict[str, None] = {}
        self.pieces_touched: dict[Held, None] = {}
        self.sponsored: Counter[tuple[str, str]] = Counter()
        self.periods: set[tuple[str, int]] = set()
        self.events: list[Event] = []
        self.commits: int = 0
        self.doing: list[Deed] = []
        self.disturbed: bool = False

    def write(self, changes: Changes) -> Iterator[tuple[str, str]]:
        """Take down what was committed; every law that the postings break."""
        self.commits += 1
        self.backs.write(changes)
        self.divisions.write(changes, at_once=len(self.doing) > 1)
        self.disputes.write(changes, self.doing[-1], self.shapes)
        self.reserves.write(changes)
        self.debts.write(changes)
        self.disputes.exchange(changes, self.exchange)
        self.shares.write(changes)
        self.events += changes.events
        for aggregate in changes.put:
            self.versions[type(aggregate).__name__, aggregate.id] = aggregate.version
            self._note(aggregate)
        for aggregate in changes.put:
            if isinstance(aggregate, Pledge):
                before = self.readings.get(aggregate.id)
                self._replace(aggregate)
                self.reserves.note(changes, aggregate.id, before, self.readings[aggregate.id])
        for order in changes.orders:
            self.ordered[order.key] = self.open[order.key] = order
        for transaction in changes.transactions:
            yield from self.ledger.post(transaction)
            yield from self._resolve(transaction)
        for key in changes.done:
            self.open.pop(key, None)
        yield from self.wallets.write(changes)

    def _note(self, aggregate: object) -> None:
        """Take down what stands at once; pledges are read once their campaigns do."""
        if isinstance(aggregate, Campaign):
            self.campaigns[aggregate.id] = aggregate
            self.touched[aggregate.id] = None
        elif isinstance(aggregate, Payout):
            born = aggregate.version == 1 and aggregate.milestone is not None  # after the consent
            if aggregate.state.value == "prepared" and (born or self.doing[-1].do == "consent"):
                self.consented.add(aggregate.id)
            self.payouts[aggregate.id] = aggregate
        elif isinstance(aggregate, ProviderExchange):
            hear_exchange(self, aggregate)

    def campaign_of(self, order: Order) -> str:
        """The campaign that an order is for, or what stands for one where it is of a wallet."""
        if isinstance(order, Transfer):
            payout, share = self.payouts.get(order.payout_id), self.shares.paying.get(order.payout_id)
            if share is not None:
                return host_of(share[0], share[1])
            return credit_of(order.amount.currency.code) if payout is None else payout.campaign_id
        return self.pledges[order.pledge_id].campaign_id

    def is_named(self, payout_id: str) -> bool:
        """Whether it is a payout, or what a host pays; else what is so sent is credit of a backer."""
        return payout_id in self.payouts or payout_id in self.shares.paying

    def state_of(self, campaign_id: str) -> str:
        """The state of a campaign; nothing where there is none."""
        campaign = self.campaigns.get(campaign_id)
        return "" if campaign is None else campaign.state.value

    def kept_of(self, pledge_id: str, situation: str) -> int:
        """What of a pledge does not go back with all the rest: a tip, or what its backer bears of it."""
        reading = self.readings[pledge_id]
        rules = rules_of(self.shapes[reading.campaign_id], situation)
        kinds = {kind for kind, rule in rules.items() if is_kept(rule)}
        undone, kept = self.backs.undone.get(pledge_id, {}), self.backs.kept(pledge_id)
        kept += sum(  # of what is paid in parts, only the paid ones are of these lines
            it.whole - it.undone
            for name, it in undone.items()
            if it.is_part and name not in reading.lines and kind_of(name) in kinds
        )
        for name, (unit, quantity) in reading.lines.items():
            if kind_of(name) in kinds:  # of it nothing is asked back; somebody may have given it back there
                kept += unit * quantity - (undone[name].undone if name in undone else 0)
        return kept

    def paid_of(self, pledge_id: str) -> int:
        """What was paid of a pledge: charged, or with credit."""
        return self.provider.charged[pledge_id] + self.wallets.paid[pledge_id]

    def owed_beside(self, campaign_id: str) -> int:
        """What others than its backers give for a campaign: its creator as a debt, and who bears a loss.

        Of a host, all that it came to owe: its fees lie with the campaigns.
        """
        if campaign_id not in self.shapes:
            return self.shares.total[campaign_id]
        start = f"campaign/{campaign_id}/"
        bearers = {"host", self.shapes[campaign_id].get("return_bearer", "creator")}
        paths = {f"{start}debt", *(f"{start}borne/{who}" for who in bearers)}
        currency = self.shapes[campaign_id]["currency"]
        owed = sum(self.ledger.debits[path, currency] for path in paths)
        return owed + self.backs.again[campaign_id]

    def left_of(self, charged: str, *, but: str = "") -> int:
        """What of a charge neither went back nor is gone for disputes, perhaps for all but one."""
        pledge_id = pledge_of(charged)
        back, credit = self._back(charged), self.backs.credited[pledge_id]
        left = self.provider.charges[charged].amount.minor - back
        left -= self.disputes.of_charge(charged, but=but)
        if not self.readings[pledge_id].parted:
            return left - credit
        charges = [key for key in self.provider.charges if pledge_of(key) == pledge_id] if credit else []
        gone = sum(self._back(it) + self.disputes.of_charge(it, but=but) for it in charges)
        return min(left, self.provider.charged[pledge_id] - gone - credit) if credit else left

    def left_there(self, charged: str) -> int:
        """What neither was refunded of a charge nor given back at the provider itself, told or not."""
        back = self.provider.moved_back[charged] + self.made.given[charged]
        return moved_by(self.provider.charges[charged]) - back

    def gave_back_there(self, order: Refund) -> bool:
        """Whether too little is left of a charge for a refund, as somebody gave it back there."""
        charged = order.charged
        return bool(self.made.given[charged]) and moved_by(order) > self.left_there(charged)

    def _back(self, charged: str) -> int:
        return self.provider.returned[charged] + self.made.booked[charged]

    def standing(self, campaign_id: str) -> Iterator[Reading]:
        """The pledges of a campaign that count."""
        found = (self.readings[it] for it in self.pledges_of[campaign_id])
        return (reading for reading in found if reading.claimed)

    def _replace(self, pledge: Pledge) -> None:
        before, campaign = self.readings.get(pledge.id), self.campaigns[pledge.campaign_id]
        after = read(pledge, campaign, gone=self.backs.given[pledge.id] + self.backs.disputed[pledge.id])
        self.touched[pledge.campaign_id] = None
        if before is None:
            self.pledges_of[pledge.campaign_id].append(pledge.id)
        else:
            self._count(before, -1)
        self._count(after, 1)
        if pledge.matches is not None:
            given = after.given * after.claimed - (0 if before is None else before.given * before.claimed)
            self.sponsored[pledge.matches.fund_id, pledge.backer_id] += given
        self.pledges[pledge.id], self.readings[pledge.id] = pledge, after

    def _count(self, reading: Reading, sign: int) -> None:
        if reading.claimed:
            totals = self.totals[reading.campaign_id]
            for name, number in reading.totals.items():
                totals[name] += sign * number
            if not reading.matching:
                self.backers[reading.campaign_id][reading.backer_id] += sign
        elif not reading.reserved:
            return
        held = self.claimed if reading.claimed else self.reserved
        for key, number in reading.pieces.items():
            held[key] += sign * number
            self.pieces_touched[key] = None

    def _resolve(self, transaction: Transaction) -> Iterator[tuple[str, str]]:
        """The ledger has what the provider did: no more, no less, and nothing that was never asked."""
        key = transaction.pending_id
        if key is not None:
            moved, posts = self.provider.moved.pop(key, None), transaction.phase.value == "posted"
            if posts:
                hear_posted(self, key)
            if posts and moved is None:
                yield "ledger-follows-provider", f"{transaction.id} is posted, and nothing moved for {key}"
            if not posts and moved is not None:
                yield "ledger-follows-provider", f"{transaction.id} is voided, and {moved} moved for {key}"
        elif transaction.recipe == "bounced-refund":
            yield from hear_bounced(self, transaction)
        elif transaction.recipe == "returned-transfer" and not is_beyond(transaction):
            yield from hear_sent_back(self, transaction)
        elif (name := made_in(transaction)) is not None:
            yield from hear_made(self, name, transaction)
        elif (cash := brought_by(transaction)) is not None:
            paths = (posting.account.path.split("/") for posting in transaction.postings)
            whose = next(path[1] for path in paths if path[0] in {"campaign", "payee"})
            self.provider.deposit(whose, cash.currency.code, cash.minor)
