"""Disputes: blocked while open, the same in the end whatever is heard first, and never paid twice."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Balances, Money, Percentage, Rounding, audit
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.ledger import Transaction, TransactionPhase, chart, recipes
from pushcore.payouts import (
    Bearer,
    Bearing,
    Blocked,
    Debt,
    DebtSource,
    Dispute,
    DisputeState,
    DisputeTerms,
    Paid,
    PaidKind,
    RefundPolicy,
    RefundSituation,
    Returning,
    Waterfall,
    dispute,
    disputing,
    give_back,
    recovery,
)
from pushcore.payouts.return_events import DebtArose, DebtCalledOff, DisputeMoved, DisputeOpened

AT = datetime(2026, 5, 1, tzinfo=UTC)
OPENED, EVIDENCE, REVIEW, WITHDRAWN, LOST, WON = DisputeState
FRAUD = RefundSituation.FRAUD
CREATOR, PLATFORM, HOST, BACKER, SPONSOR = Bearer
PENDING, POSTED = TransactionPhase.PENDING, TransactionPhase.POSTED
NONE = Percentage.of(0)


def usd(text):
    return Money.of(text, "USD")


def day(number):
    return AT + timedelta(days=number)


def policy(**waterfall):
    return RefundPolicy({FRAUD: Waterfall(**waterfall)}, rounding=Rounding.HALF_UP)


BY_HOST = (Bearing(HOST),)


def terms(fee="15.00", *, counter="0.00", returned=False, bearers=BY_HOST):
    return DisputeTerms(
        fee=usd(fee),
        fee_returned=returned,
        counter_fee=usd(counter),
        bearers=bearers,
        rounding=Rounding.HALF_UP,
    )


def a_dispute(amount="100.00", costs=None, **blocked):
    shares = {"creator": usd(amount), "debt": usd("0.00")} | blocked
    return Dispute(
        id="dp_1",
        charge_key="p1/charge",
        campaign_id="lanterne",
        amount=usd(amount),
        terms=costs or terms(),
        blocked=Blocked(**shares),
    )


NO_DEBT = Debt.none("lune", "USD")


def begin(fresh, news=OPENED, when=1, debt=NO_DEBT):
    return disputing.begin(fresh, debt, news, day(when), AT, "sys")


def hear(pair, news, when=1):
    return disputing.hear(*pair, news, day(when), AT, "sys")


def settled(amount="100.00", fee="5.00"):
    """The books of a campaign with one pledge, once it is settled."""
    net = usd(amount) - usd(fee)
    return [
        *(
            recipes.charge("p1/charge", "lanterne", usd(amount), AT, phase=phase)
            for phase in (PENDING, POSTED)
        ),
        recipes.settlement("lanterne", usd(amount), {"host": usd(fee)}, {"lune": net}, AT),
    ]


def paid_out(ledger, text):
    return [
        *ledger,
        *(
            recipes.payout("t1", "lanterne", "lune", usd(text), AT, phase=phase)
            for phase in (PENDING, POSTED)
        ),
    ]


def available(ledger, account):
    return Balances(ledger).balance(account, "USD").available.text


PAYEE = chart.payee_account("lanterne", "lune")
DISPUTED = chart.disputed_account("lanterne")
OWED = chart.payee_debt_account("lune")
FEES_OF_HOST = chart.borne_account("lanterne", "host")


def oc13():
    """A contribution of 100.00, of which the host has its fee of 5 %."""
    paid = Paid.of({"goods": usd("100.00")}, {"host": usd("5.00")})
    back = disputing.would_take(paid, policy(), usd("100.00"), available=usd("95.00"))
    blocked = disputing.blocks(back, payee_id="lune")
    assert blocked == Blocked(
        creator=usd("95.00"), payee_id="lune", fees={"host": usd("5.00")}, debt=usd("0.00")
    )
    fresh = a_dispute()
    return attrs.evolve(fresh, blocked=blocked), back


def test_what_is_disputed_is_blocked():
    """OC13: the balance is 95.00, and none of it can be spent."""
    fresh, _ = oc13()
    (opened, debt), changes = begin(fresh)
    ledger = [*settled(), *changes.transactions]
    assert available(ledger, PAYEE) == "0.00"
    assert opened.blocked.creator == usd("95.00")
    assert available(ledger, DISPUTED) == "100.00"
    assert available(ledger, chart.PROVIDER) == "-15.00"
    assert debt is NO_DEBT
    assert changes.put == (opened,)
    assert changes.events == (DisputeOpened(AT, "sys", "dp_1", "p1/charge", "lanterne", usd("100.00")),)
    assert audit(ledger) == ()


@pytest.mark.parametrize(
    ("news", "payee", "provider"),
    [(LOST, "0.00", "-15.00"), (WON, "95.00", "85.00"), (WITHDRAWN, "95.00", "85.00")],
)
def test_how_a_dispute_ends(news, payee, provider):
    """OC13: lost, nothing is left; won, it can be spent again. The fee is the host's either way."""
    fresh, back = oc13()
    pair, opening = begin(fresh)
    (ended, _), ending = hear(pair, news)
    ledger = [*settled(), *opening.transactions, *ending.transactions]
    assert (ended.state, ended.decided_at, ended.open, ended.version) == (news, day(1), False, 2)
    assert available(ledger, PAYEE) == payee
    assert available(ledger, chart.PROVIDER) == provider
    assert available(ledger, DISPUTED) == available(ledger, chart.PROVIDER_DISPUTED) == "0.00"
    assert available(ledger, FEES_OF_HOST) == "15.00"
    assert ending.events == (DisputeMoved(AT, "sys", "dp_1", news.value),)
    assert audit(ledger) == ()
    assert back.paid.left == usd("0.00")


