"""What reasons tell: times on the campaign's clock and none that is to come, and the facts they rest on."""

from lanterne import CLOSES, DAY, END, HOUR, OPENS, closed, launched, money, pledged, request

from pushcore import (
    Cap,
    Deadline,
    FinalLap,
    FundingModel,
    Tier,
    Voucher,
    Window,
    announce_end,
    cancel_pledge,
    close_campaign,
    place_pledge,
    refusals,
    settle_campaign,
)

LAP = FinalLap(7, end_of_day=True)
ENDLESS = Window(OPENS, Deadline.never(CLOSES.zone))


def reasons(ports, use_case, *args, **options):
    return [(it.code, it.message, dict(it.facts)) for it in refusals(ports, use_case, *args, **options)]


def test_a_cap_closed_it_before_its_deadline():
    cap = Cap(amount=money("100.00"), smallest_charge=money("1.00"), tolerance=money("0.00"), clips=True)
    ports = pledged("100.00", model=FundingModel(cap=cap))
    too_late, full = reasons(ports, place_pledge, request("p9"))
    assert too_late == ("too-late", "campaign lanterne closed before its deadline", {"state": "successful"})
    assert full[0] == "cap-reached"
    ports.clock.set(END)
    (code, message, facts), _ = reasons(ports, place_pledge, request("p9"))
    assert (code, facts) == ("too-late", {"closed": END})
    assert message == f"campaign lanterne closed at {CLOSES.local}"


def test_what_has_no_end_yet_is_not_told_one():
    ports = launched(model=FundingModel(final_lap=LAP), window=ENDLESS)
    how = "campaign lanterne has no end yet: announce it"
    assert reasons(ports, close_campaign, "lanterne", actor="jobs") == [("not-ended", how, {"closes": None})]
    announce_end(ports, "lanterne", actor="lune")
    closes = ports.store.campaign("lanterne").terms.window.closes
    runs = f"campaign lanterne runs until {closes.local}"
    assert reasons(ports, announce_end, "lanterne", actor="lune") == [
        ("not-open-ended", runs, {"closes": closes.at})
    ]
    ports = launched(window=ENDLESS)
    how = "campaign lanterne has no end yet: give it a deadline"
    assert reasons(ports, announce_end, "lanterne", actor="lune") == [
        ("not-open-ended", how, {"closes": None})
    ]


def test_times_are_those_of_the_campaigns_zone():
    tier = Tier("print", money("10.00"), starts_at=OPENS + HOUR, ends_at=OPENS + 2 * HOUR)
    voucher = Voucher("half", amount=money("5.00"), ends_at=OPENS + HOUR)
    ports = launched(tiers=[tier], vouchers=[voucher])
    asked = request("p1", "0.00", tier_id="print", voucher="half")
    (started,) = reasons(ports, place_pledge, asked)
    assert started[1] == "tier print can be picked from 2026-01-05 11:00:00+01:00 on"
    ports.clock.advance(DAY)
    ended, used = reasons(ports, place_pledge, asked)
    assert ended[1] == "tier print could be picked until 2026-01-05 12:00:00+01:00"
    assert used[1] == "voucher half could be used until 2026-01-05 11:00:00+01:00"
    ports.clock.set(OPENS - HOUR)
    early = reasons(ports, place_pledge, request("p1"))[0]
    assert early == ("too-early", "campaign lanterne opens at 2026-01-05 10:00:00+01:00", {"opens": OPENS})


def test_a_settlement_says_what_it_waits_for():
    ports = closed("100.00", late_days=1)
    left, late = reasons(ports, settle_campaign, "lanterne", actor="jobs")
    message = "1 pledge of campaign lanterne still to be collected"
    assert left == ("not-settleable", message, {"left": 1})
    until = "late pledges are taken until 2026-02-05 10:00:00+01:00"
    assert late == ("not-settleable", until, {"until": END + DAY})
    failed = closed("5.00")
    (why,) = reasons(failed, settle_campaign, "lanterne", actor="jobs")
    assert why == ("not-funded", "campaign lanterne is failed", {"state": "failed"})


def test_an_unknown_pledge_is_named():
    assert reasons(launched(), cancel_pledge, "p9", actor="ana") == [
        ("unknown-pledge", "there is no pledge 'p9'", {"pledge": "p9"})
    ]
