import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import (
    END,
    NOBODY_ASKED,
    between,
    closed,
    collected,
    launched,
    money,
    pledged,
    refused,
    request,
    written,
)

from pushcore import (
    CampaignState,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingModel,
    Money,
    Percent,
    Percentage,
    Rounding,
    Settlement,
    SplitPlan,
    advance_campaign,
    audit,
    charge_pledge,
    close_campaign,
    collect_pledges,
    place_pledge,
    receive_event,
    settle_campaign,
    state_account,
)
from pushcore.campaigns import settling
from pushcore.campaigns.events import CampaignSettled
from pushcore.errors import NotFound, Refused
from pushcore.gateway import Accepted, OrderAnswered
from pushcore.memory import FakeGateway
from pushcore.payouts import FeeBearer


def settle(ports):
    return settle_campaign(ports, "lanterne", actor="clerk")


def test_the_collected_total_is_divided():
    """ks-fee-micropledge's arithmetic on 60 and 9: 5 % of 69; 60 pays 3 % + 0.20, 9 pays 5 % + 0.05."""
    statement = settle(collected("60.00", "9.00", "31.00"))
    assert statement.collected == money("100.00")
    assert statement.fees == {"platform": money("5.00"), "processing": money("3.63")}
    assert statement.payees == {"director": money("63.96"), "band": money("27.41")}
    assert statement.held == money(0)
    assert statement.conserved


def test_what_was_previewed_is_what_is_committed():
    ports = between(collected("60.00", "40.00"))
    it, progress = ports.store.campaign("lanterne"), ports.store.progress("lanterne")
    fold = Settlement.empty(it.terms.fees, "EUR").add(ports.store.collected_amounts("lanterne"))
    _, changes = settling.settle(it, progress, fold, held=money("100.00"), at=END, actor="clerk")
    settle(ports)
    assert ports.store.commits == [changes]


def test_settling_again_gives_the_same_statement_and_writes_nothing():
    ports = collected("60.00", "40.00")
    statement, before = settle(ports), written(ports)
    assert settle(ports) == statement == state_account(ports, "lanterne")
    assert written(ports) == before


def test_two_who_settle_at_once_do_it_once():
    ports = collected("60.00", "40.00")
    theirs = []
    assert [settle(between(ports, lambda: theirs.append(settle(ports))))] == theirs
    assert len(ports.store.payouts("lanterne")) == 2


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: closed("99.99"), ("not-funded",)),
        (lambda: pledged("100.00"), ("not-funded", "not-settleable")),
        (lambda: closed("100.00"), ("not-settleable",)),
    ],
    ids=["failed", "live", "not collected"],
)
def test_what_is_not_settled(make, codes):
    ports = make()
    before = written(ports)
    assert refused(settle, ports) == codes
    assert written(ports) == before


def test_a_charge_under_way_is_waited_for():
    ports = closed("60.00", "40.00")
    charge_pledge(ports, "p0", actor="clerk")
    assert refused(settle, ports) == ("not-settleable",)
    charge_pledge(ports, "p1", actor="clerk")
    assert settle(ports).collected == money("100.00")


def test_a_success_of_which_nothing_came_in_is_settled_with_nothing():
    ports = closed("100.00", dunning=NOBODY_ASKED)
    ports.gateway.decline("p0")
    collect_pledges(ports, "lanterne", actor="clerk")
    statement = settle(ports)
    assert (statement.collected, statement.net, statement.conserved) == (money(0), money(0), True)
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL
    assert ports.store.campaign("lanterne").settled_at == END


def test_a_statement_can_be_had_at_any_time():
    ports = launched()
    assert state_account(ports, "lanterne").collected == money(0)
    half = closed("60.00", "40.00")
    charge_pledge(half, "p0", actor="clerk")
    statement = state_account(half, "lanterne")
    assert (statement.collected, statement.held, statement.conserved) == (
        money("60.00"),
        money("60.00"),
        True,
    )
    for nothing in ("etoile", None, {}):
        with pytest.raises(NotFound):
            state_account(ports, nothing)