@pytest.mark.parametrize(
    ("state", "taken"), [(OPENED, "115.00"), (WON, "15.00"), (LOST, "115.00"), (WITHDRAWN, "15.00")]
)
def test_a_dispute_costs_a_fee_even_when_it_is_won(state, taken):
    """stripe-dispute-15: 115.00 are taken, and 100.00 come back on a win."""
    assert disputing.told(a_dispute(), state, AT).taken == usd(taken)


@pytest.mark.parametrize(
    ("news", "fees", "returned"),
    [
        ([OPENED], "15.00", "15.00"),
        ([EVIDENCE], "35.00", "35.00"),
        ([REVIEW], "35.00", "35.00"),
        ([EVIDENCE, WON], "15.00", "0.00"),
        ([EVIDENCE, WITHDRAWN], "15.00", "0.00"),
        ([EVIDENCE, LOST], "35.00", "35.00"),
        ([LOST], "15.00", "15.00"),
        ([LOST, EVIDENCE], "35.00", "35.00"),
        ([WON], "15.00", "0.00"),
    ],
    ids=lambda it: "+".join(it) if isinstance(it, list) else it,
)
def test_a_counter_fee_comes_back_on_a_win(news, fees, returned):
    for costs, expected in (
        (terms(counter="20.00"), fees),
        (terms(counter="20.00", returned=True), returned),
    ):
        told = a_dispute(costs=costs)
        for it in news:
            told = disputing.told(told, it, AT)
        assert told.fees == usd(expected)


def test_the_same_chargeback_twice_is_one():
    """CA09, catarse-chargeback: the owner is debited 174.00 of 200 once: a debt, after the payout."""
    paid = Paid.of({"goods": usd("200.00")}, {"host": usd("26.00")})
    back = disputing.would_take(paid, policy(), usd("200.00"), available=usd("0.00"))
    blocked = disputing.blocks(back, payee_id="lune")
    assert (blocked.creator, blocked.debt) == (usd("0.00"), usd("174.00"))
    fresh = attrs.evolve(a_dispute("200.00", terms("0.00")), blocked=blocked)
    pair, changes = begin(fresh)
    opened, debt = pair
    assert debt.outstanding == usd("174.00")
    assert changes.put == (debt, opened)
    assert [type(event) for event in changes.events] == [DebtArose, DisputeOpened]
    assert hear(pair, OPENED) == (pair, type(changes)())
    ledger = [*paid_out(settled("200.00", "26.00"), "174.00"), *changes.transactions]
    assert audit(ledger) == ()
    assert available(ledger, OWED) == "174.00"


def test_a_chargeback_before_the_owner_was_credited():
    """CA10: it is blocked where it is held, and the owner owes nothing."""
    paid = Paid.of({"goods": usd("200.00")})
    back = disputing.would_take(paid, policy(), usd("200.00"))
    blocked = disputing.blocks(back)
    (_, debt), changes = begin(attrs.evolve(a_dispute("200.00", terms("0.00")), blocked=blocked))
    assert debt is NO_DEBT
    assert {line.account.path for entry in changes.transactions for line in entry.postings} == {
        "provider",
        "provider/disputed",
        "campaign/lanterne/held",
        "campaign/lanterne/disputed",
        "campaign/lanterne/contested",
        "campaign/lanterne/beside",
    }


