"""Invoices: what the ledger took, numbered without gap or duplicate, whatever crashes and races."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from funding_houses import ALL_BACK
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, between, collected, money, refused

from pushcore import (
    Changes,
    DisputeState,
    FeeBase,
    FeeBearer,
    FeeLine,
    FeeSchedule,
    Fixed,
    Percent,
    Percentage,
    RefundPolicy,
    RefundSituation,
    Rounding,
    Waterfall,
    Zone,
    receive_event,
    refund_pledge,
    settle_campaign,
)
from pushcore.books import (
    Credited,
    FeeTax,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    TaxTotal,
    fee_entries,
    year_totals,
)
from pushcore.books.invoicing import fees_of, issue
from pushcore.errors import Conflict, InvalidValue, KeyReused, NotFound
from pushcore.ledger import Posting, Transaction, TransactionPhase, chart, recipes
from pushcore.memory import memory_ports
from pushcore.schemas import dump, parse_command
from pushcore.testing import builders
from pushcore.usecases import issue_credit_note, issue_invoice, list_uninvoiced

PARIS = Zone("Europe/Paris")
AT = datetime(2026, 2, 10, tzinfo=UTC)
FEES = InvoiceSeries("fees", 2026, PARIS, prefix="F-", digits=4)
VAT = FeeTax(Percentage.of("21"), Rounding.HALF_UP, ["platform", "processing"])
ONE = {"platform": money("1.00")}
TAKEN = {"platform": money("12.10"), "processing": money("3.63"), "listing": money("1.00")}


def line(name, base=FeeBase.COLLECTED, percent="1", **more):
    return FeeLine(name, base, Percent(Percentage.of(percent)), Rounding.HALF_UP, **more)


LINES = ("platform", "processing", "listing", "other", "a", "b", "c", "d", "never")
SCHEDULE = FeeSchedule(map(line, LINES))
TAXED = FeeSchedule(
    [
        line("platform"),
        line("card", FeeBase.PLEDGE, estimate=True),
        line("vat", FeeBase.FEES, "21", of=["platform", "card"]),
    ]
)


def settled(campaign_id="c", fees=None, at=AT):
    fees = TAKEN if fees is None else fees
    total = sum(fees.values(), money("50.00"))
    return recipes.settlement(campaign_id, total, fees, {"band": money("50.00")}, at)


def given_back(campaign_id="c", fees=None, n=1):
    postings = [Posting(chart.fee_account(campaign_id, name), fee) for name, fee in fees.items()]
    total = sum(fees.values(), money("0"))
    held = Posting(chart.payee_account(campaign_id, "band"), -total)
    return Transaction(f"{campaign_id}/fees-back/{n}", "fees-back", AT, [*postings, held])


def issued(entry=None, series=FEES, **changed):
    facts = {
        "campaign_id": "c",
        "debtor_id": "lune",
        "currency": "EUR",
        "schedule": SCHEDULE,
        "taxes": [VAT],
        "at": AT,
        "actor": "clerk",
    } | changed
    return issue(series, entry or settled(), **facts)


def test_an_invoice_says_what_the_settlement_took():
    invoice, changes = issued()
    assert (invoice.id, invoice.number, invoice.sequence) == ("c/settlement", "F-2026-0001", 1)
    assert invoice.lines == tuple(InvoiceLine(name, fee) for name, fee in TAKEN.items())
    assert invoice.taxes == (TaxTotal(VAT.rate, money("13.00"), money("2.73")),)
    assert (invoice.net, invoice.tax, invoice.gross) == (money("14.00"), money("2.73"), money("16.73"))
    assert invoice.taxes[0].gross == money("15.73")
    assert changes.put == (attrs.evolve(FEES, last=1, version=1), invoice)
    (event,) = changes.events
    assert (event.number, event.gross, event.tax) == (invoice.number, invoice.gross, invoice.tax)


def test_a_tax_that_is_a_fee_line_is_what_was_taken():
    """Two fees, and the tax on both, taken off the transfer."""  # verkami-invoice
    fees = {"platform": money("50.00"), "card": money("14.50"), "vat": money("13.55")}
    vat = FeeTax(Percentage.of("21"), Rounding.HALF_UP, ["platform", "card"], "vat")
    invoice, _ = issued(settled(fees=fees), schedule=TAXED, taxes=[vat])
    assert (invoice.net, invoice.tax, invoice.gross) == (money("64.50"), money("13.55"), money("78.05"))


def test_an_estimate_is_taxed_with_its_true_up():
    inside = FeeTax(Percentage.of("21"), Rounding.HALF_UP, ["card"])
    invoice, _ = issued(
        settled(fees={"card": money("12.00"), "card/true-up": money("0.10")}), schedule=TAXED, taxes=[inside]
    )
    assert invoice.tax == money("2.10")


def test_what_others_bear_is_not_invoiced():
    others = FeeSchedule([line("platform"), line("admin", bearer=FeeBearer.SPONSOR)])
    fees = {"platform": money("8.00"), "admin": money("5.00")}
    vat = FeeTax(Percentage.of("21"), Rounding.HALF_UP, ["platform", "admin"])
    invoice, _ = issued(settled(fees=fees), schedule=others, taxes=[vat])
    assert invoice.lines == (InvoiceLine("platform", money("8.00")),)
    assert (invoice.gross, invoice.tax) == (money("8.00"), money("1.39"))
    assert refused(issued, settled(fees={"admin": money("5.00")}), schedule=others, taxes=[]) == ("no-fees",)


@pytest.mark.parametrize(
    ("rate", "lines", "own", "message"),
    [
        ("21", ["plattform"], None, "that there are, platform, card, card/true-up, vat, not on plattform"),
        ("21", ["platform", "card"], "vta", "not on vta"),
        ("21", ["platform"], "vat", "vat is taken of platform, card: it is no tax on platform"),
        ("20", ["platform", "card"], "vat", "vat takes 21% of 100% of them, not 20%"),
        ("15", ["platform"], "kept", "kept is withheld, and no tax on fees"),
        ("21", ["card", "card/true-up", "vat"], None, None),
        ("21", ["card", "card/true-up", "platform"], "vat", None),
        ("7", ["platform"], "stamp", None),
        ("5", ["platform"], "half", None),
    ],
)
def test_a_tax_is_what_the_schedule_says(rate, lines, own, message):
    more = [
        line("kept", FeeBase.FEES, "15", of=["platform"], withheld=True),
        FeeLine("stamp", FeeBase.FEES, Fixed(money("1.00")), Rounding.HALF_UP, of=["platform"]),
        line("half", FeeBase.FEES, "10", of=["platform"], share=Percentage.of("50")),
    ]
    schedule = FeeSchedule([*TAXED.lines, *(more if own in {"kept", "stamp", "half"} else [])])
    tax = FeeTax(Percentage.of(rate), Rounding.HALF_UP, lines, own)
    entry = settled(fees={"platform": money("8.00")})
    if message is None:
        issued(entry, schedule=schedule, taxes=[tax])
    else:
        with pytest.raises(InvalidValue) as no:
            issued(entry, schedule=schedule, taxes=[tax])
        assert message in str(no.value)


def test_what_is_withheld_is_not_held_against_the_tax_on_the_fee():
    """A fee of 13 % with VAT in it, off which income tax is withheld."""
    fees = {"platform": money("13.00"), "withheld": money("-0.20")}
    schedule = FeeSchedule(
        [line("platform"), line("withheld", FeeBase.FEES, "1.5", of=["platform"], withheld=True)]
    )
    vat = FeeTax(Percentage.of("20"), Rounding.HALF_UP, ["platform"])
    invoice, _ = issued(settled(fees=fees), schedule=schedule, taxes=[vat])
    assert (invoice.gross, invoice.tax) == (money("12.80"), money("2.17"))
    note, _ = issued(given_back(fees=fees), schedule=schedule, taxes=[vat], corrects=[invoice])
    assert (note.gross, note.tax) == (money("-12.80"), money("-2.17"))


def test_what_is_taken_once_more_is_taxed_where_the_note_as_a_whole_gives_back():
    (invoice,) = invoiced({"listing": money("1.00")})
    back = given_back(fees={"listing": money("0.10"), "platform": money("-0.06")})
    note, _ = issued(back, corrects=[invoice])
    assert (note.gross, note.tax) == (money("-0.04"), money("0.01"))


def test_several_rates_are_told_apart():
    reduced = FeeTax(Percentage.of("6"), Rounding.HALF_UP, ["listing"])
    invoice, _ = issued(taxes=[VAT, reduced, FeeTax(Percentage.of("6"), Rounding.UP, ["never"])])
    assert [str(it.rate) for it in invoice.taxes] == ["21%", "6%"]
    assert invoice.net + invoice.tax == invoice.gross


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 10_000), min_size=1),
    st.sampled_from(["0", "6", "20", "21", "19", "7.7"]),
)
def test_net_and_tax_are_what_was_taken(fees, rate):
    taken = {name: money("0.01") * minor for name, minor in fees.items()}
    tax = FeeTax(Percentage.of(rate), Rounding.HALF_UP, ["a", "b"])
    invoice, _ = issued(settled(fees=taken), taxes=[tax])
    assert invoice.gross == sum(taken.values(), money("0"))
    assert invoice.net + invoice.tax == invoice.gross
    exempt = sum((fee for name, fee in taken.items() if name in "cd"), money("0"))
    assert sum((it.gross for it in invoice.taxes), exempt) == invoice.gross
    for it in invoice.taxes:
        assert abs(it.net.minor * it.rate.fraction - it.tax.minor) <= 1


def test_no_invoice_of_nothing():
    assert refused(issued, settled(fees={})) == ("no-fees",)
    assert refused(issued, settled("other")) == ("no-fees",)
    assert refused(issued, currency="USD") == ("no-fees",)
    assert fees_of(attrs.evolve(settled(), phase=TransactionPhase.PENDING), "c", "EUR", SCHEDULE) == {}


def test_a_number_is_of_the_year_in_its_zone():
    new_year = datetime(2025, 12, 31, 23, tzinfo=UTC)  # midnight in Paris
    assert issued(at=new_year)[0].number == "F-2026-0001"
    assert refused(issued, at=new_year - timedelta.resolution) == ("other-year",)


def test_a_credit_note_names_what_it_credits():
    invoice, _ = issued()
    back = given_back(fees={"platform": money("2.42")})
    assert refused(issued, back) == refused(issued, back, corrects=[]) == ("not-invoiced",)
    note, changes = issued(back, corrects=[invoice])
    assert (note.corrects, note.gross, note.tax) == (("F-2026-0001",), money("-2.42"), money("-0.42"))
    *_, credited = changes.put
    assert credited == Credited("c/settlement", [InvoiceLine("platform", money("-2.42"))], 1)
    more = given_back(fees={"platform": money("9.69")}, n=2)
    assert refused(issued, more, corrects=[invoice], credited=[credited]) == ("above-invoiced",)
    rest = given_back(fees={"platform": money("9.68")}, n=3)
    _, changes = issued(rest, corrects=[invoice], credited=[credited])
    assert sum(line.amount.minor for line in changes.put[-1].lines) == -1210


@pytest.mark.parametrize(
    "entry",
    [given_back(fees={"other": money("1.00")}), given_back(fees={"platform": money("99.00")}), settled()],
)
def test_no_more_is_credited_than_was_invoiced(entry):
    invoice, _ = issued()
    assert refused(issued, entry, corrects=[invoice]) == ("above-invoiced",)


def invoiced(*fees):
    """An invoice of each of these fees, the oldest first."""
    entries = [attrs.evolve(settled(fees=it), id=f"c/settlement/{n}") for n, it in enumerate(fees)]
    series = [attrs.evolve(FEES, last=n) for n in range(len(fees))]
    return [issued(entry, it, taxes=[])[0] for entry, it in zip(entries, series, strict=True)]


def credited(fees, invoices, before=()):
    """The numbers that a credit note of these fees names, and what is credited of which invoice by then."""
    note, changes = issued(given_back(fees=fees), taxes=[], corrects=invoices, credited=before)
    assert note.lines == tuple(InvoiceLine(name, -fee) for name, fee in fees.items())
    return note.corrects, {it.id: it for it in (*before, *changes.put[2:])}


def sums(credits_by_id):
    """What is credited of each line of each invoice."""
    return {
        (of, line.name): str(credits_by_id[of].of(line.name))
        for of in credits_by_id
        for line in credits_by_id[of].lines
    }


def test_a_credit_note_corrects_the_oldest_invoices_that_have_something_left():
    """A refund gives back the fee of the settlement, and that of a dispute that was won."""
    one, two = invoiced({"platform": money("9.00"), "listing": money("1.00")}, {"platform": money("5.00")})
    first, after = credited({"platform": money("4.00")}, [two, one])
    assert (first, sums(after)) == (("F-2026-0001",), {(one.id, "platform"): "-400"})
    back = {"platform": money("6.00"), "listing": money("1.00")}
    second, then = credited(back, [two, one], after.values())
    assert second == ("F-2026-0001", "F-2026-0002")
    assert sums(then) == {
        (one.id, "platform"): "-900",
        (one.id, "listing"): "-100",
        (two.id, "platform"): "-100",
    }
    assert [it.version for it in then.values()] == [2, 1]
    more = given_back(fees={"platform": money("4.01")})
    assert refused(issued, more, corrects=[one, two], credited=then.values()) == ("above-invoiced",)
    assert credited({"platform": money("4.00")}, [one, two], then.values())[0] == ("F-2026-0002",)


def test_a_true_up_that_goes_back_is_taken_once_more():
    (invoice,) = invoiced({"card": money("12.00"), "card/true-up": money("-0.10")})
    _, after = credited({"card": money("12.00"), "card/true-up": money("-0.10")}, [invoice])
    assert sums(after) == {(invoice.id, "card"): "-1200", (invoice.id, "card/true-up"): "10"}


def test_what_is_taken_once_more_blocks_no_credit_note():
    """It is as if the oldest invoice that is corrected had it, so that it can be given back in turn."""
    one, two = invoiced({"listing": money("1.00")}, {"platform": money("9.00")})
    names, after = credited({"card": money("-0.02"), "platform": money("4.00")}, [one, two])
    assert (names, sums(after)) == (
        ("F-2026-0002",),
        {(two.id, "platform"): "-400", (two.id, "card"): "2"},
    )
    back = {"platform": money("5.00"), "card": money("0.02")}
    _, then = credited(back, [one, two], after.values())
    assert sums(then) == {(two.id, "platform"): "-900", (two.id, "card"): "0"}
    more = given_back(fees={"card": money("0.01")})
    assert refused(issued, more, corrects=[one, two], credited=then.values()) == ("above-invoiced",)


FEES_OF_TWO = st.dictionaries(st.sampled_from("ab"), st.integers(1, 9), min_size=1)


@given(st.lists(FEES_OF_TWO, min_size=1, max_size=4), st.lists(FEES_OF_TWO, max_size=9))
def test_all_credits_together_are_never_more_than_the_invoices(taken, backs):
    """Property: what fits into the invoices is credited, whatever is of which; and nothing beyond."""
    amounts = [{name: money("0.01") * minor for name, minor in it.items()} for it in (*taken, *backs)]
    invoices, known = invoiced(*amounts[: len(taken)]), {}
    stands = {name: sum(it.get(name, 0) for it in taken) for name in "ab"}
    for back, fees in zip(backs, amounts[len(taken) :], strict=True):
        if any(minor > stands[name] for name, minor in back.items()):
            entry = given_back(fees=fees)
            codes = refused(issued, entry, taxes=[], corrects=invoices, credited=known.values())
            assert {*codes} == {"above-invoiced"}
            continue
        names, known = credited(fees, invoices, known.values())
        assert list(names) == sorted(names)
        stands |= {name: stands[name] - minor for name, minor in back.items()}
        left = {
            (it.id, line.name): line.amount.minor + known.get(it.id, Credited(it.id)).of(line.name)
            for it in invoices
            for line in it.lines
        }
        assert all(minor >= 0 for minor in left.values())
        assert stands == {name: sum(minor for (_, of), minor in left.items() if of == name) for name in "ab"}


def house(*campaigns):
    ports = memory_ports(AT)
    for campaign_id in campaigns:
        campaign = attrs.evolve(builders.a_campaign(fees=SCHEDULE), id=campaign_id)
        ports.store.commit(Changes(put=(attrs.evolve(campaign, version=1),)))
        charge = recipes.receipt(f"{campaign_id}/receipt", campaign_id, money("66.73"), AT)
        ports.store.commit(Changes(transactions=(charge, settled(campaign_id))))
    return ports


def numbers(ports):
    return sorted(it.sequence for it in ports.store._tables[Invoice].values())


def ask(ports, campaign_id="c", **changed):
    return issue_invoice(ports, campaign_id, **{"series": FEES, "taxes": [VAT], "actor": "clerk"} | changed)


def test_asked_again_it_is_the_same_invoice():
    ports = house("a", "c")
    first = ask(ports)
    assert ask(ports) == first
    assert ask(ports, "a").number == "F-2026-0002"
    with pytest.raises(KeyReused):
        ask(ports, series=attrs.evolve(FEES, name="other"))
    ports.clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert ask(ports) == first


def test_each_year_begins_anew():
    ports = house("a", "b", "c")
    ask(ports, "a")
    ports.clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert ask(ports, "b").number == "F-2027-0001"
    assert ask(ports, "c").number == "F-2027-0002"


def test_numbers_go_on_from_those_of_another_system():
    ports = house("a", "b")
    started = attrs.evolve(FEES, last=41)
    assert [ask(ports, it, series=started).number for it in "ab"] == ["F-2026-0042", "F-2026-0043"]


CAMPAIGNS = "abcdef"


class Dying:
    """A store that dies before or after a commit."""

    def __init__(self, store, *, after):
        self._store = store
        self._after = after

    def __getattr__(self, name):
        return getattr(self._store, name)

    def commit(self, changes):
        if self._after:
            self._store.commit(changes)
        raise KeyboardInterrupt


@given(
    st.lists(
        st.tuples(
            st.sampled_from(CAMPAIGNS),
            st.sampled_from(
                ["well", "dies before", "dies after", "is overtaken", "is overtaken by its twin"]
            ),
            st.sampled_from(CAMPAIGNS),
        ),
        max_size=12,
    )
)
def test_no_number_is_left_out_or_given_twice(asked):
    """Property: whatever crashes, repeats and races, numbers are 1 to n, each of one settlement."""
    ports = house(*CAMPAIGNS)
    for campaign_id, how, other in asked:
        match how:
            case "well":
                ask(ports, campaign_id)
            case "dies before" | "dies after":
                dying = attrs.evolve(ports, store=Dying(ports.store, after=how == "dies after"))
                if ports.store.find(Invoice, f"{campaign_id}/settlement") is None:
                    with pytest.raises(KeyboardInterrupt):
                        ask(dying, campaign_id)
            case _:
                rival = campaign_id if how.endswith("twin") else other
                ask(between(ports, lambda rival=rival: ask(ports, rival)), campaign_id)
        found = numbers(ports)
        assert found == list(range(1, len(found) + 1))
    invoiced = {campaign_id for campaign_id, how, _ in asked if how != "dies before"}
    assert invoiced <= {it.campaign_id for it in ports.store._tables[Invoice].values()}


def test_fees_that_went_back_are_credited_once():
    ports = house("c")
    invoice = ask(ports)
    ports.store.commit(Changes(transactions=(given_back(fees={"platform": money("12.10")}),)))
    facts = {"series": FEES, "taxes": [VAT], "actor": "clerk"}
    note = issue_credit_note(ports, "c", "c/fees-back/1", **facts)
    assert issue_credit_note(ports, "c", "c/fees-back/1", **facts) == note
    with pytest.raises(KeyReused):
        issue_credit_note(ports, "c", "c/fees-back/1", **facts | {"taxes": []})
    assert (note.number, note.corrects) == ("F-2026-0002", (invoice.number,))
    ports.store.commit(Changes(transactions=(given_back(fees={"platform": money("0.01")}, n=2),)))
    assert refused(issue_credit_note, ports, "c", "c/fees-back/2", **facts) == ("above-invoiced",)
    with pytest.raises(KeyReused):
        ask(ports, transaction_id="c/fees-back/1")


def test_an_invoice_is_not_asked_for_with_other_taxes():
    ports = house("c")
    invoice = ask(ports)
    again = FeeTax(Percentage.of("21"), Rounding.HALF_EVEN, ["processing", "platform"])
    assert ask(ports, taxes=[again]) == invoice
    for taxes in [], [attrs.evolve(VAT, rate=Percentage.of("20"))], [attrs.evolve(VAT, lines=["platform"])]:
        with pytest.raises(KeyReused) as no:
            ask(ports, taxes=taxes)
        assert "c/settlement was invoiced as F-2026-0001 with EUR 2.73 of tax" in str(no.value)


def test_the_sponsor_bears_what_the_creator_is_not_invoiced_for():
    fees = FeeSchedule([line("platform", percent="8"), line("admin", percent="5", bearer=FeeBearer.SPONSOR)])
    ports = collected("100.00", fees=fees)
    settle_campaign(ports, "lanterne", actor="clerk")
    invoice = ask(ports, "lanterne", taxes=[])
    assert (invoice.lines, invoice.gross) == ((InvoiceLine("platform", money("8.00")),), money("8.00"))
    totals = year_totals(
        ports.store.transactions(), "lune", ["lanterne"], currency="EUR", year=2026, zone=PARIS
    ).total
    assert (totals.gross, totals.fees) == (money("100.00"), money("8.00"))


def credited_in_full(ports):
    """Invoice and credit all there is; what the invoices come to in the end."""
    facts = {"series": FEES, "taxes": [], "actor": "clerk"}
    for entry in list_uninvoiced(ports, "lanterne"):
        if entry.gross.minor < 0:
            issue_credit_note(ports, "lanterne", entry.transaction_id, **facts)
        else:
            issue_invoice(ports, "lanterne", transaction_id=entry.transaction_id, **facts)
    assert list_uninvoiced(ports, "lanterne") == ()
    return sum((it.gross for it in ports.store._tables[Invoice].values()), money("0"))


def test_what_is_not_invoiced_or_credited_yet_is_told():
    policy = RefundPolicy({RefundSituation.PAID_OUT: Waterfall(indebts=True)}, rounding=Rounding.HALF_UP)
    ports = collected(
        "100.00",
        "50.00",
        fees=FeeSchedule([line("platform", percent="8"), line("admin", bearer=FeeBearer.SPONSOR)]),
        refunds=policy,
    )
    assert list_uninvoiced(ports, "lanterne") == ()
    settle_campaign(ports, "lanterne", actor="clerk")
    (settlement,) = list_uninvoiced(ports, "lanterne")
    assert (settlement.transaction_id, settlement.at) == ("lanterne/settlement", END)
    assert settlement.lines == (InvoiceLine("platform", money("12.00")),)
    assert credited_in_full(ports) == money("12.00")
    refund_pledge(ports, "p0", wanted=money("10.00"), key="ticket", actor="support")
    opened = ports.gateway.dispute("p1/charge/1", money("50.00"), at=END)
    receive_event(ports, opened, actor="provider")
    assert [str(it.gross) for it in list_uninvoiced(ports, "lanterne")] == ["EUR -0.80", "EUR -4.00"]
    assert credited_in_full(ports) == money("7.20")
    won = ports.gateway.decide(opened.dispute_id, DisputeState.WON, at=END)
    receive_event(ports, won, actor="provider")
    assert [str(it.gross) for it in list_uninvoiced(ports, "lanterne")] == ["EUR 4.00"]
    assert credited_in_full(ports) == money("11.20")
    assert ports.store.balance(chart.fee_account("lanterne", "platform"), "EUR").posted == money("11.20")


def test_one_refund_gives_back_the_fees_of_two_invoices():
    """That of the settlement, and that of a dispute that was won only then."""
    facts = {"series": FEES, "taxes": [], "actor": "clerk"}
    ports = collected("100.00", "40.00", fees=FeeSchedule([line("platform", percent="10")]), refunds=ALL_BACK)
    opened = ports.gateway.dispute("p0/charge/1", money("50.00"), at=END)
    receive_event(ports, opened, actor="provider")
    settle_campaign(ports, "lanterne", actor="clerk")
    receive_event(ports, ports.gateway.decide(opened.dispute_id, DisputeState.WON, at=END), actor="provider")
    assert credited_in_full(ports) == money("14.00")
    for pledge_id in ("p1", "p0"):
        refund_pledge(ports, pledge_id, actor="support")
    assert [str(it.gross) for it in list_uninvoiced(ports, "lanterne")] == ["EUR -4.00", "EUR -10.00"]
    assert credited_in_full(ports) == money("0.00")
    note = ports.store.find(Invoice, "p0/give-back/1")
    assert note.corrects == ("F-2026-0001", "F-2026-0002")
    assert issue_credit_note(ports, "lanterne", note.id, **facts) == note


def test_fees_that_were_brought_over_are_not_invoiced_here():
    ports = house("c")
    campaign = ports.store.campaign("c")
    entries = [*ports.store.transactions(), attrs.evolve(settled(), id="opening/1", recipe="opening")]
    assert [it.transaction_id for it in fee_entries(entries, campaign)] == ["c/settlement"]
    assert fee_entries(entries, builders.a_campaign("d")) == ()
    for wrong in ([None], campaign), (None, campaign), (entries, None):
        with pytest.raises(InvalidValue):
            fee_entries(*wrong)


def test_a_real_settlement_is_invoiced():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    invoice = ask(ports, "lanterne")
    assert (invoice.gross, invoice.debtor_id, invoice.issued_at) == (money("8.40"), "lune", END)
    with pytest.raises(Conflict):
        ports.store.commit(Changes(put=(invoice,)))


def test_what_is_not_there_is_not_invoiced():
    ports = house("c")
    for call in (
        lambda: ask(ports, "nothing"),
        lambda: ask(ports, transaction_id="nothing"),
        lambda: issue_credit_note(ports, "nothing", "x", series=FEES, taxes=[], actor="clerk"),
    ):
        with pytest.raises(NotFound):
            call()


BACK = given_back(fees=ONE)


@pytest.mark.parametrize(
    "make",
    [
        lambda: FeeTax(Percentage.of("-1"), Rounding.UP, ["a"]),
        lambda: FeeTax(Percentage.of("1"), Rounding.UP, []),
        lambda: FeeTax(Percentage.of("1"), Rounding.UP, ["a", "a"]),
        lambda: FeeTax(Percentage.of("1"), Rounding.UP, ["a"], "a"),
        lambda: issued(taxes=[VAT, VAT]),
        lambda: issued(taxes=[None]),
        lambda: issued(taxes=[attrs.evolve(VAT, lines=["plattform"])]),
        lambda: issued(schedule=None),
        lambda: issued(corrects=1),
        lambda: issued(corrects=[1]),
        lambda: issued(given_back("d", {"a": money("1")}), campaign_id="d", corrects=[issued()[0]]),
        lambda: issued(BACK, corrects=[issued(BACK, corrects=[issued()[0]])[0]]),
        lambda: issued(BACK, corrects=[issued()[0]], credited=[Credited("x")]),
        lambda: issued(BACK, corrects=[issued()[0]], credited=[1]),
        lambda: issue(None, None, campaign_id=1, debtor_id=1, currency=1, schedule=1, taxes=1, at=1, actor=1),
        lambda: InvoiceSeries("fees", 2026, PARIS, digits=10**17),
        lambda: InvoiceSeries("fees", 2026, PARIS, prefix=" "),
        lambda: attrs.evolve(issued()[0], lines=[]),
        lambda: attrs.evolve(issued()[0], lines=[InvoiceLine("a", money("1", "USD"))]),
        lambda: attrs.evolve(issued()[0], taxes=[TaxTotal(VAT.rate, money("16.00"), money("0.74"))]),
        lambda: attrs.evolve(issued()[0], taxes=[TaxTotal(VAT.rate, money("-1.00"), money("0"))]),
        lambda: ask(house("c"), series=None),
        lambda: ask(house("c"), transaction_id=1),
        lambda: ask(house("c"), taxes=None),
        lambda: ask(house("c"), taxes=[attrs.evolve(VAT, lines=["plattform"])]),
        lambda: ask(house("c"), 1),
        lambda: FEES.number(10**5000),
        lambda: FEES.number(0),
        lambda: VAT.of(None, money("1")),
        lambda: VAT.of({"platform": 1}, money("1")),
    ],
    ids=range(30),
)
def test_what_makes_no_invoice_is_refused(make):
    with pytest.raises(InvalidValue):
        make()


def test_commands_issue_invoices_and_credit_notes():
    ports = house("c")
    tax = {"rate": "21%", "rounding": "half-up", "lines": ["platform", "processing"]}
    asked = {"series": dump(FEES), "taxes": [tax], "actor": "clerk"}
    invoice = parse_command({"type": "issue-invoice", "campaign_id": "c", **asked}).run(ports)
    assert invoice == ask(ports)
    ports.store.commit(Changes(transactions=(given_back(fees=ONE),)))
    names = {"campaign_id": "c", "transaction_id": "c/fees-back/1"}
    note = parse_command({"type": "issue-credit-note", **names, **asked}).run(ports)
    assert (note.corrects, note.gross) == ((invoice.number,), money("-1.00"))