@given(
    amounts=st.lists(st.integers(100, 9_999_99), max_size=8),
    declined=st.sets(st.integers(0, 7)),
    plain=st.booleans(),
)
def test_whatever_comes_in_every_cent_is_somewhere(amounts, declined, plain):
    options = {"fees": FeeSchedule(), "splits": SplitPlan()} if plain else {}
    ports = closed(
        *[Money.of_minor(minor, "EUR") for minor in amounts],
        model=FundingModel.KEEP_IT_ALL,
        dunning=NOBODY_ASKED,
        **options,
    )
    if not amounts:
        assert refused(settle, ports) == ("not-funded",)
        return
    for n in declined:
        ports.gateway.decline(f"p{n}")
    collect_pledges(ports, "lanterne", actor="clerk")
    statement = settle(ports)
    assert statement.collected.minor == sum(m for n, m in enumerate(amounts) if n not in declined)
    assert statement.conserved
    assert audit(ports.store.transactions()) == ()
    parts = {payout.payee_id: payout.amount for payout in ports.store.payouts("lanterne")}
    assert parts == {payee: part for payee, part in statement.payees.items() if part}


def line(name, base, rule, **more):
    return FeeLine(name, FeeBase(base), rule, Rounding.HALF_UP, **more)


def percent(text):
    return Percent(Percentage.of(text))


MANY = FeeSchedule(
    [
        line("platform", "collected", percent(10)),
        line("vat", "fees", percent(21), of=["platform"]),
        line("tax", "fees", percent(15), of=["platform"], withheld=True),
        line("card", "pledge", percent(3), estimate=True),
        line("listing", "collected", Fixed(money("7.00")), bearer=FeeBearer.SPONSOR),
    ]
)


def settled_with(ports, actual):
    """The same campaign, settled with what the provider really took."""
    store = ports.store
    it, progress = store.campaign("lanterne"), store.progress("lanterne")
    fold = Settlement.empty(it.terms.fees, "EUR").add(store.collected_amounts("lanterne"), actual=actual)
    _, changes = settling.settle(it, progress, fold, held=progress.collected, at=END, actor="clerk")
    store.commit(changes)
    return state_account(ports, "lanterne"), changes


@pytest.mark.parametrize(
    ("really", "true_up", "net"), [("2.60", "-0.40", "86.80"), ("3.50", "0.50", "85.90")]
)
def test_lines_below_zero_and_borne_by_others_are_settled_and_conserved(really, true_up, net):
    ports = collected("60.00", "40.00", fees=MANY)
    statement, changes = settled_with(ports, {"card": money(really)})
    assert {name: fee.text for name, fee in statement.fees.items()} == {
        "platform": "10.00",
        "vat": "2.10",
        "tax": "-1.50",
        "card": "3.00",
        "card/true-up": true_up,
        "listing": "7.00",
    }
    assert (statement.net.text, statement.borne) == (net, {FeeBearer.SPONSOR: money("7.00")})
    assert statement.conserved
    assert audit(ports.store.transactions()) == ()
    (event,) = (it for it in changes.events if isinstance(it, CampaignSettled))
    assert (event.fees, event.borne) == (statement.fees, statement.borne)
    assert settle(ports) == statement


def test_without_word_of_the_provider_the_estimate_holds():
    statement = settle(collected("60.00", "40.00", fees=MANY))
    assert (statement.fees["card"].text, statement.fees["card/true-up"].text) == ("3.00", "0.00")
    assert statement.conserved


class Telling(FakeGateway):
    """It says this of every charge: what it kept of it, what it booked, and how it was paid, in turn."""

    def __init__(self, *said):
        super().__init__()
        self.said = dict(zip(("p0/charge/1", "p1/charge/1"), said, strict=True))

    def _told(self, order, said):
        return attrs.evolve(super()._told(order, said), **self.said.get(order.key, {}))


BY_CARD = FeeSchedule([line("card", "pledge", percent(3), methods=["card"])])


