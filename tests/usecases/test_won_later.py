"""What is won after the settlement: debts of fees, the schedule of payouts, and what the creator made up."""

import pytest
from funding_houses import ALL_BACK, books, goal, heard
from lanterne import DAY, END, collected, launched, money, request

from pushcore import (
    Below,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    PayoutPlan,
    PayoutSchedule,
    PayoutState,
    Percent,
    Percentage,
    RefundPolicy,
    Rounding,
    Split,
    SplitPlan,
    Tranche,
    Zone,
    audit,
    close_campaign,
    collect_pledges,
    pay_back_debt,
    pay_out,
    place_pledge,
    refund_pledge,
    release_milestone,
    settle_campaign,
    state_account,
    state_debt,
    write_off_debt,
)
from pushcore.books import year_totals
from pushcore.gateway import DisputeState, DisputeTold
from pushcore.payouts import (
    Bearer,
    Consent,
    Consenter,
    Dispute,
    DisputeTerms,
    Milestone,
    PaidKind,
    RefundSituation,
    Returning,
    Waterfall,
)

OPENED, LOST, WON = (DisputeState(it) for it in ("opened", "lost", "won"))
BY = {"actor": "clerk"}
PLAIN = {"refunds": ALL_BACK, "splits": SplitPlan(), "fees": FeeSchedule()}


def tell(ports, state, amount, days=0, about="p0"):
    news = DisputeTold(
        dispute_id="dp_1", charged=f"{about}/charge/1", amount=money(amount), state=state, at=END + days * DAY
    )
    return heard(ports, news)


def fees(rule):
    return FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, rule, Rounding.HALF_UP)])


def owed(ports):
    return state_debt(ports, "lune", "EUR").outstanding


def sound(ports):
    assert audit(ports.store.transactions()) == ()
    return state_account(ports, "lanterne").conserved


def paid_back(ports):
    pay_back_debt(ports, "lune", money("15.00"), key="iban-1", **BY)


def written_off(ports):
    write_off_debt(ports, "lune", money("15.00"), bearer=Bearer.PLATFORM, key="2026", **BY)


@pytest.mark.parametrize(
    ("meanwhile", "paid_again"), [(None, "0.00"), (paid_back, "15.00"), (written_off, "0.00")]
)
def test_what_fees_exceeded_the_total_by_is_covered_first(meanwhile, paid_again):
    """Of 100.00 less a flat 25.00 the payees have 75.00, whenever the 90.00 of it are there."""
    splits = SplitPlan([Split("director", portion=Percentage.of("70")), Split("band", remaining=True)])
    own = PLAIN | {"splits": splits, "fees": fees(Fixed(money("25.00")))}
    ports = collected("90.00", "10.00", **own)
    tell(ports, OPENED, "90.00")
    settle_campaign(ports, "lanterne", **BY)
    assert owed(ports) == money("15.00")
    if meanwhile is not None:
        meanwhile(ports)
    tell(ports, WON, "90.00", days=1)
    pay_out(ports, "lanterne", **BY)
    paid = {it.payee_id: it.amount for it in ports.store.payouts("lanterne")}
    again = {"lune": money(paid_again)} if money(paid_again) else {}
    assert paid == {"director": money("52.50"), "band": money("22.50"), **again}
    assert (owed(ports), books(ports).get("payee/lune/debt", 0)) == (money("0.00"), 0)
    assert not any(minor for path, minor in books(ports).items() if path.startswith("written-off"))
    assert sound(ports)
    year = year_totals(
        ports.store.transactions(), "lune", ["lanterne"], currency="EUR", year=2026, zone=Zone("UTC")
    )
    assert year.total.credited == year.total.paid == money("15.00")


