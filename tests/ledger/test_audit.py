"""The audit finds everything that is wrong with a ledger, and nothing in a sound one."""

import attrs
import pytest
from entries import (
    BANK,
    HELD,
    PAYEE,
    TILL,
    Row,
    counted,
    currencies,
    eur,
    moved,
    pending,
    posted,
    sound_ledgers,
    transaction,
    voided,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from pushcore import Account, Balances, Money, Posting, audit
from pushcore.errors import InvalidValue
from pushcore.ledger import Fault, Side, TransactionPhase
from pushcore.ledger.audit import faults


def found(entries):
    return [(finding.fault, finding.transaction_id) for finding in audit(entries)]


@given(sound_ledgers())
def test_nothing_is_found_in_a_sound_ledger(ledger):
    assert audit(ledger) == ()
    assert audit(map(Row.of, ledger)) == ()


@given(sound_ledgers(), st.data())
def test_one_unit_more_on_any_line_is_found(ledger, data):
    rows = list(map(Row.of, ledger))
    places = [(n, m) for n, row in enumerate(rows) for m in range(len(row.postings))]
    assume(places)
    n, m = data.draw(st.sampled_from(places))
    lines = list(rows[n].postings)
    lines[m] = Posting(lines[m].account, lines[m].amount + lines[m].amount.with_minor(1))
    rows[n] = attrs.evolve(rows[n], postings=tuple(lines))
    assert (Fault.UNBALANCED, rows[n].id) in found(rows)


@given(sound_ledgers(), st.data())
def test_a_row_that_stands_twice_is_found(ledger, data):
    assume(ledger)
    again = data.draw(st.sampled_from(ledger))
    assert (Fault.DUPLICATE_ID, again.id) in found([*ledger, again])
    assert f"{again.id}: duplicate-id: the id stands twice" in map(str, audit([*ledger, again]))


@given(sound_ledgers(), st.data())
def test_a_second_answer_is_found(ledger, data):
    answers = [entry for entry in ledger if entry.pending_id is not None]
    assume(answers)
    again = voided("again", data.draw(st.sampled_from(answers)).pending_id)
    assert found([*ledger, again]) == [(Fault.NOT_PENDING, "again")]


@given(sound_ledgers())
def test_a_lost_row_is_found(ledger):
    resolved = [entry.pending_id for entry in ledger if entry.pending_id is not None]
    assume(resolved)
    lost = [entry for entry in ledger if entry.id != resolved[0]]
    answer = next(entry for entry in ledger if entry.pending_id == resolved[0])
    assert (Fault.NOT_PENDING, answer.id) in found(lost)


@given(sound_ledgers(), st.sampled_from([HELD, PAYEE, TILL]), currencies, st.booleans(), st.integers(1, 9))
def test_one_unit_too_many_is_found_pending_ones_counted(ledger, account, currency, later, more):
    most = counted(ledger, account, currency).available(account)
    amount = Money.of_minor(most + more, currency)
    source, target = (BANK, account) if account.normal is Side.CREDIT else (account, BANK)
    spent = transaction(
        "spent", moved(amount, source, target), TransactionPhase.PENDING if later else TransactionPhase.POSTED
    )
    assert found([*ledger, spent]) == [(Fault.OVERDRAWN, "spent")]
    assert f"would stand at {Money.of_minor(-more, currency)}" in str(audit([*ledger, spent])[0])


@given(sound_ledgers(), st.data())
def test_a_batch_is_checked_as_if_its_rows_came_one_by_one(ledger, data):
    """The same check guards a store, which writes several transactions at once."""
    spent = posted("spent", eur(data.draw(st.integers(1, 200))), PAYEE, HELD)
    entries = [*ledger, spent, *data.draw(st.lists(st.sampled_from([*ledger, spent]), max_size=2))]
    cut = data.draw(st.integers(0, len(entries)))
    before, batch = entries[:cut], entries[cut:]
    known = {entry.id for entry in before}
    assert (*audit(before), *faults(batch, Balances(before), known)) == audit(entries)


def test_more_than_was_reserved():
    """tigerbeetle-005: 124 of 123."""
    reserved = pending("t", eur(123))
    finding = audit([reserved, posted("u", eur(124), of="t")])[0]
    assert (finding.fault, finding.transaction_id) == (Fault.EXCEEDS_RESERVED, "u")
    assert str(finding) == "u: exceeds-reserved: EUR 1.24 on bank is not within what t reserved"


@pytest.mark.parametrize(
    "lines",
    [
        moved(eur(100), BANK, HELD),
        moved(eur(1), HELD, TILL),
        (*moved(eur(60), HELD, BANK), *moved(eur(64), HELD, BANK)),
        (*moved(eur(60), HELD, BANK), *moved(Money.of(1, "JPY"), HELD, BANK)),
    ],
    ids=["the other way", "elsewhere", "in two parts", "in another currency"],
)
def test_what_was_not_reserved(lines):
    entries = [posted("in", eur(1000)), posted("cash", eur(1000), BANK, TILL), pending("t", eur(123))]
    answer = transaction("u", lines, TransactionPhase.POSTED, "t")
    assert {finding[0] for finding in found([*entries, answer])} == {Fault.EXCEEDS_RESERVED}


def test_two_parts_of_what_was_reserved():
    lines = (*moved(eur(60), HELD, BANK), *moved(eur(63), HELD, BANK))
    assert audit([pending("t", eur(123)), transaction("u", lines, TransactionPhase.POSTED, "t")]) == ()


def test_what_was_reserved_in_two_parts_is_set_free_in_both():
    lines = (*moved(eur(30), BANK, HELD), *moved(eur(40), BANK, HELD))
    reserved = transaction("t", lines, TransactionPhase.PENDING)
    ledger = [posted("in", eur(100)), reserved, posted("u", eur(1), BANK, HELD, of="t")]
    spent = posted("v", eur(99), BANK, HELD)
    assert audit([*ledger, spent]) == ()
    assert faults([*ledger, spent], Balances(), ()) == []
    answered = [*ledger[:2], transaction("u", lines, TransactionPhase.POSTED, "t")]
    assert audit(answered) == ()
    assert found([*answered, posted("v", eur(31), BANK, HELD)]) == [(Fault.OVERDRAWN, "v")]


def test_an_unknown_pending_one():
    findings = audit([posted("t", eur(5)), voided("u", of="t"), voided("v", of="nothing")])
    assert [str(finding) for finding in findings] == [
        "u: not-pending: t is not pending, or not any more",
        "v: not-pending: nothing is not pending, or not any more",
    ]


def test_what_is_posted_in_a_batch_is_not_pending_in_it():
    entries = [posted("t", eur(5)), voided("u", of="t")]
    assert [str(finding) for finding in faults(entries, Balances(), ())] == [
        "u: not-pending: t is not pending, or not any more"
    ]


@pytest.mark.parametrize("ids", [None, 5, iter("t")], ids=["None", "5", "an iterator"])
def test_the_ids_that_are_written_are_a_collection(ids):
    with pytest.raises(InvalidValue, match="the ids that are written: expected Collection, got "):
        faults([posted("t", eur(5))], Balances(), ids)


def test_two_answers_in_one_batch():
    reserved = pending("t", eur(5))
    both = [posted("u", eur(5), of="t"), voided("v", of="t")]
    assert [finding.transaction_id for finding in faults(both, Balances([reserved]), {"t"})] == ["v"]
    assert [finding.fault for finding in faults([reserved, *both], Balances(), set())] == [Fault.NOT_PENDING]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Row("r", ()), Fault.CONTRADICTORY),
        (Row("r", (), TransactionPhase.VOIDED), Fault.CONTRADICTORY),
        (Row("r", moved(eur(1), HELD, BANK), TransactionPhase.PENDING, "r"), Fault.CONTRADICTORY),
        (Row("r", moved(eur(0), HELD, BANK), TransactionPhase.VOIDED, "p"), Fault.CONTRADICTORY),
        (Row("r", (Posting(BANK, eur(1)),)), Fault.UNBALANCED),
        (Row("r", moved(eur(1), Account("held", Side.DEBIT, guarded=True), BANK)), Fault.ACCOUNT_CHANGED),
        (Row("r", moved(eur(1), Account("held", Side.CREDIT), BANK)), Fault.ACCOUNT_CHANGED),
    ],
    ids=[
        "empty",
        "voids nothing",
        "resolves itself",
        "void that moves",
        "one line",
        "other side",
        "no guard",
    ],
)
def test_rows_that_no_transaction_can_be(row, fault):
    findings = found([posted("in", eur(9)), pending("p", eur(5)), row])
    assert findings[0] == (fault, "r")


