"""A simulated world: a host over a store and a gateway of somebody's, and the auditor that watches it."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from pushcore.errors import Conflict, GatewayError, KeyReused, NotFound, PushcoreError, Refused
from pushcore.ids import BackerId, CampaignId, StockId
from pushcore.memory import CountingIds
from pushcore.ports import Ports
from pushcore.testing.simulation.auditor import Auditor, BrokenLaw, fail
from pushcore.testing.simulation.backer_book import brought_by
from pushcore.testing.simulation.bouncing import unreturned
from pushcore.testing.simulation.commit_laws import COMMIT_LAWS
from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.deeds import DEEDS
from pushcore.testing.simulation.dispute_laws import unheard
from pushcore.testing.simulation.faults import Crash, Plan
from pushcore.testing.simulation.hearing import hear
from pushcore.testing.simulation.provider_says import said
from pushcore.testing.simulation.rates import WorldRates
from pushcore.testing.simulation.refunds_made import misheard
from pushcore.testing.simulation.share_laws import unshared
from pushcore.testing.simulation.state_laws import FULL_LAWS, PIECE_LAWS, STATE_LAWS
from pushcore.testing.simulation.wallet_laws import WALLET_LAWS
from pushcore.testing.simulation.watching import WatchedGateway, WatchedStore, WorldClock
from pushcore.testing.simulation.written_laws import WRITTEN_LAWS
from pushcore.usecases import state_account

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import NoReturn

    from pushcore.changes import Changes
    from pushcore.gateway import Accepted, Order
    from pushcore.money import Money
    from pushcore.payouts import Statement
    from pushcore.ports import Clock, PaymentGateway, Store
    from pushcore.testing.simulation.deed import Strike

__all__ = ["World"]

_TRIES: Final = 5
"""How often a use case is run again that loses a race."""


class World:
    """A store, a gateway and a clock, watched; deeds are done here one after the other, and in each other.

    Attributes:
        store: The store as it is, for whoever looks without taking part.
        ports: What use cases are given.
        bare: The same over the store as it is: the auditor sees nothing of it.
        books: The books of the auditor.
        done: How often what was done, and how it ended.
        survived: How often which fault has struck.
    """

    def __init__(self, store: Store, gateway: PaymentGateway, now: datetime) -> None:
        self.store = store
        self.inner = gateway
        self.clock: WorldClock = WorldClock(now)
        self.books: Auditor = Auditor()
        self.plan: Plan = Plan()
        self.gateway: WatchedGateway = WatchedGateway(self, gateway)
        watched = cast("Store", WatchedStore(self, store))
        clock, rates = cast("Clock", self.clock), WorldRates()
        self.ports: Ports = Ports(watched, self.gateway, clock, CountingIds("sim"), rates=rates)
        self.bare: Ports = Ports(store, self.gateway, clock, CountingIds("own"), rates=rates)
        self.done: Counter[tuple[str, str]] = Counter()
        self.survived: Counter[str] = Counter()
        self.conflicts: int = 0
        self._excused: list[type[PushcoreError]] = []
        self._calls = 0

    def take(self, deed: Deed, plan: Plan | None = None) -> str:
        """Do it, with whatever strikes meanwhile, and check every law; how it ended.

        Raises:
            BrokenLaw: a law was broken.
        """
        with self._acting(deed, plan or Plan(deed.strikes)):
            commits = self.books.commits
            end = self._act(deed)
            self.done[deed.do, end] += 1
            if not self.plan.struck:
                _require("refunds-made-are-heard", misheard(self.books, deed))
                _require("bounces-are-heard", unreturned(self.books, deed))
                _require("shares-are-written", unshared(self.books, deed))
            if end == "refused" and not self.plan.struck:
                _require("news-are-heard", unheard(self.books, deed))
                if commits != self.books.commits:
                    self._only_if_composed(deed)
        if not self.books.doing:
            self.check()
            self.books.disturbed = False
            self._excused.clear()
            self.conflicts = 0
        return end

    def _act(self, deed: Deed) -> str:
        if deed.args.get("campaign", "") not in {"", *self.books.campaigns}:
            return "refused"  # what is left of a history may be about what it no longer has
        try:
            result = DEEDS[deed.do](self, **deed.args)
        except BrokenLaw:
            raise
        except Crash:
            return "crashed"
        except (Refused, KeyReused, NotFound):
            return "refused"
        except PushcoreError as trouble:
            return self._judge(deed, trouble)
        except Exception as wrong:  # noqa: BLE001  whatever it is, it is a mistake
            fail("no-stray-error", f"{deed} ends in {wrong!r}")
        for told in _troubles(result):
            if not isinstance(told, Refused | KeyReused | Conflict):
                self._judge(deed, told)
        return "done"

    def _judge(self, deed: Deed, trouble: PushcoreError) -> str:
        """An error has a cause: the provider failed, or others were faster again and again."""
        if isinstance(trouble, GatewayError) and type(trouble) in self._excused:
            return "unanswered"
        if isinstance(trouble, Conflict) and self.conflicts >= _TRIES:
            return "outrun"
        return fail("errors-have-causes", f"{deed} ends in {trouble!r}")

    def _only_if_composed(self, deed: Deed) -> None:
        """A refusal changes nothing; what is made of several use cases may have done some of them."""
        earlier = deed.do == "refund" and "key" in deed.args  # one that was under way is finished first
        if deed.do not in _COMPOSED and not earlier:
            fail("refusals-change-nothing", f"{deed} is refused, and something was written")

    @contextmanager
    def _acting(self, deed: Deed, plan: Plan) -> Iterator[None]:
        before = self.plan, self.clock.behind
        self.plan, self.clock.behind = plan, deed.behind
        self.books.doing.append(deed)
        try:
            yield
        finally:
            self.books.doing.pop()
            self.plan, self.clock.behind = before

    def rival(self, strike: Strike) -> None:
        """Somebody else acts in the middle of a deed."""
        if strike.rival is not None and len(self.books.doing) == 1:
            self.books.disturbed = True
            self.felt(strike.fault)
            self.take(strike.rival)

    def tell(self, key: str) -> None:
        """The provider tells of an order before its answer comes back."""
        if len(self.books.doing) == 1:
            self.felt("told-first")
            self.take(Deed("tell", {"key": key}))

    def felt(self, fault: str) -> None:
        """A fault has struck."""
        self.survived[fault] += 1

    def crash(self, fault: str) -> NoReturn:
        """The process ends."""
        self.felt(fault)
        raise Crash

    def excused(self, trouble: GatewayError) -> GatewayError:
        """An error that is the provider's, and may come out of the deed."""
        self._excused.append(type(trouble))
        return trouble

    def refused_by_store(self, changes: Changes) -> None:
        """The store did not write the changes: then it wrote nothing of them."""
        for it in changes.put:
            found = self.store.find(type(it), it.id)
            at = 0 if found is None else found.version
            if at != self.books.versions.get((type(it).__name__, it.id), 0):
                fail("all-or-nothing", f"{it.id} is at version {at}, although its commit was refused")

    def committed(self, changes: Changes) -> None:
        """Changes were written: they keep the laws, and the auditor takes them down."""
        for law, check in COMMIT_LAWS.items():
            _require(law, check(self.books, changes))
        for law, how in self.books.write(changes):
            fail(law, how)
        for law, check in WRITTEN_LAWS.items():
            _require(law, check(self.books, changes))
        self._bring(changes)

    def _bring(self, changes: Changes) -> None:
        """Cash that is brought to the provider, or fetched there, where a gateway keeps books of its own."""
        for transaction in changes.transactions:
            cash = brought_by(transaction)
            if cash is not None:
                self.bring(cash)

    def bring(self, cash: Money) -> None:
        """Something lies with the provider from now on that no order moved there."""
        deposit = getattr(self.inner, "deposit", None)
        if deposit is not None:
            deposit(cash)

    def asked(self, order: Order) -> None:
        """The provider is being asked: for just what was written down before."""
        self._calls += 1
        if self.books.ordered.get(order.key) != order:
            fail("written-before-asked", f"{order} was not written down before")

    def said(self, order: Order, answer: Accepted) -> Accepted:
        """What the provider says of what it carried out, with all that it says besides."""
        shape = self.books.shapes.get(self.books.campaign_of(order), {})
        return said(shape, order, answer, self.books.provider.charges, self.books.told.own)

    def carried_out(self, order: Order, answer: Accepted, plain: Accepted) -> None:
        """The provider carried an order out, or says again that it did."""
        campaign_id = self.books.campaign_of(order)
        for law, how in hear(self.books, order, answer, plain):
            fail(law, how)
        owed = self.books.owed_beside(campaign_id)
        for law, how in self.books.provider.below_zero(campaign_id, owed):
            fail(law, how)
        for law, how in self._charged_too_much(order):
            fail(law, how)
        if campaign_id in self.books.campaigns:
            self.books.touched[campaign_id] = None

    def declined(self, order: Order) -> None:
        """The provider itself declined an order, which it has not carried out before."""
        if order.key in self.books.provider.accepted:
            fail("same-answer", f"{order} was accepted, and is declined now")
        self.books.provider.declined.add(order.key)

    def _charged_too_much(self, order: Order) -> Iterator[tuple[str, str]]:
        pledge_id = getattr(order, "pledge_id", None)
        if pledge_id is not None:
            charged, reading = self.books.provider.charged[pledge_id], self.books.readings[pledge_id]
            if charged > reading.amount:
                yield "charged-once", f"{charged} is charged of pledge {pledge_id} of {reading.amount}"

    def check(self) -> None:
        """Check the laws of everything that was touched."""
        touched, self.books.touched = self.books.touched, {}
        for campaign_id in touched:
            for law, check in STATE_LAWS.items():
                _require(law, check(self, campaign_id))
        for law, asked in PIECE_LAWS.items():
            _require(law, asked(self))
        self.books.pieces_touched = {}
        wallets, self.books.wallets.touched = self.books.wallets.touched, {}
        for whose in wallets:
            for law, holds in WALLET_LAWS.items():
                _require(law, holds(self, whose))

    def check_all(self) -> None:
        """Check the laws of the whole world."""
        self.books.touched = dict.fromkeys(self.books.campaigns)
        self.books.wallets.touched = dict.fromkeys(self.books.wallets.purses)
        self.check()
        for law, check in FULL_LAWS.items():
            _require(law, check(self))

    def statement(self, campaign_id: str) -> Statement:
        """The statement of a campaign as it stands."""
        return state_account(self.bare, CampaignId(campaign_id))

    def stock(self, campaign_id: str, stock_id: str, backer_id: str | None) -> tuple[int, int]:
        """What is claimed of a stock, and what is reserved."""
        who = None if backer_id is None else BackerId(backer_id)
        stock = self.store.stock(CampaignId(campaign_id), StockId(stock_id), who)
        return stock.claimed, stock.reserved

    def held_by_gateway(self, currency: str) -> int | None:
        """What the gateway says that it holds, if it can say so."""
        held = getattr(self.inner, "held", None)
        return None if held is None else int(held(currency).minor)

    @property
    def calls(self) -> int:
        """How often the provider was asked."""
        return self._calls


_COMPOSED: Final = frozenset({"advance", "jobs", "bill", "close", "subscribe"})


def _require(law: str, broken: Iterable[str]) -> None:
    for how in broken:
        fail(law, how)


def _troubles(result: object) -> list[PushcoreError]:
    """The errors inside what a use case returned about many things."""
    troubles: Any = getattr(result, "troubles", result)
    found = (
        troubles.values() if isinstance(troubles, dict) else troubles if isinstance(troubles, list) else ()
    )
    return [it for it in found if isinstance(it, PushcoreError)]