def test_what_fees_take_more_than_what_comes_back_is_owed():
    """8 % of 1,000.00 is more than 5 % of 990.00 and the 10.00: nobody had come to owe the 20.50."""
    tiers = Below(money("1000.00"), Percent(Percentage.of("5")), Percent(Percentage.of("8")))
    ports = collected("990.00", "10.00", **PLAIN | {"fees": fees(tiers)})
    tell(ports, OPENED, "10.00", about="p1")
    settle_campaign(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    tell(ports, WON, "10.00", days=1, about="p1")
    assert owed(ports) == state_account(ports, "lanterne").debt == money("20.50")
    pay_back_debt(ports, "lune", money("20.50"), key="iban-1", **BY)
    assert books(ports)["provider"] == 8000
    assert sound(ports)


PREMIERE = Milestone("premiere", Consenter.BACKERS, Percentage.of("50"))
TWO = PayoutPlan(
    schedule=PayoutSchedule([Tranche(Percentage.of("40"), 14), Tranche(Percentage.of("60"), 14, PREMIERE)])
)


def test_news_that_are_told_at_the_same_moment_are_taken_once(monkeypatch):
    """One had read the pledge before the dispute was known, and the dispute after it: a stray error."""
    ports = collected("60.00", "40.00", **PLAIN)
    find, rivals = ports.store.find, [OPENED]

    def meanwhile(kind, name):
        found = find(kind, name)
        if kind is Dispute and rivals:
            tell(ports, rivals.pop(), "40.00", about="p1")
        return found

    monkeypatch.setattr(ports.store, "find", meanwhile)
    assert tell(ports, OPENED, "40.00", about="p1") == "known"
    assert ports.store.find(Dispute, "dp_1").version == 1
    assert sound(ports)


@pytest.mark.parametrize("consented", [True, False])
def test_it_is_paid_by_the_schedule_too(consented):
    """All of it was paid at once, before anybody had consented."""
    ports = collected("90.00", "10.00", payouts=TWO, **PLAIN)
    tell(ports, OPENED, "90.00")
    settle_campaign(ports, "lanterne", **BY)
    if consented:
        release_milestone(ports, "lanterne", "premiere", Consent(Consenter.BACKERS, 1, 1), **BY)
    tell(ports, WON, "90.00", days=1)
    later = [*ports.store.payouts("lanterne")][2:]
    waits = PayoutState.PREPARED if consented else PayoutState.HELD
    assert [(it.id, it.amount, it.state, it.milestone) for it in later] == [
        ("lanterne/lune/3", money("36.00"), PayoutState.PREPARED, None),
        ("lanterne/lune/4", money("54.00"), waits, "premiere"),
    ]
    assert {it.due_at for it in later} == {END + 14 * DAY}
    assert {it.consented for it in later[1:]} == {consented}


def test_what_is_owed_no_more_is_paid_beside_it():
    """The fee of the dispute was set off against the settlement, and comes back too."""
    terms = DisputeTerms(
        fee=money("1.20"), fee_returned=True, counter_fee=money("0.00"), bearers=[], rounding=Rounding.HALF_UP
    )
    ports = collected("60.00", "40.00", disputes=terms, **PLAIN)
    tell(ports, OPENED, "40.00", about="p1")
    settle_campaign(ports, "lanterne", **BY)
    tell(ports, WON, "40.00", days=1, about="p1")
    paid = [(it.number, it.amount) for it in ports.store.payouts("lanterne")]
    assert paid == [(1, money("58.80")), (2, money("40.00")), (3, money("1.20"))]
    assert sound(ports)


def test_a_dispute_is_won_of_which_the_creator_gave_more_than_there_was():
    """The tip does not come back, and the creator makes it up: less is collected more than comes back."""
    no_tip = Waterfall(parts={PaidKind.TIP: Returning(Percentage.of("0"))}, indebts=True)
    rules = RefundPolicy(dict.fromkeys(RefundSituation, no_tip), rounding=Rounding.HALF_UP)
    ports = launched(**PLAIN | {"refunds": rules, "goal": goal("1.00")})
    place_pledge(ports, request("p0", "40.00", backer_id="b0"))
    place_pledge(ports, request("p1", "50.00", backer_id="b1", tip=money("10.00")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", **BY)
    collect_pledges(ports, "lanterne", **BY)
    tell(ports, OPENED, "12.00", about="p1")
    settle_campaign(ports, "lanterne", **BY)
    tell(ports, LOST, "12.00", days=1, about="p1")
    refund_pledge(ports, "p1", wanted=money("47.00"), key="k", **BY)
    assert tell(ports, WON, "12.00", days=2, about="p1") == "taken"
    assert ports.store.find(Dispute, "dp_1").state is WON
    assert sound(ports)