@pytest.mark.parametrize("recovered", ["0.00", "100.00", "174.00"])
def test_a_chargeback_that_was_won(recovered):
    """CA11: the owner gets 174.00 again: owed no more, or paid out where it was recovered meanwhile."""
    parts = {"creator": usd("0.00"), "fees": {"host": usd("26.00")}, "debt": usd("174.00")}
    fresh = a_dispute("200.00", terms("0.00"), payee_id="lune", **parts)
    (opened, debt), opening = begin(fresh)
    ledger = [*paid_out(settled("200.00", "26.00"), "174.00"), *opening.transactions]
    if usd(recovered):
        debt, repaid = recovery.recover(
            debt, "r1", DebtSource.CREATOR, usd(recovered), AT, "lune", account=chart.PROVIDER
        )
        ledger += repaid.transactions
    (won, debt), winning = hear((opened, debt), WON)
    ledger += winning.transactions
    assert winning.put == (won, debt)
    assert isinstance(winning.events[-1], DebtCalledOff)
    assert debt.outstanding == usd("0.00")
    assert available(ledger, PAYEE) == recovered
    assert available(ledger, OWED) == "0.00"
    assert audit(ledger) == ()


def test_a_fee_that_the_creator_bears_is_a_debt():
    fresh = a_dispute(costs=terms(bearers=[Bearing(HOST, most=usd("5.00"))], returned=True))
    (opened, debt), opening = begin(fresh)
    assert (opened.owed, debt.outstanding) == (usd("10.00"), usd("10.00"))
    (_, after), ending = hear((opened, debt), WON)
    assert after.outstanding == usd("0.00")
    ledger = [
        *(
            recipes.charge("p1/charge", "lanterne", usd("100.00"), AT, phase=phase)
            for phase in (PENDING, POSTED)
        ),
        *opening.transactions,
        *ending.transactions,
    ]
    assert audit(ledger) == ()
    assert available(ledger, chart.PROVIDER) == "100.00"


def test_one_cent_of_a_fee_is_a_debt_too():
    cent = terms("0.01", bearers=[], returned=True)
    (opened, debt), changes = begin(a_dispute(costs=cent))
    assert debt.outstanding == usd("0.01")
    assert [type(it) for it in changes.events] == [DebtArose, DisputeOpened]
    (_, after), changes = hear((opened, debt), WON)
    assert after.outstanding == usd("0.00")
    assert [type(it) for it in changes.events] == [DisputeMoved, DebtCalledOff]


def test_what_is_blocked_hashes_by_whose_it_is():
    shares = {"creator": usd("1.00"), "debt": usd("0.00"), "fees": {"host": usd("1.00")}}
    assert hash(Blocked(**shares)) == hash(Blocked(**shares))
    assert Blocked(**shares) != Blocked(**shares, others={"host": usd("1.00")})


def test_fees_and_versions_of_a_dispute_have_a_least():
    assert a_dispute().version == 1
    with pytest.raises(InvalidValue, match=r"^Dispute\.version: expected at least 1, got 0$"):
        attrs.evolve(a_dispute(), version=0)
    with pytest.raises(
        InvalidValue, match=r"^fees of a dispute are at least zero, not USD -0\.01 and USD 0\.00$"
    ):
        terms("-0.01")


def test_a_dispute_takes_only_what_is_left_after_a_refund():
    paid = Paid.of({"goods": usd("100.00")})
    rules = policy()
    before = give_back(paid, rules, FRAUD, usd("30.00")).paid
    back = disputing.would_take(before, rules, usd("100.00"))
    assert (back.amount, back.paid.left) == (usd("70.00"), usd("0.00"))
    assert disputing.would_take(before, rules, usd("20.00")).amount == usd("20.00")
    with pytest.raises(Refused, match="above-paid"):
        disputing.would_take(back.paid, rules, usd("100.00"))
    with pytest.raises(Refused, match="above-paid"):
        give_back(back.paid, rules, FRAUD)


def test_a_dispute_asks_nobody():
    """What the policy has the payer bear is the creator's, and a tip that is kept goes all the same."""
    fees = {"processing": Returning(NONE, [Bearing(HOST, portion=Percentage.of(50)), Bearing(BACKER)])}
    rules = policy(parts={PaidKind.TIP: Returning(NONE, [Bearing(BACKER)])}, fees=fees)
    paid = Paid.of({"goods": usd("100.00"), "tip": usd("4.00")}, {"processing": usd("3.00")})
    back = disputing.would_take(paid, rules, usd("104.00"), available=usd("50.00"))
    assert (back.amount, back.deducted) == (usd("104.00"), {})
    assert (back.borne(HOST), back.borne(CREATOR)) == (usd("1.50"), usd("1.50"))
    assert back.on_top == {"tip": usd("4.00")}
    assert back.debt == back.given(CREATOR) - usd("50.00") == usd("48.50")
    match = Paid.of({"match": usd("10.00")})
    sponsors = policy(parts={PaidKind.MATCH: Returning(NONE, [Bearing(SPONSOR)])})
    assert disputing.would_take(match, sponsors, usd("10.00")).amount == usd("10.00")
    without = RefundPolicy({}, rounding=Rounding.HALF_UP)
    assert disputing.would_take(paid, without, usd("104.00")).given(PLATFORM) == usd("4.00")


