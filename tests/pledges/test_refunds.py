"""What is known of a refund under way."""

import pytest
from lanterne import money

from pushcore import Paid, PaidKind
from pushcore.errors import InvalidValue
from pushcore.pledges import PledgeRefund


def test_a_refund_has_something_to_give_back():
    with pytest.raises(InvalidValue, match="something to give back"):
        PledgeRefund(Paid.of({PaidKind.GOODS: money("5.00")}, {}), ())