def test_an_account_that_changes_within_a_batch():
    other = Account("bank", Side.CREDIT)
    lines = (*moved(eur(1), HELD, BANK), *moved(eur(1), HELD, other))
    assert [finding.fault for finding in faults([Row("r", lines)], Balances(), ())] == [Fault.ACCOUNT_CHANGED]


def test_an_account_that_is_the_same_again():
    again = Account("bank", Side.DEBIT)
    assert audit([posted("t", eur(1)), posted("u", eur(1), HELD, again)]) == ()


def test_adding_to_an_overdrawn_account_is_no_fault():
    entries = [posted("out", eur(5), BANK, HELD), posted("in", eur(3)), posted("more", eur(1), BANK, HELD)]
    assert found(entries) == [(Fault.OVERDRAWN, "out"), (Fault.OVERDRAWN, "more")]
    assert str(audit(entries)[0]) == "out: overdrawn: held would stand at EUR -0.05"


def test_neither_is_taking_what_was_reserved_before():
    reserved = pending("t", eur(3), BANK, HELD)
    ledger = [posted("in", eur(5)), reserved, posted("out", eur(5), BANK, HELD)]
    assert found([*ledger, posted("u", eur(3), BANK, HELD, of="t")]) == [(Fault.OVERDRAWN, "out")]


