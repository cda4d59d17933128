"""The payout plan of a campaign: all that lies between what payees get and what arrives at their banks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, as_dict, counted, expect, kind, stream
from pushcore.errors import InvalidDocument, Problem, Refusal
from pushcore.ids import PayeeId
from pushcore.money import Currency, Money
from pushcore.money.amount import countable
from pushcore.payouts.costs import PayoutCost, WireFee, WithdrawalFee
from pushcore.payouts.fees import FeeBearer
from pushcore.payouts.gates import Gates
from pushcore.payouts.reserve import Reserve
from pushcore.payouts.schedule import PayoutSchedule, sendable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

__all__ = ["PayoutPlan"]


def _by_payee(value: Any) -> Any:  # noqa: ANN401  what is no mapping is for the validator to refuse
    currencies = as_dict(value)
    if isinstance(currencies, dict):
        return {payee: countable(currency) for payee, currency in currencies.items()}
    return currencies


def _currencies(owner: object, attribute: attrs.Attribute[Any], value: dict[Any, Any]) -> None:
    expect(value, dict, what=f"{type(owner).__name__}.{attribute.name}")
    for payee in value:
        expect(payee, str, what="a payee")


@attrs.frozen(kw_only=True)
class PayoutPlan:
    """How payees are paid what they get; unless it says otherwise, all of it at once.

    Attributes:
        schedule: When what is due, in which tranches, and what has to be consented to first.
        reserve: What is held back against refunds and chargebacks; None for nothing.
        least_net: Below this net, wire fees taken off, nobody is paid: the campaign is not settled, and
            backers are given back what they paid (Indiegogo: 100). None for no such limit.
        least: The smallest transfer: who is owed less waits for more. None for one minor unit.
        step: What arrives is a multiple of it, such as 0.05; what it leaves stays owed. None for one minor
            unit.
        wire: What every transfer costs some payees; None for nothing.
        withdrawals: Whether payees ask for what they want when they want it, and what that costs them; None
            where payouts are made for them.
        approvals: How many people have to approve each payout.
        gates: What must be in order about a payee.
        currencies: Payees who are sent another currency than the campaign's.
        return_bearer: Who bears what a bank keeps of a transfer that it sends back: the payee, who is owed so
            much less, for ``creator``, or somebody else.

    Raises:
        InvalidDocument: withdrawals beside tranches, or beside a wire fee.
        CurrencyMismatch: amounts of two currencies.
        InvalidValue: a part of the wrong kind.
    """

    schedule: PayoutSchedule = attrs.field(factory=PayoutSchedule, validator=kind(PayoutSchedule))
    reserve: Reserve | None = attrs.field(default=None, validator=kind(Reserve, None))
    least_net: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    least: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    step: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    wire: WireFee | None = attrs.field(default=None, validator=kind(WireFee, None))
    withdrawals: WithdrawalFee | None = attrs.field(default=None, validator=kind(WithdrawalFee, None))
    approvals: int = attrs.field(default=0, validator=counted(0))
    gates: Gates = attrs.field(factory=Gates, validator=kind(Gates))
    currencies: dict[PayeeId, Currency] = attrs.field(
        factory=dict, converter=_by_payee, validator=_currencies, hash=False
    )

    return_bearer: FeeBearer = attrs.field(default=FeeBearer.CREATOR, validator=kind(FeeBearer))

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)
        if self.amounts:
            Money.total(self.amounts, self.amounts[0].currency)

    def _problems(self) -> Iterator[Problem]:
        if self.withdrawals is None:
            return
        if self.schedule.tranches:
            yield Problem("withdrawals", "payees who take what they want, when they want it, get no tranches")
        if self.wire is not None:
            yield Problem("wire", "what a withdrawal costs is said by its own fee")

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the plan names."""
        named = [self.least_net, self.least, self.step]
        if self.reserve is not None:
            named += self.reserve.amounts
        if self.wire is not None:
            named.append(self.wire.amount)
        if self.withdrawals is not None:
            named += [self.withdrawals.fee, self.withdrawals.below]
        return tuple(amount for amount in named if amount is not None)

    @property
    def unit_minor(self) -> int:
        """The minor units that what arrives is a multiple of."""
        return 1 if self.step is None else self.step.minor

    @property
    def least_minor(self) -> int:
        """The minor units that arrive at least."""
        return 1 if self.least is None else self.least.minor

    def sendable_minor(self, minor: int) -> int:
        """What of so many minor units can arrive: a multiple of the step, nothing below the least."""
        expect(minor, int, what="what is to arrive")
        return sendable(minor, unit=self.unit_minor, least=self.least_minor)

    def wired_minor(self, payee_id: PayeeId) -> int:
        """What a transfer to a payee costs, in minor units."""
        return 0 if self.wire is None else self.wire.of(payee_id).minor

    def wired(self, payee_id: PayeeId) -> tuple[PayoutCost, ...]:
        """The same by name."""
        if self.wire is None or not self.wire.of(payee_id):
            return ()
        return (PayoutCost("wire", self.wire.amount),)

    def currency(self, payee_id: PayeeId, currency: Currency) -> Currency | None:
        """Which other currency than the campaign's a payee is sent, if any."""
        expect(payee_id, str, what="a payee")
        expect(currency, Currency, what="a currency")
        own = self.currencies.get(payee_id)
        return None if own is currency else own

    def refusals(self, net: Money, payees: Iterable[PayeeId]) -> tuple[Refusal, ...]:
        """Why nobody is paid of a net that these payees share; nothing where they are.

        Raises:
            InvalidValue: the net is no money.
            CurrencyMismatch: it is of another currency than the plan.

        Example:
            >>> usd = lambda text: Money.of(text, "USD")
            >>> plan = PayoutPlan(least_net=usd("100.00"), wire=WireFee(usd("25.00"), ["abroad"]))
            >>> plan.refusals(usd("125.00"), ["abroad"])
            ()
            >>> [reason.code for reason in plan.refusals(usd("120.00"), ["abroad"])]
            ['below-disbursement']
        """
        expect(net, Money, what="a net")
        if self.least_net is None:
            return ()
        left = net - Money.of_minor(sum(map(self.wired_minor, stream(payees))), net.currency)
        if left >= self.least_net:
            return ()
        message = f"{left} would be paid out, which is less than {self.least_net}: backers are given it back"
        facts = {"net": left, "least": self.least_net}
        return (Refusal("below-disbursement", message, facts),)
