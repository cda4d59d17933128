"""Recipes: what each movement of money looks like, and names of accounts that never meet."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Account, Balances, Money, Posting, Transaction, audit
from pushcore.errors import InvalidValue, Unbalanced
from pushcore.ledger import Fault, Side, TransactionPhase, chart, recipes

AT = datetime(2026, 1, 5, tzinfo=UTC)
ids = st.text("a/%é", min_size=1, max_size=6)


def eur(text):
    return Money.of(text, "EUR")


def amounts(transaction):
    return {posting.account.path: posting.amount.text for posting in transaction.postings}


@given(st.lists(st.tuples(ids, ids), min_size=2, max_size=2, unique=True))
def test_no_two_accounts_share_a_path(pairs):
    """Whatever slashes a host puts into its ids."""
    paths = []
    for campaign_id in {campaign_id for campaign_id, _ in pairs}:
        alone = (
            chart.held_account,
            chart.debt_account,
            chart.refunds_account,
            chart.offline_account,
        )
        paths += [account(campaign_id).path for account in alone]
    for pair in pairs:
        paths += [chart.fee_account(*pair).path, chart.payee_account(*pair).path]
        paths += [chart.borne_account(*pair).path]
    of_hosts = chart.host_owed_account, chart.shared_account, chart.own_funds_account
    hosts = {host_id for host_id, _ in pairs}
    paths += [account(it).path for it in hosts for account in of_hosts]
    assert len(set(paths)) == len(paths)


def test_ids_as_long_as_they_may_be_make_accounts():
    assert len(chart.payee_account("/" * 200, "%" * 200).path) > 1200


def test_accounts_are_named_plainly():
    assert chart.refunds_account("lanterne").path == "campaign/lanterne/refunds"
    assert chart.payee_account("lanterne", "lune").path == "campaign/lanterne/payee/lune"
    assert chart.held_account("lanterne") is chart.held_account("lanterne")


def test_what_backers_and_payees_are_owed_is_guarded():
    guarded = [
        chart.held_account("c"),
        chart.payee_account("c", "p"),
        chart.refunds_account("c"),
        chart.reserve_account("c"),
    ]
    assert all(account.guarded and account.normal is Side.CREDIT for account in guarded)


def test_cash_comes_goes_back_and_is_brought_to_the_provider_and_never_more_than_came():
    came = recipes.receipt("c1/receipt", "lanterne", eur("5.00"), AT, on_top=(("tip", eur("1.00")),))
    back = recipes.returned("c1/return", "lanterne", eur("5.00"), AT, on_top=(("tip", eur("1.00")),))
    brought = recipes.deposit("lanterne", eur("5.00"), AT)
    account = "campaign/lanterne/offline"
    assert amounts(came) == {
        account: "5.00",
        "campaign/lanterne/held": "-4.00",
        "campaign/lanterne/on-top/tip": "-1.00",
    }
    assert amounts(back) == {
        account: "-5.00",
        "campaign/lanterne/refunds": "4.00",
        "campaign/lanterne/on-top/tip": "1.00",
    }
    assert (brought.id, amounts(brought)) == ("lanterne/deposit", {"provider": "5.00", account: "-5.00"})
    assert not audit([came, brought])
    assert [it.fault for it in audit([came, brought, attrs.evolve(brought, id="again")])] == [Fault.OVERDRAWN]


@pytest.mark.parametrize("phase", TransactionPhase)
def test_a_charge_in_each_phase(phase):
    charge = recipes.charge("p/charge/1", "lanterne", eur("5.00"), AT, phase=phase)
    lines = {"provider": "5.00", "campaign/lanterne/held": "-5.00"}
    assert (charge.id, charge.pending_id) == (
        ("p/charge/1", None) if phase is TransactionPhase.PENDING else ("p/charge/1/done", "p/charge/1")
    )
    assert amounts(charge) == ({} if phase is TransactionPhase.VOIDED else lines)
    assert (charge.recipe, charge.at, charge.phase) == ("charge", AT, phase)


@pytest.mark.parametrize("phase", TransactionPhase)
def test_a_payout_in_each_phase(phase):
    payout = recipes.payout("l/p/transfer/1", "lanterne", "lune", eur("5.00"), AT, phase=phase)
    lines = {"campaign/lanterne/payee/lune": "5.00", "provider": "-5.00"}
    assert amounts(payout) == ({} if phase is TransactionPhase.VOIDED else lines)
    assert (payout.recipe, payout.at, payout.phase) == ("payout", AT, phase)


def test_a_charge_is_pending_unless_said_otherwise():
    pending = recipes.charge("k", "lanterne", eur("5.00"), AT)
    assert pending == recipes.charge("k", "lanterne", eur("5.00"), AT, phase=TransactionPhase.PENDING)
    assert recipes.charge("k", "lanterne", eur("5.00"), AT, phase=TransactionPhase.POSTED) == pending.posted(
        "k/done", AT
    )
    assert recipes.payout("k", "c", "p", eur("5.00"), AT).phase is TransactionPhase.PENDING


def test_a_settlement_divides_what_was_collected():
    fees = {"platform": eur("1.00"), "free": eur("0.00")}
    parts = {"ana": eur("8.50"), "bo": eur("0.50"), "cy": eur("0.00")}
    settled = recipes.settlement("lanterne", eur("10.00"), fees, parts, AT)
    assert (settled.id, settled.recipe, settled.at) == ("lanterne/settlement", "settlement", AT)
    assert amounts(settled) == {
        "campaign/lanterne/held": "10.00",
        "campaign/lanterne/fees/platform": "-1.00",
        "campaign/lanterne/payee/ana": "-8.50",
        "campaign/lanterne/payee/bo": "-0.50",
    }


@pytest.mark.parametrize(("fee", "debt"), [("1.20", "0.20"), ("1.01", "0.01"), ("1.00", None)])
def test_fees_above_what_was_collected_are_a_debt(fee, debt):
    settled = recipes.settlement("c", eur("1.00"), {"card": eur(fee)}, {"ana": eur("0.00")}, AT)
    owed = {} if debt is None else {"campaign/c/debt": debt}
    assert amounts(settled) == {"campaign/c/held": "1.00", "campaign/c/fees/card": f"-{fee}"} | owed


@pytest.mark.parametrize("part", ["8.99", "9.01"])
def test_payees_get_exactly_what_the_fees_leave(part):
    with pytest.raises(Unbalanced):
        recipes.settlement("c", eur("10.00"), {"platform": eur("1.00")}, {"ana": eur(part)}, AT)


def test_oc02_oc03_a_tip_that_is_settled_later():
    """100.00 with a tip of 10.00: the host takes 5 % of the rest, and owes the platform 15 % of that."""
    bank, platform = Account("bank", Side.DEBIT), Account("platform", Side.CREDIT)
    host, collective = Account("host", Side.CREDIT), Account("collective", Side.CREDIT, guarded=True)
    owed = Account("owed to the platform", Side.CREDIT, guarded=True)

    def entry(name, *lines):
        return Transaction(name, name, AT, [Posting(account, eur(text)) for account, text in lines])

    ledger = [
        entry("charge", (bank, "100.00"), (collective, "-90.00"), (owed, "-10.00")),
        entry("host fee", (collective, "4.50"), (host, "-4.50")),
        entry("share", (host, "0.68"), (owed, "-0.68")),
    ]

    def held(account):
        return Balances(ledger).balance(account, "EUR").posted.text

    assert held(collective) == "85.50"
    assert eur(held(owed)) + eur(held(host)) == eur("14.50")
    ledger += [
        entry("settle", (owed, "10.68"), (platform, "-10.68")),
        entry("send", (platform, "10.68"), (bank, "-10.68")),
    ]
    assert (held(host), held(owed), held(bank)) == ("3.82", "0.00", "89.32")
    assert audit(ledger) == ()


ON_TOP = (("service", eur("2.30")), ("tip", eur("1.00")))


@pytest.mark.parametrize("phase", TransactionPhase)
def test_a_refund_in_each_phase(phase):
    refund = recipes.refund("p/refund/1", "lanterne", eur("103.30"), AT, on_top=ON_TOP, phase=phase)
    lines = {
        "campaign/lanterne/refunds": "100.00",
        "campaign/lanterne/on-top/service": "2.30",
        "campaign/lanterne/on-top/tip": "1.00",
        "provider": "-103.30",
    }
    assert amounts(refund) == ({} if phase is TransactionPhase.VOIDED else lines)
    assert (refund.recipe, refund.at, refund.phase) == ("refund", AT, phase)


def test_what_is_given_back_is_owed_until_it_is_refunded():
    (owed,) = recipes.give_back("p", "lanterne", eur("103.30"), AT, on_top=ON_TOP)
    assert (owed.id, owed.recipe, owed.phase) == ("p/give-back", "give-back", TransactionPhase.POSTED)
    assert amounts(owed) == {"campaign/lanterne/held": "100.00", "campaign/lanterne/refunds": "-100.00"}


def test_a_charge_that_was_only_given_on_top_goes_back_too():
    """Nothing of it was the campaign's: there is nothing to be owed, and the rest returns at once."""
    only = (("tip", eur("1.00")),)
    charge = recipes.charge(
        "p/charge/1", "lanterne", eur("1.00"), AT, on_top=only, phase=TransactionPhase.PENDING
    )
    refund = recipes.refund("p/refund/1", "lanterne", eur("1.00"), AT, on_top=only)
    assert recipes.give_back("p", "lanterne", eur("1.00"), AT, on_top=only) == ()
    for lines, sign in ((amounts(charge), ""), (amounts(refund), "-")):
        assert lines["provider"] == f"{sign}1.00"
        assert set(lines) == {"provider", "campaign/lanterne/on-top/tip"}


