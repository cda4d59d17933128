"""Mutual matching by a host: arrears are charged by pledges once they are worth it, and nothing is lost."""

from datetime import date, timedelta

from funding_houses import at_provider
from lanterne import BRUSSELS, OPENS, money
from patrons import later, patronage

from pushcore import Percentage, PledgeRequest, Selection, collect_pledges, place_pledge
from pushcore.payments.events import PledgeDropped
from pushcore.recurring import ChargeFee, Owed, Patron, PerPatron, accrued, crowdmatch

RULE = PerPatron(Owed.of("0.001", "EUR"))
WORTH = ChargeFee(Percentage.of("2.9"), money("0.30")).smallest_charge(Percentage.of("10"))


def crowd(size, **changed):
    given = {"pledged_at": OPENS - timedelta(days=9), "limit": None, "can_pay": True} | changed
    return [Patron(backer_id=f"p{n}", **given) for n in range(size)]


def month(ports, arrears, patrons, number):
    """What everybody owes after a month, and after being charged for what is worth it."""
    day = date(2026 + number // 12, 1 + number % 12, 1)
    arrears = accrued(arrears, crowdmatch(RULE, patrons, day=day, zone=BRUSSELS))
    return settled(ports, arrears, day)


def settled(ports, arrears, day):
    left = dict(arrears)
    for backer, owed in arrears.items():
        if due := owed.to_charge(WORTH):
            asked = PledgeRequest(f"{backer}/{day}", "lanterne", backer, Selection(due), actor="job")
            if place_pledge(ports, asked).stands:
                left[backer] = owed.less(due)
    return left


def test_snowdrift_82_patrons_are_charged_when_it_is_worth_the_fee():
    """snowdrift-82, snowdrift-threshold: 8.2 cents a month are charged in the 52nd, 4.26 of 4.264 each."""
    ports, arrears = patronage(), {}
    for number in range(51):
        arrears = month(ports, arrears, crowd(82), number)
    assert at_provider(ports) == money("0")
    assert arrears["p0"] == Owed.of("4.182", "EUR")
    arrears = month(ports, arrears, crowd(82), 51)
    assert at_provider(ports) == money("4.26") * 82
    assert set(arrears.values()) == {Owed.of("0.004", "EUR")}


def test_a_month_that_is_settled_again_charges_nobody_again():
    """The job dies before it writes down what is left: the pledges of the day are there already."""
    ports, day = patronage(), date(2026, 2, 1)
    arrears = {"p0": Owed.of("9.999", "EUR"), "p1": Owed.of("4.22", "EUR")}
    assert settled(ports, arrears, day) == settled(ports, arrears, day)
    assert at_provider(ports) == money("9.99")


def test_what_could_not_be_charged_stays_owed():
    ports, arrears = patronage(), {"p0": Owed.of("9.999", "EUR")}
    ports.gateway.decline("p0")
    assert settled(ports, arrears, date(2026, 2, 1)) == arrears
    ports.gateway.accept("p0")
    assert settled(ports, arrears, date(2026, 3, 1)) == {"p0": Owed.of("0.009", "EUR")}
    assert at_provider(ports) == money("9.99")


def test_what_is_tried_again_is_not_owed_twice():
    """A charge that failed is taken off while its pledge stands, and owed again if that is dropped."""
    ports, arrears = patronage(), {"p0": Owed.of("9.999", "EUR"), "p1": Owed.of("5", "EUR")}
    for pledge_id in "p0/2026-02-01", "p1/2026-02-01":
        ports.gateway.decline(pledge_id)
    left = settled(ports, arrears, date(2026, 2, 1))
    assert settled(ports, left, date(2026, 3, 1)) == left
    ports.gateway.accept("p0/2026-02-01")
    for days in (2, 2, 2, 1):
        collect_pledges(later(ports, days=days), "lanterne", actor="job")
    assert at_provider(ports) == money("9.99")
    dropped = [it.pledge_id for it in ports.store.events() if isinstance(it, PledgeDropped)]
    assert dropped == ["p1/2026-02-01"]
    owed = left["p1"] + Owed.of_money(ports.store.find_pledge(dropped[0]).amount)
    assert owed == arrears["p1"]


def test_sn02_the_crowd_of_each_month_owes_for_that_month():
    """SN01, SN02, SN05: three patrons owe 9 units; one removes the card, and two owe 4."""
    three = crowdmatch(RULE, crowd(3), day=date(2026, 2, 1), zone=BRUSSELS)
    assert three.total == Owed.of("0.009", "EUR")
    patrons = [*crowd(2), *crowd(3, can_pay=False)[2:]]
    both = accrued(three.owed, crowdmatch(RULE, patrons, day=date(2026, 3, 1), zone=BRUSSELS))
    assert Owed.total(both.values(), "EUR") == Owed.of("0.013", "EUR")
