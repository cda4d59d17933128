"""Changing, handing over and merging pledges, over a store."""

import attrs
import pytest
from lanterne import (
    END,
    HOUR,
    OPENS,
    between,
    launched,
    money,
    pledged,
    refused,
    request,
    states,
    written,
)

from pushcore import (
    Cap,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingGoal,
    FundingModel,
    Percent,
    Percentage,
    PledgeState,
    Progress,
    Refusal,
    Refused,
    Rounding,
    Selection,
    Stock,
    Tier,
    Voucher,
    cancel_pledge,
    change_pledge,
    close_campaign,
    collect_pledges,
    edit_campaign,
    finish_orders,
    merge_pledges,
    place_pledge,
    transfer_pledge,
)
from pushcore.errors import Conflict, InvalidValue
from pushcore.memory import ABLE, FakeGateway
from pushcore.pledges import changing

POSTCARD = Selection(money("0"), tier_id="postcard")


def offering(**changed):
    """A campaign of which ana has a print, and bob gave something."""
    tiers = [Tier("print", money("40"), limit=3, per_backer=2), Tier("postcard", money("10"), limit=2)]
    ports = launched(**({"tiers": tiers} | changed))
    place_pledge(ports, request("p1", "0", tier_id="print"))
    place_pledge(ports, request("p2", "25", backer_id="bob"))
    return ports


def change(ports, picked=POSTCARD, pledge_id="p1", **more):
    return change_pledge(ports, pledge_id, picked, actor="ana", **more)


def stock(ports, *names):
    return [ports.store.stock("lanterne", *((it,) if isinstance(it, str) else it)).claimed for it in names]


def test_a_pledge_is_for_something_else():
    ports = offering()
    changed = change(ports, expects=money("10"))
    assert ports.store.find_pledge("p1") == changed
    assert stock(ports, "print", ("print", "ana"), "postcard") == [0, 0, 1]
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.pledges, progress.backers) == (money("35"), 2, 2)


def test_what_was_previewed_is_what_is_committed():
    ports = between(offering())
    pledge, it = ports.store.find_pledge("p1"), ports.store.campaign("lanterne")
    changed, changes = changing.change(pledge, it, POSTCARD, stocks={}, at=OPENS, actor="ana")
    assert change(ports) == changed
    assert ports.store.commits == [changes]


def test_the_same_change_again_is_none():
    ports = offering()
    changed = change(ports)
    before = written(ports)
    assert change(ports) == change(ports, expects=money("10")) == changed
    assert written(ports) == before
    assert refused(change, ports, expects=money("9")) == ("price-differs",)


def test_a_refusal_gives_every_reason_and_changes_nothing():
    ports = offering(minimum=money("20"))
    place_pledge(ports, request("p3", "20", tier_id="postcard", quantity=2, backer_id="cleo"))
    ports.clock.set(END)
    before = written(ports)
    codes = refused(change, ports, expects=money("9"))
    assert codes == ("too-late", "below-minimum", "price-differs", "sold-out")
    assert written(ports) == before


def test_one_keeps_what_is_sold_out():
    """KS09: the backer of the last piece changes the rest of the pledge; nobody else gets it."""
    ports = offering(tiers=[Tier("print", money("40"), limit=1)])
    again = Selection(money("5"), tier_id="print")
    assert refused(change, ports, again, "p2") == ("sold-out",)
    assert change(ports, again).amount == money("45")
    assert stock(ports, "print") == [1]


def test_of_two_who_want_the_last_piece_one_gets_it():
    ports = offering(tiers=[Tier("print", money("40")), Tier("postcard", money("10"), limit=1)])
    rival = between(ports, lambda: change(ports, pledge_id="p2"))
    assert refused(change, rival) == ("sold-out",)
    assert stock(ports, "print", "postcard") == [1, 1]


def test_a_change_that_meets_another_is_decided_again():
    ports = offering()
    raised = Selection(money("5"), tier_id="print")
    assert change(between(ports, lambda: change(ports, raised))).amount == money("10")
    assert ports.store.find_pledge("p1").version == 4
    others = [lambda n=n: change(ports, Selection(money(n))) for n in range(50, 55)]
    with pytest.raises(Conflict):
        change(between(ports, *others), raised)