def test_a_guard_looks_at_each_currency():
    yen = Money.of(5, "JPY")
    assert found([posted("in", eur(5)), posted("out", yen, BANK, HELD)]) == [(Fault.OVERDRAWN, "out")]


def test_an_account_without_a_guard_may_be_overdrawn():
    assert audit([posted("in", eur(5), BANK, Account("free", Side.CREDIT))]) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", 5), ("postings", []), ("postings", (5,)), ("phase", "posted"), ("pending_id", 5)],
)
def test_a_row_of_the_wrong_types_is_refused(field, value):
    row = attrs.evolve(Row("r", moved(eur(1), HELD, BANK)), **{field: value})
    with pytest.raises(InvalidValue, match="ledger entry"):
        audit([row])


def test_a_row_without_a_field_is_refused():
    @attrs.frozen
    class Short:
        id: str = "r"
        postings: tuple = moved(eur(1), HELD, BANK)
        phase: TransactionPhase = TransactionPhase.POSTED

    with pytest.raises(InvalidValue, match=r"a ledger entry has pending_id, unlike .*Short\(id='r'"):
        audit([Short()])


def test_a_transaction_may_be_off_in_several_currencies():
    lines = (Posting(BANK, eur(5)), Posting(BANK, Money.of(3, "JPY")), Posting(HELD, eur(-4)))
    found_ones = audit([Row("r", lines)])
    assert [(it.fault, it.off) for it in found_ones] == [
        (Fault.UNBALANCED, eur(1)),
        (Fault.UNBALANCED, Money.of(3, "JPY")),
    ]


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_finding_says_by_how_much(minor, more):
    """As far as it is about an amount: what is missing in an account, what was not reserved."""
    overdrawn = audit([posted("in", eur(minor)), posted("out", eur(minor + more), BANK, HELD)])
    assert [it.off for it in overdrawn] == [eur(-more)]
    reserved = pending("t", eur(minor))
    exceeding = audit([reserved, posted("u", eur(minor + more), of="t")])
    assert [it.off for it in exceeding] == [eur(more), eur(-more)]
    back = audit([posted("in", eur(minor)), reserved, posted("u", eur(more), BANK, HELD, of="t")])
    assert {it.off for it in back if it.fault is Fault.EXCEEDS_RESERVED} == {eur(more), eur(-more)}
    assert [it.off for it in audit([voided("v", of="nothing")])] == [None]