@given(st.integers(1, 10_000), st.integers(0, 500), st.integers(0, 500), st.integers(1, 3))
def test_a_charge_and_its_refund_leave_nothing(minor, fee, tip, declined):
    """However often the refund is declined, and whatever was given on top."""
    on_top = tuple((name, Money.of_minor(part, "EUR")) for name, part in (("fee", fee), ("tip", tip)) if part)
    amount = Money.of_minor(minor + fee + tip, "EUR")
    of = {"on_top": on_top}
    ledger = [
        recipes.charge("p/charge/1", "c", amount, AT, **of),
        recipes.charge("p/charge/1", "c", amount, AT, **of, phase=TransactionPhase.POSTED),
        *recipes.give_back("p", "c", amount, AT, **of),
    ]
    for n in range(declined):
        ledger += [
            recipes.refund(f"p/refund/{n}", "c", amount, AT, **of),
            recipes.refund(f"p/refund/{n}", "c", amount, AT, **of, phase=TransactionPhase.VOIDED),
        ]
        assert Balances(ledger).balance(chart.refunds_account("c"), "EUR").posted.minor == minor
    ledger += [
        recipes.refund("p/refund", "c", amount, AT, **of),
        recipes.refund("p/refund", "c", amount, AT, **of, phase=TransactionPhase.POSTED),
    ]
    assert audit(ledger) == ()
    balances = Balances(ledger)
    touched = {posting.account for it in ledger for posting in it.postings}
    assert all(not balances.balance(account, "EUR").posted for account in touched)


