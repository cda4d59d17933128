"""Statements: read off the ledger and off nothing else, and conserved at every moment of its history."""

from datetime import UTC, datetime

import attrs
import pytest
from fee_oracle import eur, plus, schedules
from hypothesis import given
from hypothesis import strategies as st

from pushcore import (
    Balances,
    Currency,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Money,
    Percentage,
    Rounding,
    Settlement,
    Split,
    SplitPlan,
    Statement,
    audit,
)
from pushcore.errors import InvalidValue
from pushcore.ledger import TransactionPhase, recipes
from pushcore.payouts import FeeBearer

AT = datetime(2026, 2, 5, tzinfo=UTC)
EUR = Currency.of("EUR")
C = "lanterne"
PLAN = SplitPlan(
    [Split("band", portion=Percentage.of("100/3")), Split("director", remaining=True, max=eur("9.99"))]
)
PAYEES = PLAN.payees("lune")
ANSWERS = st.sampled_from([TransactionPhase.POSTED, TransactionPhase.VOIDED, None])


@attrs.frozen
class History:
    """What happened to the money of a campaign: charges, a settlement, payouts."""

    schedule: FeeSchedule
    charges: list
    payouts: dict

    @property
    def settlement(self):
        taken = [amount for amount, phase in self.charges if phase is TransactionPhase.POSTED]
        return Settlement.empty(self.schedule, EUR).add(taken)

    @property
    def parts(self):
        return PLAN.divide(self.settlement.net, creator="lune").parts

    @property
    def ledger(self):
        ledger = []
        for n, (amount, phase) in enumerate(self.charges):
            ledger += phased(recipes.charge, f"p{n}/charge/1", C, amount, phase=phase)
        settlement = self.settlement
        if settlement.collected:
            borne = {who.value: part for who, part in settlement.borne.items()}
            entry = recipes.settlement(C, settlement.collected, settlement.fees, self.parts, AT, borne=borne)
            ledger.append(entry)
        for payee, phases in self.payouts.items():
            for n, phase in enumerate(phases):
                if part := self.parts[payee]:
                    ledger += phased(recipes.payout, f"{payee}/transfer/{n}", C, payee, part, phase=phase)
        return ledger


def phased(recipe, *args, phase):
    """The pending transaction, and the answer to it where there is one."""
    answer = [] if phase is None else [recipe(*args, AT, phase=phase)]
    return [recipe(*args, AT), *answer]


charges = st.tuples(st.integers(1, 3_000).map(lambda minor: Money.of_minor(minor, EUR)), ANSWERS)
tries = st.tuples(st.lists(st.just(TransactionPhase.VOIDED), max_size=2), st.lists(ANSWERS, max_size=1)).map(
    lambda tried: [*tried[0], *tried[1]]
)
histories = st.builds(
    History,
    schedules(),
    st.lists(charges, max_size=6),
    st.fixed_dictionaries(dict.fromkeys(PAYEES, tries)),
)


def statement_of(ledger, schedule):
    return Statement.of(Balances(ledger), C, EUR, schedule.names, PAYEES)


@given(histories)
def test_every_minor_unit_is_accounted_for_at_every_moment(history):
    ledger = history.ledger
    assert audit(ledger) == ()
    for moment in range(len(ledger) + 1):
        statement = statement_of(ledger[:moment], history.schedule)
        assert statement.conserved
        out = Money.total((*statement.fees.values(), *statement.payees.values()), EUR)
        owed = Money.total((statement.debt, *statement.borne.values()), EUR)
        assert statement.collected + owed == out + statement.refunded + statement.held


@given(histories)
def test_the_figures_are_those_of_the_history(history):
    settlement, statement = history.settlement, statement_of(history.ledger, history.schedule)
    assert (statement.campaign_id, statement.currency) == (C, EUR)
    assert (statement.collected, statement.debt) == (settlement.collected, settlement.debt)
    assert (statement.fees, statement.net) == (settlement.fees, settlement.net)
    assert statement.borne == {who: part for who, part in settlement.borne.items() if part}
    assert statement.payees == history.parts
    assert statement.paid == {
        payee: history.parts[payee] if TransactionPhase.POSTED in phases else eur("0.00")
        for payee, phases in history.payouts.items()
    }
    assert (statement.held, statement.refunded) == (eur("0.00"), eur("0.00"))


def test_what_is_not_settled_is_held():
    schedule = FeeSchedule([FeeLine("card", FeeBase.PLEDGE, plus(3, "0.20"), Rounding.HALF_UP)])
    charge = phased(recipes.charge, "p1/charge/1", C, eur("10.00"), phase=TransactionPhase.POSTED)
    waiting = phased(recipes.charge, "p2/charge/1", C, eur("5.00"), phase=None)
    statement = statement_of([*charge, *waiting], schedule)
    assert (statement.collected, statement.held) == (eur("10.00"), eur("10.00"))
    assert statement.fees == {"card": eur("0.00")}


@pytest.mark.parametrize("part", ["collected", "debt", "refunded", "held"])
def test_one_unit_too_many_is_not_conserved(part):
    statement = statement_of([], FeeSchedule())
    assert statement.conserved
    assert not attrs.evolve(statement, **{part: eur("0.01")}).conserved
    assert not attrs.evolve(statement, borne={FeeBearer.HOST: eur("0.01")}).conserved


@pytest.mark.parametrize("junk", [None, [], {"held": 0}])
def test_a_statement_is_read_off_books(junk):
    with pytest.raises(InvalidValue, match="read off books that have balances"):
        Statement.of(junk, C, EUR, [], [])


def test_other_campaigns_do_not_count():
    charge = phased(recipes.charge, "p1/charge/1", "another", eur("10.00"), phase=TransactionPhase.POSTED)
    assert statement_of(charge, FeeSchedule()) == statement_of([], FeeSchedule())


@pytest.mark.parametrize(("refunded", "conserved"), [("4.00", True), ("3.99", False), ("4.01", False)])
def test_what_was_given_back_is_accounted_for(refunded, conserved):
    zero = eur("0.00")
    statement = Statement(
        C,
        EUR,
        eur("10.00"),
        {"card": eur("1.00")},
        {},
        {},
        eur(refunded),
        held=eur("4.50"),
        debt=zero,
        reserved=eur("0.50"),
        disputed=zero,
    )
    assert statement.conserved is conserved
