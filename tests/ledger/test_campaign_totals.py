"""Campaign totals: what came in for a campaign is somewhere, or it is said how much is not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Account, Balances, Money, Posting, Transaction, audit
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ledger import CampaignTotals, Side, TransactionPhase, campaign_totals, chart, recipes

AT = datetime(2026, 1, 5, tzinfo=UTC)
DONE = {"phase": TransactionPhase.POSTED}


def eur(minor):
    return Money.of_minor(minor, "EUR")


def totals_of(ledger):
    return {it.campaign_id: it for it in campaign_totals(Balances(ledger))}


def moved(name, source, target, amount):
    return Transaction(name, "move", AT, [Posting(source, amount), Posting(target, -amount)])


@given(
    st.sampled_from(["lanterne", "2026/lune", "50%/a"]),
    st.lists(st.integers(1, 9_999), min_size=1, max_size=5),
    st.integers(0, 500),
    st.integers(0, 20_000),
)
def test_every_cent_of_a_campaign_is_somewhere(campaign, gifts, tip, fee):
    on_top = (("tip", eur(tip)),) if tip else ()
    ledger = []
    for place, gift in enumerate(gifts):
        amount = eur(gift + tip)
        ledger += [
            recipes.charge(f"p{place}", campaign, amount, AT, on_top=on_top),
            recipes.charge(f"p{place}", campaign, amount, AT, on_top=on_top, **DONE),
        ]
    ledger += recipes.give_back("p0", campaign, eur(gifts[0] + tip), AT, on_top=on_top)
    collected = eur(sum(gifts[1:]))
    net = eur(max(0, collected.minor - fee))
    if collected or fee:  # a settlement of nothing is none
        ledger.append(recipes.settlement(campaign, collected, {"platform": eur(fee)}, {"lune": net}, AT))
    ledger += [
        recipes.payout("out", campaign, "lune", net, AT, **DONE),
    ]
    (totals,) = campaign_totals(Balances(ledger))
    assert totals.off == eur(0)
    assert totals == CampaignTotals(
        campaign,
        collected=eur(sum(gifts)),
        debt=eur(max(0, fee - collected.minor)),
        fees=eur(fee),
        payees=net,
        refunded=eur(gifts[0]),
        held=eur(0),
        borne=eur(0),
        disputed=eur(0),
        reserved=eur(0),
    )


@given(st.integers(1, 500), st.integers(1, 500), st.integers(0, 499))
def test_what_is_held_back_and_what_a_bank_sent_back_are_somewhere(part, reserve, released):
    """What came back is the payee's once, and what is held back is not, until it is given."""
    released = min(released, reserve)
    ledger = [
        recipes.receipt("r", "lanterne", eur(part + reserve), AT),
        recipes.settlement(
            "lanterne", eur(part + reserve), {}, {"lune": eur(part)}, AT, reserve=eur(reserve)
        ),
        recipes.payout("out", "lanterne", "lune", eur(part), AT),
        recipes.payout("out", "lanterne", "lune", eur(part), AT, **DONE),
        recipes.returned_transfer("out", "lanterne", "lune", eur(part), AT),
    ]
    if released:
        ledger.append(recipes.release("given", "lanterne", {"lune": eur(released)}, AT))
    assert audit(ledger) == ()
    totals = totals_of(ledger)["lanterne"]
    assert (totals.payees, totals.reserved) == (eur(part + released), eur(reserve - released))
    assert totals.off == eur(0)


def test_what_goes_from_one_campaign_to_another_is_missed_in_the_one():
    """Every transaction balances and nothing is overdrawn: only the totals tell."""
    came = recipes.receipt("r", "ours", eur(500), AT)
    stolen = moved("t", chart.held_account("ours"), chart.payee_account("theirs", "eve"), eur(200))
    assert audit([came, stolen]) == ()
    totals = totals_of([came, stolen])
    assert totals["ours"].off == eur(200)
    assert totals["theirs"].off == eur(-200)


def test_what_leaves_for_no_account_of_the_campaign_is_missed():
    ledger = [
        recipes.receipt("r", "ours", eur(500), AT),
        moved("t", chart.held_account("ours"), Account("till", Side.CREDIT), eur(1)),
    ]
    assert totals_of(ledger)["ours"].off == eur(1)


def test_each_currency_has_its_own_totals():
    ledger = [
        recipes.receipt("r", "c", eur(500), AT),
        recipes.receipt("s", "c", Money.of(7, "JPY"), AT),
    ]
    assert [(str(it.collected), str(it.off)) for it in campaign_totals(Balances(ledger))] == [
        ("EUR 5.00", "EUR 0.00"),
        ("JPY 7", "JPY 0"),
    ]


def test_what_is_pending_has_not_come():
    assert totals_of([recipes.charge("p", "c", eur(5), AT)])["c"].collected == eur(0)


def test_accounts_of_no_campaign_have_no_totals():
    bank = Account("bank", Side.DEBIT)
    assert totals_of([moved("t", bank, Account("campaign", Side.CREDIT), eur(1))]) == {}


def test_junk_is_refused():
    with pytest.raises(InvalidValue, match="balances: expected Balances"):
        campaign_totals([])
    with pytest.raises(InvalidValue, match="the path of an account"):
        chart.named(5)
    mixed = CampaignTotals("c", *[eur(1)] * 8, reserved=Money.of(1, "JPY"))
    with pytest.raises(CurrencyMismatch):
        mixed.off  # noqa: B018


@given(st.text("a/%é2F5", min_size=1, max_size=6))
def test_a_campaign_is_read_off_any_path_that_is_made_for_it(campaign):
    for account, sort in (
        (chart.held_account(campaign), "held"),
        (chart.payee_account(campaign, "a/b"), "payee"),
    ):
        place = chart.named(account.path)
        assert (place.campaign_id, place.sort) == (campaign, sort)