def test_what_was_given_on_top_is_blocked_too():
    paid = Paid.of({"goods": usd("100.00"), "tip": usd("4.00")}, {"processing": usd("3.00")})
    lost = policy(fees={"processing": Returning(NONE, [Bearing(HOST)])})
    back = disputing.would_take(paid, lost, usd("104.00"))
    blocked = disputing.blocks(back)
    assert blocked == Blocked(
        creator=usd("97.00"), others={"host": usd("3.00")}, on_top={"tip": usd("4.00")}, debt=usd("0.00")
    )
    assert blocked.total == usd("104.00")
    assert disputing.blocks(back, on_top={"tips": usd("4.00")}).on_top == {"tips": usd("4.00")}
    assert {account.path: share.text for account, share in blocked.accounts("lanterne").items()} == {
        "campaign/lanterne/held": "97.00",
        "campaign/lanterne/borne/host": "3.00",
        "campaign/lanterne/on-top/tip": "4.00",
    }


ORDER = [OPENED, EVIDENCE, REVIEW, WITHDRAWN, LOST, WON]


@pytest.mark.parametrize("first", DisputeState)
@pytest.mark.parametrize("news", DisputeState)
def test_which_news_goes_beyond_which(first, news):
    told = disputing.told(a_dispute(), first, day(5))
    after = disputing.told(told, news, day(5))
    assert after.state is max(first, news, key=ORDER.index)
    assert after.contested is bool({first, news} & dispute.CONTESTED)
    assert after.decided_at == (day(5) if after.state in dispute.CLOSED else None)
    assert after.open is (after.state not in dispute.CLOSED)


def test_of_two_decisions_the_later_holds():
    for first, last in ((WON, LOST), (LOST, WON), (WITHDRAWN, LOST), (WON, WITHDRAWN)):
        one, other = (disputing.told(a_dispute(), it, day(when)) for it, when in ((first, 1), (last, 2)))
        assert disputing.told(one, last, day(2)).state is last
        assert disputing.told(other, first, day(1)).state is last


def test_the_first_news_can_be_any():
    (lost, _), changes = begin(a_dispute(), LOST)
    assert lost.state is LOST
    assert lost.version == 1
    assert changes.events[1] == DisputeMoved(AT, "sys", "dp_1", "lost")
    pair, _ = begin(a_dispute(), EVIDENCE)
    (after, _), changes = hear(pair, REVIEW)
    assert (after.state, after.version, changes.transactions) == (REVIEW, 2, ())


NEWS = st.lists(st.tuples(st.sampled_from(DisputeState), st.integers(0, 3)), min_size=1, max_size=8)
COSTS = st.builds(
    terms,
    st.sampled_from(["0.00", "15.00"]),
    counter=st.sampled_from(["0.00", "20.00"]),
    returned=st.booleans(),
    bearers=st.sampled_from([(), (Bearing(HOST),), (Bearing(PLATFORM, portion=Percentage.of(50)),)]),
)
PARTS = st.sampled_from(
    [
        {"creator": usd("95.00"), "fees": {"host": usd("5.00")}},
        {"creator": usd("0.00"), "fees": {"host": usd("5.00")}, "debt": usd("95.00")},
        {"creator": usd("40.00"), "others": {"host": usd("5.00")}, "debt": usd("55.00")},
    ]
)


def told_all(fresh, news):
    """The end of a series of news: the dispute, the debt and the books."""
    ledger, pair = settled(), None
    for state, when in news:
        pair, changes = begin(fresh, state, when) if pair is None else hear(pair, state, when)
        ledger += changes.transactions
        assert not changes.put or changes.put[-1].version >= 1
    assert audit(ledger) == ()
    ended, debt = pair
    books = {
        balance.account.path: balance.posted
        for balance in Balances(ledger)
        if balance.posted and not balance.account.path.startswith("reserve")
    }
    return attrs.evolve(ended, version=1), debt.outstanding, books