def test_a_settlement_has_lines_below_zero_and_lines_that_others_bear():
    """A tax that is withheld, an estimate that was too high, and a fee of the sponsor."""
    fees = {
        "platform": eur("5.00"),
        "card": eur("3.20"),
        "card/true-up": eur("-0.20"),
        "tax": eur("-1.00"),
        "listing": eur("9.00"),
    }
    borne = {"sponsor": eur("9.00"), "host": eur("0.00")}
    settled = recipes.settlement("c", eur("100.00"), fees, {"ana": eur("93.00")}, AT, borne=borne)
    assert amounts(settled) == {
        "campaign/c/held": "100.00",
        "campaign/c/borne/sponsor": "9.00",
        "campaign/c/fees/platform": "-5.00",
        "campaign/c/fees/card": "-3.20",
        "campaign/c/fees/card%2Ftrue-up": "0.20",
        "campaign/c/fees/tax": "1.00",
        "campaign/c/fees/listing": "-9.00",
        "campaign/c/payee/ana": "-93.00",
    }
    assert chart.borne_account("c", "sponsor").normal is Side.DEBIT
    with pytest.raises(Unbalanced):
        recipes.settlement("c", eur("100.00"), fees, {"ana": eur("93.00")}, AT)


def test_what_others_bear_is_no_debt():
    fees, nobody = {"listing": eur("25.00")}, {"ana": eur("0.00")}
    settled = recipes.settlement("c", eur("10.00"), fees, nobody, AT, borne={"host": eur("14.00")})
    assert amounts(settled) == {
        "campaign/c/held": "10.00",
        "campaign/c/borne/host": "14.00",
        "campaign/c/debt": "1.00",
        "campaign/c/fees/listing": "-25.00",
    }


def test_fees_of_nothing_that_was_collected_are_a_debt():
    """A provider may take something for charges that failed."""
    settled = recipes.settlement("c", eur("0.00"), {"card/true-up": eur("0.25")}, {}, AT)
    assert amounts(settled) == {"campaign/c/debt": "0.25", "campaign/c/fees/card%2Ftrue-up": "-0.25"}


@pytest.mark.parametrize(
    "junk",
    [
        5,
        [],
        (5,),
        (("tip",),),
        (("tip", 5),),
        ((5, eur("1.00")),),
        (["tip", eur("1.00")],),
        (("tip", eur("1.00"), 5),),
    ],
    ids=str,
)
def test_what_is_given_on_top_are_names_with_amounts(junk):
    for make in (recipes.charge, recipes.refund, recipes.receipt, recipes.returned, recipes.give_back):
        with pytest.raises(InvalidValue, match="given on top"):
            make("p", "lanterne", eur("5.00"), AT, on_top=junk)


@pytest.mark.parametrize("junk", [None, 5, []], ids=repr)
def test_money_comes_in_for_a_campaign(junk):
    for make, what in ((recipes.charge, "charge"), (recipes.receipt, "receipt")):
        with pytest.raises(InvalidValue, match=r"^campaign id: expected str, got "):
            make("p", junk, eur("5.00"), AT)
        with pytest.raises(InvalidValue, match=rf"^the amount of a {what}: expected Money, got "):
            make("p", "lanterne", junk, AT)


@pytest.mark.parametrize("junk", [None, 5, []], ids=repr)
def test_an_opening_has_a_key(junk):
    with pytest.raises(InvalidValue, match=r"^the key of an opening: expected str, got "):
        recipes.opening(junk, "lanterne", eur("5.00").currency, [], AT)
