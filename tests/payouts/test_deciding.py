"""What a payout can be, and decisions about it that no use case comes to."""

from datetime import UTC, datetime
from fractions import Fraction

import attrs
import pytest

from pushcore import ExchangeRate, Money, Payout, PayoutState, Refused, Rounding
from pushcore.errors import InvalidValue
from pushcore.ledger import recipes
from pushcore.payouts import PayoutCost, PayoutPlan, approving
from pushcore.payouts import payout as deciding

AT = datetime(2026, 2, 5, tzinfo=UTC)
TEN = Money.of("10.00", "EUR")
PLAIN = Payout("lanterne/lune", "lanterne", "lune", TEN)
RATE = ExchangeRate("EUR", "CHF", "0.9333", as_of=AT.date(), source="ECB")
WORTH = RATE.convert(TEN, Rounding.DOWN)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"costs": [PayoutCost("wire", TEN)]}, "nothing of EUR 10.00 would arrive"),
        ({"state": PayoutState.HELD}, "no milestone to wait for"),
        ({"consented": True}, "does not wait for what was consented to"),
        ({"consented": True, "milestone": "m", "state": PayoutState.HELD}, "does not wait for what was"),
        ({"state": PayoutState.MERGED}, "says into what"),
        ({"merged_into": "lanterne/lune/2"}, "says into what"),
        ({"state": PayoutState.APPROVED, "approvals": 2, "approved_by": ["ana"]}, "1 of 2 approved it"),
        ({"approvals": 2, "approved_by": ["ana", "ana"]}, "approver 'ana' stands twice"),
        ({"converted": WORTH}, "is not what is converted"),
        ({"converted": WORTH, "currency": RATE.quote, "amount": TEN * 2}, "is not what is converted"),
        ({"converted": RATE.convert(TEN * 0, Rounding.UP), "currency": RATE.quote}, "would arrive"),
    ],
)
def test_no_payout(changed, why):
    with pytest.raises(InvalidValue, match=why):
        attrs.evolve(PLAIN, **changed)


def test_what_rounding_leaves_out_is_named():
    assert PLAIN.conversion_rest == 0
    swiss = attrs.evolve(PLAIN, currency=RATE.quote, converted=WORTH)
    assert swiss.conversion_rest == Fraction(3, 10)  # 9.333 francs
    odd = attrs.evolve(PLAIN, amount=TEN * 3 + Money.of("0.01", "EUR"))
    down, up = (
        attrs.evolve(odd, currency=RATE.quote, converted=RATE.convert(odd.amount, it)).conversion_rest
        for it in (Rounding.DOWN, Rounding.UP)
    )
    assert (0 < down < 1, up) == (True, down - 1)
    to_yen = ExchangeRate("EUR", "JPY", "160.5", as_of=AT.date(), source="ECB")
    yen = attrs.evolve(odd, currency=to_yen.quote, converted=to_yen.convert(odd.amount, Rounding.DOWN))
    assert yen.conversion_rest == Fraction(3001, 100) * Fraction(321, 2) - 4816


def test_one_person_approves_once():
    once = approving.approve(attrs.evolve(PLAIN, approvals=2), AT, "ana")[0]
    with pytest.raises(Refused) as no:
        approving.approve(once, AT, "ana")
    assert no.value.codes == ("already-approved",)


def test_what_is_merged_is_of_one_payee_and_can_be_sent():
    two = attrs.evolve(PLAIN, id="lanterne/lune/2", number=2)
    theirs = attrs.evolve(PLAIN, id="lanterne/band", payee_id="band")
    for several in ([], [PLAIN], [PLAIN, theirs]):
        with pytest.raises(InvalidValue, match="at least two payouts of one payee"):
            approving.merge(several, 3, PayoutPlan(), AT, "ana")
    later = attrs.evolve(two, due_at=AT.replace(year=2027), approvals=1)
    with pytest.raises(Refused) as no:
        approving.merge([PLAIN, later], 3, PayoutPlan(), AT, "ana")
    assert no.value.codes == ("payout-not-due", "approval-missing")
    failed = attrs.evolve(two, state=PayoutState.FAILED, attempts=1)
    with pytest.raises(Refused) as no:
        approving.merge([PLAIN, failed], 3, PayoutPlan(), AT, "ana")
    assert no.value.codes == ("not-payable",)


def test_nobody_has_so_many_payouts():
    assert deciding.payout_id_of("c", "lune", 10**9) == "c/lune/1000000000"
    with pytest.raises(InvalidValue, match="nobody has more than"):
        deciding.payout_id_of("c", "lune", 10**9 + 1)


def test_a_release_gives_somebody_something():
    with pytest.raises(InvalidValue, match="somebody is given something"):
        recipes.release("t", "c", {"lune": TEN * 0}, AT)