def test_no_change_slips_in_behind_the_verdict():
    """What is read as live and committed after the closing is read again, and refused."""
    ports = offering()

    def the_end():
        ports.clock.set(END)
        close_campaign(ports, "lanterne", actor="clerk")

    assert refused(change, between(ports, the_end)) == ("too-late",)
    assert ports.store.campaign("lanterne").outcome.pledged == money("65")


def test_what_is_charged_is_what_it_was_changed_to():
    ports = offering()
    change(ports, Selection(money("80")))
    transfer_pledge(ports, "p2", "cleo", actor="bob")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    assert states(ports) == {"p1": "collected", "p2": "collected"}
    assert ports.gateway.held("EUR") == money("105")
    assert refused(change, ports) == ("already-charged", "too-late")


def test_a_pledge_is_handed_over_with_its_rewards():
    ports = offering()
    moved = transfer_pledge(ports, "p1", "bob", actor="ana")
    assert ports.store.find_pledge("p1") == moved
    assert stock(ports, "print", ("print", "ana"), ("print", "bob")) == [1, 0, 1]
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.pledges, progress.backers) == (money("65"), 2, 1)
    before = written(ports)
    assert transfer_pledge(ports, "p1", "bob", actor="bob") == moved
    assert written(ports) == before
    assert transfer_pledge(ports, "p1", "ana", actor="bob").holder_id is None
    assert ports.store.progress("lanterne").backers == 2


def test_whoever_was_handed_a_pledge_does_not_charge_more_to_the_one_who_paid():
    ports = offering()
    transfer_pledge(ports, "p2", "cleo", actor="bob")
    place_pledge(ports, request("p3", "500", backer_id="cleo"))
    assert refused(merge_pledges, ports, "p2", "p3", actor="cleo") == ("not-mergeable",)
    assert refused(merge_pledges, ports, "p3", "p2", actor="cleo") == ("not-mergeable",)
    more, less = Selection(money("25.01")), Selection(money("24.99"))
    assert refused(change_pledge, ports, "p2", more, actor="cleo") == ("paid-by-another",)
    assert change_pledge(ports, "p2", less, actor="cleo").amount == money("24.99")
    transfer_pledge(ports, "p2", "bob", actor="cleo")
    assert change_pledge(ports, "p2", more, actor="bob").amount == money("25.01")


def test_nobody_gets_more_than_one_may_hold():
    ports = offering()
    place_pledge(ports, request("p3", "0", tier_id="print", quantity=2, backer_id="cleo"))
    before = written(ports)
    assert refused(transfer_pledge, ports, "p1", "cleo", actor="ana") == ("per-backer-limit",)
    assert written(ports) == before


def test_two_pledges_are_one_afterwards():
    ports = offering()
    place_pledge(ports, request("p3", "7"))
    merged = merge_pledges(ports, "p1", "p3", actor="ana")
    assert ports.store.find_pledge("p1") == merged
    assert merged.amount == money("47")
    assert states(ports) == {"p1": "pledged", "p2": "pledged", "p3": "canceled"}
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.pledges, progress.backers) == (money("72"), 2, 2)
    assert finish_orders(ports, actor="clerk") == {}
    assert [order.pledge_id for order in ports.gateway.accepted()][-1] == "p3"
    assert refused(merge_pledges, ports, "p1", "p3", actor="ana") == ("already-canceled",)
    assert refused(merge_pledges, ports, "p1", "p2", actor="ana") == ("not-mergeable",)
    cancel_pledge(ports, "p1", actor="ana")
    assert stock(ports, "print", ("print", "ana")) == [0, 0]


def test_a_voucher_is_used_as_often_as_it_can_be():
    vouchers = [Voucher("v", amount=money("5"), limit=1)]
    ports = offering(tiers=[Tier("print", money("40")), Tier("postcard", money("10"))], vouchers=vouchers)
    used = Selection(money("0"), tier_id="postcard", voucher="v")
    assert change(ports, used).amount == money("5")
    assert refused(change, ports, used, "p2") == ("sold-out",)
    change(ports)
    assert change(ports, used, "p2").amount == money("5")
    assert stock(ports, "v") == [1]
    assert ports.store.stock("lanterne", "v") == Stock(claimed=1)


# A host's own rules, and the limits of its provider.


def at_most(amount):
    """A host's limit; what it was asked about is kept to be looked at."""
    asked = []

    def rule(facts):
        asked.append(facts)
        return None if facts.quote.amount <= money(amount) else Refusal("acme-limit", f"at most {amount}")

    rule.asked = asked
    return rule