@given(NEWS, COSTS, PARTS, st.data())
def test_news_in_any_order_and_number_end_the_same(news, costs, parts, data):
    fresh = a_dispute(costs=costs, payee_id="lune", **parts)
    ended, owed, books = told_all(fresh, news)
    twice = data.draw(st.permutations(news + data.draw(st.lists(st.sampled_from(news), max_size=4))))
    assert told_all(fresh, twice) == (ended, owed, books)
    assert owed == ended.owed
    assert books.get("provider", usd("0.00")) == usd("100.00") - ended.taken
    if not ended.open:
        assert "provider/disputed" not in books
        assert DISPUTED.path not in books


IMPOSSIBLE = [
    (lambda: a_dispute(creator=usd("99.00")), r"is about USD 100\.00, but USD 99\.00 is blocked"),
    (lambda: attrs.evolve(a_dispute(), state=LOST), "cannot be lost so"),
    (lambda: attrs.evolve(a_dispute(), decided_at=AT), "cannot be opened so"),
    (lambda: attrs.evolve(a_dispute(), state=EVIDENCE), "cannot be evidence-submitted so"),
    (lambda: a_dispute("0.00"), "above zero"),
    (lambda: Blocked(creator=usd("-1"), debt=usd("1")), "from zero on"),
    (lambda: Blocked(creator=usd("1"), debt=usd("-1")), "from zero on"),
    (lambda: Blocked(creator=usd("1"), debt=usd("1"), owed=usd("-1")), "from zero on"),
    (lambda: Blocked(creator=usd("1"), debt=usd("1"), fees={"host": usd("0")}), "above zero"),
    (lambda: Blocked(creator=usd("1"), debt=usd("1"), others=[1]), "expected dict"),
    (lambda: Blocked(creator=usd("1"), debt=usd("1"), on_top={"": usd("1")}), "expected an id"),
    (lambda: Blocked(creator=usd("1"), debt=usd("1"), on_top={"tip": 1}), "expected Money"),
    (lambda: terms("-1.00"), "at least zero"),
    (lambda: terms(counter="-1.00"), "at least zero"),
    (lambda: terms(bearers=[Bearing(HOST), Bearing(PLATFORM)]), "is the last to bear it"),
    (lambda: terms().taken("lost", contested=True), "the state of a dispute"),
    (lambda: terms().taken(LOST, contested=1), "whether a dispute is contested"),
    (lambda: terms().borne(1), "the fees of a dispute"),
    (lambda: disputing.told(a_dispute(), "lost", AT), "the news of a dispute"),
    (lambda: disputing.told(None, LOST, AT), "a dispute: expected Dispute"),
    (lambda: begin(None), "a dispute: expected Dispute"),
    (lambda: begin(a_dispute(), debt=None), "the creator's debt"),
    (lambda: disputing.blocks(None), "what a dispute would take"),
    (lambda: disputing.would_take(None, policy(), usd("1")), "what was paid"),
    (lambda: disputing.would_take(Paid.of({"tip": usd("1")}), None, usd("1")), "the policy of refunds"),
    (lambda: disputing.would_take(Paid.of({"tip": usd("1")}), policy(), 1), "what a dispute is about"),
]


@pytest.mark.parametrize("place", range(len(IMPOSSIBLE)))
def test_what_cannot_be(place):
    make, why = IMPOSSIBLE[place]
    with pytest.raises(InvalidValue, match=why):
        make()


def test_one_currency():
    euro = Money.of(1, "EUR")
    for make in (
        lambda: Blocked(creator=usd("1"), debt=euro),
        lambda: Blocked(creator=usd("1"), debt=usd("1"), fees={"host": euro}),
        lambda: attrs.evolve(terms(), counter_fee=euro),
        lambda: attrs.evolve(a_dispute(), terms=attrs.evolve(terms(), fee=euro, counter_fee=euro)),
        lambda: begin(a_dispute(), debt=Debt.none("lune", "EUR")),
        lambda: disputing.would_take(Paid.of({"tip": usd("1")}), policy(), euro),
    ):
        with pytest.raises(CurrencyMismatch):
            make()


def test_entries_have_ids_of_their_own():
    pair, opening = begin(a_dispute())
    _, ending = hear(pair, LOST)
    ids = [entry.id for entry in (*opening.transactions, *ending.transactions)]
    assert ids == ["p1/charge/dispute/dp_1/1", "p1/charge/dispute/dp_1/1/fee", "p1/charge/dispute/dp_1/2"]
    assert all(isinstance(entry, Transaction) for entry in opening.transactions)
    assert [entry.recipe for entry in opening.transactions] == ["dispute", "dispute-fee"]
