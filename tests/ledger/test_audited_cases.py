"""The audit on what other systems went through, and on a ledger that somebody else recorded."""

import csv
import gzip
from decimal import Decimal

import pytest
from entries import BANK, HELD, PAYEE, Row, eur, moved, pending, posted, transaction, voided

from pushcore import Account, Balances, Money, audit
from pushcore.ledger import Fault, Side, TransactionPhase


def found(entries):
    return [(finding.fault, finding.transaction_id) for finding in audit(entries)]


def test_gr04_a_payout_that_fails_twice():
    """Of 30.00, 27.06 and a fee of 0.81 go out, come back, and do not come back again."""
    out = transaction(
        "t",
        (*moved(eur(2706), BANK, HELD), *moved(eur(81), Account("fees", Side.CREDIT), HELD)),
        TransactionPhase.PENDING,
    )
    entries = [posted("in", eur(3000)), out]

    def available():
        return Balances(entries).balance(HELD, "EUR").available

    assert available() == eur(213)
    entries.append(voided("failed", of="t"))
    assert available() == eur(3000)
    assert audit(entries) == ()
    entries.append(voided("failed again", of="t"))
    assert available() == eur(3000)
    assert found(entries) == [(Fault.NOT_PENDING, "failed again")]


def test_gr05_no_payout_of_nothing():
    assert found([pending("t", eur(1041), BANK, HELD)]) == [(Fault.OVERDRAWN, "t")]


def test_ca16_all_of_it_once():
    """A has 15 and gives all of it to B, twice."""
    entries = [posted("in", eur(1500)), *(posted(name, eur(1500), PAYEE, HELD) for name in ("t", "u"))]
    assert found(entries) == [(Fault.OVERDRAWN, "u")]


@pytest.mark.parametrize(("needed", "enough"), [(188876, True), (257841, False)], ids=["net", "gross"])
def test_oc23_a_refund_takes_what_the_fees_left(needed, enough):
    assert needed == 257841 or needed == 257841 - 9662 - 20627 - 38676
    entries = [posted("in", eur(236151)), posted("refund", eur(needed), BANK, HELD)]
    assert (audit(entries) == ()) is enough


def test_ca09_ca11_lf04_the_same_thing_has_the_same_id():
    """What comes in twice, a chargeback or a payment, is written once."""
    entries = [posted("in", eur(1740000)), posted("chargeback/7", eur(17400), BANK, HELD)]
    assert found([*entries, entries[-1]]) == [(Fault.DUPLICATE_ID, "chargeback/7")]
    entries.append(posted("chargeback/7/won", eur(17400)))
    assert audit(entries) == ()
    assert Balances(entries).balance(HELD, "EUR").available == eur(1740000)


@pytest.fixture(scope="module")
def recorded_lines(data_dir):
    with gzip.open(data_dir / "sample/astro_ledger_nonames.csv.gz", "rt", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 3136
    return sorted(lines, key=lambda line: (line["Effective Date & Time"], int(line["Transaction ID"])))


WORLD = Account("world", Side.DEBIT)
COLLECTIVE = Account("collective", Side.CREDIT, guarded=True)


def row_of(name, lines):
    amounts = [Money.of(Decimal(line["Amount Single Column"]), line["Currency"]) for line in lines]
    return Row(name, tuple(posting for amount in amounts for posting in moved(amount, COLLECTIVE, WORLD)))


def test_a_recorded_ledger_group_by_group(recorded_lines):
    """A contribution and the fee on it are one event, and then no event takes more than there is."""
    groups = {}
    for line in recorded_lines:
        groups.setdefault(line["Group ID"], []).append(line)
    rows = [row_of(name, lines) for name, lines in groups.items()]
    assert len(rows) == 1711
    assert audit(rows) == ()
    assert str(Balances(rows).balance(COLLECTIVE, "USD").available) == "USD 123410.95"


def test_a_recorded_ledger_line_by_line(recorded_lines):
    """Its very first fee is written before the contribution that it is taken of."""
    rows = [row_of(line["Transaction ID"], [line]) for line in recorded_lines]
    assert [str(finding) for finding in audit(rows)] == [
        "1243504: overdrawn: collective would stand at USD -10.00"
    ]