def test_the_limit_of_a_host_is_not_passed_by_placing_low_and_changing_up():
    rule = at_most("40")
    ports = attrs.evolve(offering(), rules=[rule])
    before = written(ports)
    raised = Selection(money("1"), tier_id="print")
    assert refused(change, ports, raised, expects=money("9")) == ("price-differs", "acme-limit")
    assert written(ports) == before
    (facts,) = rule.asked
    asked = attrs.evolve(ports.store.find_pledge("p1").request, selection=raised, expects=money("9"))
    assert (facts.request, facts.request.actor, facts.before.id) == (asked, "ana", "p1")
    assert change(ports).amount == money("10")


def test_a_host_is_asked_about_the_price_that_is_kept():
    """A print that became dearer is still had for 40 by whoever has it."""
    ports, rule = offering(), at_most("45")
    terms = ports.store.campaign("lanterne").terms
    dearer = attrs.evolve(terms, tiers=[attrs.evolve(terms.tiers[0], price=money("60")), *terms.tiers[1:]])
    edit_campaign(ports, "lanterne", dearer, actor="lune")
    ports = attrs.evolve(ports, rules=[rule])
    assert change(ports, Selection(money("5"), tier_id="print")).amount == money("45")
    assert rule.asked[0].quote.amount == money("45")


def test_a_host_is_told_of_a_change_what_it_is_told_of_a_placing():
    """The totals of a campaign that has a cap, and who waits for what is picked."""
    cap = Cap(amount=money("500"), smallest_charge=money("1"), tolerance=money("0"), clips=False)
    model = attrs.evolve(FundingModel.ALL_OR_NOTHING, cap=cap)
    tiers = [Tier("print", money("40"), limit=3, per_backer=2, waiting=HOUR)]
    ports, rule = offering(tiers=tiers, model=model), at_most("400")
    ports = attrs.evolve(ports, rules=[rule])
    place_pledge(ports, request("p3", "5", tier_id="print", backer_id="cleo"))
    progress = ports.store.progress("lanterne")
    change(ports, Selection(money("1"), tier_id="print", quantity=2))
    placed, changed = rule.asked
    assert (
        [line.tier_id for line in changed.waiting] == [line.tier_id for line in placed.waiting] == ["print"]
    )
    assert (placed.progress.pledged, changed.progress) == (money("65"), progress)


def test_two_small_pledges_are_not_made_one_that_is_too_large():
    ports = offering()
    place_pledge(ports, request("p3", "7"))
    limited = attrs.evolve(ports, rules=[at_most("46.99")])
    assert refused(merge_pledges, limited, "p1", "p3", actor="ana") == ("acme-limit",)
    assert refused(merge_pledges, limited, "p1", "p2", actor="ana") == ("not-mergeable", "acme-limit")
    ports = attrs.evolve(ports, rules=[at_most("47")])
    assert merge_pledges(ports, "p1", "p3", actor="ana").amount == money("47")


def test_nobody_gets_by_transfer_what_they_could_not_pledge():
    def not_zoe(facts):
        return Refusal("acme-blocked", "zoe is blocked") if facts.request.backer_id == "zoe" else None

    ports = attrs.evolve(offering(), rules=[not_zoe])
    assert refused(transfer_pledge, ports, "p1", "zoe", actor="ana") == ("acme-blocked",)
    assert transfer_pledge(ports, "p1", "bob", actor="ana").backer_id == "bob"
    later = attrs.evolve(ports, rules=[lambda it: it.before and Refusal("acme-kept", it.before.backer_id)])
    with pytest.raises(Refused, match="acme-kept: bob"):
        change(later)
    assert place_pledge(later, request("p3")).stands


def test_the_provider_takes_what_a_pledge_becomes():
    limits = {"smallest_charge": {"EUR": money("10.00")}, "largest_charge": {"EUR": money("60.00")}}
    able = attrs.evolve(ABLE, **limits)
    ports = attrs.evolve(offering(), gateway=FakeGateway(abilities=able))
    place_pledge(ports, request("p3", "20.01"))
    assert refused(change, ports, Selection(money("9.99"))) == ("charge-too-small",)
    assert refused(change, ports, Selection(money("60.01"))) == ("charge-too-large",)
    assert refused(merge_pledges, ports, "p1", "p3", actor="ana") == ("charge-too-large",)
    assert change(ports, Selection(money("60.00"))).amount == money("60.00")
    assert transfer_pledge(ports, "p1", "bob", actor="ana").backer_id == "bob"