def through(gateway, **changed):
    """The campaign of 60.00 and 40.00, charged by this gateway, and settled: its fees and its net."""
    ports = attrs.evolve(launched(**changed), gateway=gateway)
    for n, amount in enumerate(("60.00", "40.00")):
        place_pledge(ports, request(f"p{n}", amount, backer_id=f"b{n}"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    statement = settle(ports)
    assert statement.conserved
    assert audit(ports.store.transactions()) == ()
    return {name: fee.text for name, fee in statement.fees.items()}, statement.net.text


def test_what_the_provider_said_that_it_kept_is_taken_instead_of_the_estimate():
    fees, net = through(Telling({"fee": money("2.10")}, {"fee": money("1.40")}), fees=MANY)
    assert (fees["card"], fees["card/true-up"], net) == ("3.00", "0.50", "85.90")


def test_where_only_some_charges_are_told_of_the_rest_is_estimated():
    fees, net = through(Telling({}, {"fee": money("1.40")}), fees=MANY)
    assert (fees["card"], fees["card/true-up"], net) == ("3.00", "0.20", "86.20")


@pytest.mark.parametrize(
    ("fee", "booked", "true_up"),
    [("USD", "USD", "-0.28"), ("USD", None, "0.00"), ("GBP", "USD", "0.00")],
    ids=["at the stored rate", "nothing is booked in it", "another one is booked"],
)
def test_a_fee_in_another_currency_counts_at_the_stored_rate_or_not_at_all(fee, booked, true_up):
    """1.50 dollars of each charge, at 1.10 dollars for a euro, are 1.36 euros; else nobody knows."""
    said = [
        {"fee": money("1.50", fee), "settled": booked and money(amount, booked)}
        for amount in ("66.00", "44.00")
    ]
    fees, _ = through(Telling(*said), fees=MANY)
    assert (fees["card"], fees["card/true-up"]) == ("3.00", true_up)


def test_what_was_kept_of_a_method_that_no_line_estimates_is_nobodys_true_up():
    fees = FeeSchedule([line("card", "pledge", percent(3), estimate=True, methods=["card"])])
    said = {"fee": money("2.00"), "paid_by": "card"}, {"fee": money("0.80"), "paid_by": "sepa-debit"}
    assert through(Telling(*said), fees=fees) == ({"card": "1.80", "card/true-up": "0.20"}, "98.00")


def test_what_a_provider_took_of_charges_that_all_failed_is_a_debt():
    ports = closed("60.00", "40.00", fees=MANY, dunning=NOBODY_ASKED)
    for pledge_id in ("p0", "p1"):
        ports.gateway.decline(pledge_id)
    collect_pledges(ports, "lanterne", actor="clerk")
    statement, _ = settled_with(ports, {"card": money("0.25")})
    assert (statement.collected.text, statement.debt.text, statement.net.text) == ("0.00", "0.25", "0.00")
    assert statement.conserved
    assert audit(ports.store.transactions()) == ()
    assert not ports.store.payouts("lanterne")


def test_a_campaign_with_fees_by_method_is_not_settled_by_a_guess():
    ports = collected("60.00", "40.00", fees=BY_CARD)
    with pytest.raises(Refused, match="method-unknown") as no:
        settle(ports)
    assert dict(no.value.refusals[0].facts) == {"pledges": ("p0", "p1"), "unknown": 2}
    assert ports.store.campaign("lanterne").settled_at is None


def test_no_more_than_ten_pledges_are_named_of_which_it_is_not_said_how_they_were_paid():
    with pytest.raises(Refused, match="method-unknown") as no:
        settle(collected(*["10.00"] * 12, fees=BY_CARD))
    (reason,) = no.value.refusals
    assert (len(reason.facts["pledges"]), reason.facts["unknown"]) == (10, 12)
    assert "and 2 more were paid" in reason.message


def test_what_is_said_later_of_how_pledges_were_paid_settles_them():
    """The round tells of it by the id of the campaign and goes on; nothing is raised every minute."""
    ports = collected("60.00", "40.00", fees=BY_CARD)
    (trouble,) = advance_campaign(ports, "lanterne", actor="jobs").items()
    assert (trouble[0], trouble[1].codes) == ("lanterne", ("method-unknown",))
    said = [paid_by(ports, "p0", "card"), paid_by(ports, "p1", "cheque"), paid_by(ports, "p0", "cheque")]
    assert said == ["taken", "taken", "known"]
    assert [ports.store.find_pledge(it).paid_by for it in ("p0", "p1")] == ["card", "cheque"]
    assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    assert state_account(ports, "lanterne").fees == {"card": money("1.80")}


def test_a_method_that_no_line_names_pays_what_is_for_all_of_them_only():
    """Names are compared as they are: ``Card`` is not ``card``."""
    said = {"paid_by": "Card"}, {"paid_by": "card"}
    assert through(Telling(*said), fees=BY_CARD) == ({"card": "1.20"}, "98.80")


def paid_by(ports, pledge_id, method):
    """The provider says how the first charge of a pledge was paid, after it was asked."""
    event = OrderAnswered(f"{pledge_id}/charge/1", Accepted("again", paid_by=method))
    return receive_event(ports, event, actor="webhook").value
