"""The tables of a story about what comes back after a success: refunds, and what banks take."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.gateway import DisputeState
from pushcore.money import Rounding
from pushcore.payouts import Bearer, PaidKind, RefundSituation, RefundTo
from pushcore.stories.fields import Amount, Id, Part, Portion, Time, Whole, choice

__all__ = ["DisputeEvent", "DisputesTable", "RefundEvent", "RefundsTable", "WaterfallTable"]


class WaterfallTable(BaseModel, extra="forbid", strict=True):
    """What comes back in one situation; what is not named comes back whole."""

    situation: Annotated[RefundSituation, choice(RefundSituation)]
    fees: dict[Id, Portion] = Field(default_factory=dict, description="what comes back of a fee, by its line")
    parts: dict[Annotated[PaidKind, choice(PaidKind)], Portion] = Field(
        default_factory=dict, description="what comes back of what was paid for"
    )
    bearer: Annotated[Bearer, choice(Bearer)] = Field(
        default=Bearer.CREATOR, description="who bears what does not come back"
    )
    indebts: bool = Field(default=False, description="whether a creator who was paid is left with a debt")


class RefundsTable(BaseModel, extra="forbid", strict=True):
    """How refunds of a funded campaign are made; without the table there are none."""

    rounding: Annotated[Rounding, choice(Rounding)]
    credit_days: Whole | None = Field(default=None, description="for how long credit in a wallet lasts")
    waterfalls: list[WaterfallTable] = Field(default_factory=list)


class DisputesTable(BaseModel, extra="forbid", strict=True):
    """What the provider takes for a dispute, and who bears that; nothing is, where there is no such table."""

    fee: Amount
    fee_returned: bool = Field(default=False, description="whether it comes back when it is won or withdrawn")
    counter_fee: Amount = Field(default="0", description="what is taken beside it when it is contested")
    bearer: Annotated[Bearer, choice(Bearer)] = Bearer.CREATOR
    rounding: Annotated[Rounding, choice(Rounding)] = Rounding.HALF_UP


class RefundEvent(BaseModel, extra="forbid", strict=True):
    """The platform gives a pledge back: all that is left of it, an amount, or amounts or pieces of lines."""

    at: Time
    refund: Id
    amount: Amount | None = None
    lines: dict[Id, Part] = Field(default_factory=dict)
    to: Annotated[RefundTo, choice(RefundTo)] | None = None
    situation: Annotated[RefundSituation, choice(RefundSituation)] | None = None


class DisputeEvent(BaseModel, extra="forbid", strict=True):
    """News of a dispute: a backer asks the bank for the money of a pledge back."""

    at: Time
    dispute: Id
    state: Annotated[DisputeState, choice(DisputeState)]