@pytest.mark.parametrize("junk", [None, 5, "print", {}, []])
def test_only_a_selection_is_picked(junk):
    ports = offering()
    with pytest.raises(InvalidValue):
        change(ports, junk)
    with pytest.raises(InvalidValue):
        change(ports, expects=5)
    if not isinstance(junk, str):
        with pytest.raises(InvalidValue):
            transfer_pledge(ports, "p1", junk, actor="ana")
        with pytest.raises(InvalidValue):
            transfer_pledge(ports, "p2", junk, actor="ana")
    assert states(ports) == {"p1": "pledged", "p2": "pledged"}
    assert ports.store.find_pledge("p1").state is PledgeState.PLEDGED


def test_a_piece_that_was_overbooked_goes_with_its_voucher():
    """Or the one use of the voucher would sell piece after piece that there is not."""
    friends = Voucher("friends", tier_ids=["print"], limit=1, overbooks=True)
    ports = offering(vouchers=[friends], tiers=[Tier("print", money("40"), limit=1)])
    place_pledge(ports, request("p3", "0", tier_id="print", voucher="friends", backer_id="cem"))
    plain = Selection(money("0"), tier_id="print")
    assert refused(change, ports, plain, "p3") == ("sold-out",)
    assert (stock(ports, "print", "friends"), ports.store.stock("lanterne", "print").overbooked(1)) == (
        [2, 1],
        1,
    )
    change(ports, Selection(money("5")))  # the other piece is given up, so that there is one
    assert change(ports, plain, "p3").selection.voucher is None
    assert stock(ports, "print", "friends") == [1, 0]


def test_a_voucher_is_given_up_only_while_there_is_a_piece_without_it():
    """Somebody else overbooks at the same moment."""
    friends = Voucher("friends", tier_ids=["print"], limit=2, overbooks=True)
    ports = offering(vouchers=[friends], tiers=[Tier("print", money("40"), limit=1)])
    change(ports, Selection(money("5")))
    by_voucher = {"tier_id": "print", "voucher": "friends"}
    place_pledge(ports, request("p3", "0", backer_id="cem", **by_voucher))
    racing = between(ports, lambda: place_pledge(ports, request("p4", "0", backer_id="dan", **by_voucher)))
    assert refused(change, racing, Selection(money("0"), tier_id="print"), "p3") == ("sold-out",)
    assert stock(ports, "print", "friends") == [2, 2]


def test_what_is_over_is_not_changed_to_what_it_was():
    ports = offering()
    cancel_pledge(ports, "p1", actor="ana")
    assert refused(change, ports, Selection(money("0"), tier_id="print")) == ("already-canceled",)


def test_two_pledges_that_count_for_less_as_one_stay_two():
    """3 % of 10.16 are 0.30, and of 20.32 they are 0.61: a goal may hang on that cent."""
    fee = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP)
    ports = pledged("10.16", model=FundingModel(net_of_fees=True), fees=FeeSchedule([fee]))
    place_pledge(ports, request("p1", "10.16", backer_id="b0"))
    assert refused(merge_pledges, ports, "p0", "p1", actor="b0") == ("not-mergeable",)
    assert ports.store.progress("lanterne").counted == money("19.72")


@pytest.mark.parametrize("expects", [[], {}, "25", 25], ids=repr)
def test_what_is_no_amount_is_not_what_a_backer_was_told(expects):
    with pytest.raises(InvalidValue):
        change_pledge(pledged("25"), "p0", Selection(money("25")), actor="b0", expects=expects)


def test_two_pledges_made_one_count_once_less_a_fee():
    """Two of 50 less 1 each count 98; one of 100 less 1 counts 99, which is the goal."""
    fee = FeeLine("card", FeeBase.PLEDGE, Fixed(money("1")), Rounding.HALF_UP)
    ports = pledged(
        "50", goal=FundingGoal(money("99")), model=FundingModel(net_of_fees=True), fees=FeeSchedule([fee])
    )
    place_pledge(ports, request("p1", "50", backer_id="b0"))
    merge_pledges(ports, "p0", "p1", actor="b0")
    assert ports.store.progress("lanterne").counted == money("99")
    cancel_pledge(ports, "p0", actor="b0")
    assert ports.store.progress("lanterne") == Progress.none("EUR")
