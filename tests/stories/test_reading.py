"""What can never be right is refused as a whole: every problem at once, each with its place and its value."""

import copy
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import PLATFORM, POSTER, PROCESSING, at, played, pledge, read, told

from pushcore.errors import InvalidDocument
from pushcore.stories import parse_story, play, read_story

WHOLE = told(
    pledge("p1", tier="poster", quantity=2, bonus="5.00"),
    pledge("p2", "60.00"),
    at("2026-01-20 10:00", cancel="p2"),
    tiers=[POSTER],
    fees=[PLATFORM, PROCESSING],
    split=[{"payee": "crew", "portion": "1/3", "max": "500.00"}, {"payee": "lune", "remaining": True}],
    expect={"state": "failed"},
    campaign={"discipline": "film", "minimum": "1.00", "retry": {"attempt_hours": [24]}},
)


TOKEN = {"token": "friends"}
RICH = told(
    pledge(
        "p1", tier="box", add_ons={"pin": 2}, destination="BE", voucher="reader", tip="1.00", expects="1.00"
    ),
    pledge("p2", "60.00", recipient="dora", anonymous=True, hides_amount=True, slow=True),
    at("2026-01-11 10:00", confirm="p2"),
    at("2026-01-12 10:00", change="p1", tier="box", bonus="2.00", expects="30.00", **TOKEN),
    at("2026-01-13 10:00", transfer="p1", to="ines"),
    at("2026-01-14 10:00", merge="p2", into="p1"),
    at("2026-01-15 10:00", cancel="p1"),
    at("2026-01-16 10:00", decline="p1", of="refund"),
    at("2026-01-17 10:00", accept="p1", of="refund"),
    at("2026-01-18 10:00", campaign="suspend"),
    campaign={
        "goal": None,
        "maximum": "900.00",
        "claim_hours": 48,
        "late_days": 5,
        "soft_launch": {"opens": "2026-01-04 10:00", "token": "first", "backers": ["ana"]},
        "cancel_windows": [{"last_hours": 24, "guards_goal": True}, {"within_days": 10}],
        "model": {
            "measure": "confirmed",
            "counts": ["reward", "bonus"],
            "net_of_fees": True,
            "keeps_from": "50",
            "charging": "at-pledge",
            "grace_hours": 48,
            "second_round_days": 10,
        },
    },
    budget=[
        {"name": "paper", "amount": "100.00", "required": True},
        {"name": "gold", "amount": "50.00", "required": False},
    ],
    stretch=[{"id": "more", "at": "200.00", "tiers": ["box"], "add_ons": ["pin"], "notes": ["thanks"]}],
    tiers=[
        {
            "id": "box",
            "price": "25.00",
            "late_price": "30.00",
            "phases": ["campaign", "late"],
            "per_backer": 2,
            "starts": "2026-01-06 10:00",
            "ends": "2026-01-20 10:00",
            "audience": {"token": "friends", "backers": ["ana"]},
            "shipping": {"rates": {"BE": "4.00"}, "elsewhere": "9.00"},
            "delivers": "2026-11-30",
            "includes": {"candle": 2},
        }
    ],
    add_ons=[{"id": "pin", "price": "2.00", "pickup": True}],
    items=[{"id": "candle", "limit": 10}],
    vouchers=[
        {
            "code": "reader",
            "percent": "25",
            "rounding": "half-up",
            "tiers": ["box"],
            "limit": 1,
            "ends": "2026-01-20 10:00",
            "blocks": True,
            "overbooks": True,
        }
    ],
    taxes=[{"name": "vat", "rate": "21", "rounding": "half-up", "included": True, "destinations": ["BE"]}],
    on_top=[{"line": "service", "percent": "1", "fixed": "0.10", "rounding": "half-up"}],
)
CAPPED = told(
    pledge("p1", "60.00"),
    campaign={
        "until": "2026-06-01 10:00",
        "closes": None,
        "model": {
            "cap": {"amount": "100.00", "smallest_charge": "0.50", "tolerance": "0.10", "clips": True},
            "final_lap": {"days": 7, "end_of_day": True},
        },
    },
)


WAITED = told(
    pledge("p1", tier="print", method="card"),
    at("2026-01-11 10:00", join="print", backer="ana", quantity=1, token="friends"),
    at("2026-01-12 10:00", leave="print", backer="ana"),
    at("2026-02-12 10:00", fulfil="p1", step="begin", locks="2026-03-01 10:00"),
    at("2026-02-13 10:00", fulfil="p1", step="answer-survey", answers="a/1", destination="BE"),
    at("2026-02-14 10:00", fulfil="p1", step="lock"),
    at("2026-02-14 10:00", fulfil="p1", step="ship", shipment="post/1"),
    at("2026-02-15 10:00", fulfil="p1", step="fail-delivery", reason="moved"),
    campaign={"goal": None},
    costs={
        "cost": "30.00",
        "fee": "5",
        "vat": "20",
        "rounding": "half-up",
        "assumed": "card",
        "methods": [
            {"method": "card", "percent": "2.9", "fixed": "0.20", "rounding": "half-up"},
            {"method": "transfer", "fixed": "0.80", "rounding": "half-up"},
        ],
    },
    tiers=[{"id": "print", "price": "40.00", "limit": 1, "waiting_hours": 24}],
)


def changed(path, value, story=WHOLE):
    """The whole story with one value set, added to a list, or (None) removed."""
    document = copy.deepcopy(story)
    *way, last = path
    table = document
    for key in way:
        table = table[key]
    if value is None:
        del table[last]
    elif isinstance(table, list) and last == len(table):
        table.append(value)
    else:
        table[last] = value
    return document


def problems(document, **options):
    with pytest.raises(InvalidDocument) as refused:
        read(document, **options)
    return [(problem.path, problem.message) for problem in refused.value.problems]


NUMBER = "is a number: write it as text"
BAD = [
    ("story", 2, "story", "2 is no format this version reads"),
    ("story", True, "story", "True is no format"),
    ("story", None, "story", "this key is required"),
    ("title", " ", "title", "not text on one line"),
    ("title", "a\x1b[31m", "title", "not text on one line"),
    ("campain", {}, "campain", "there is no such key here"),
    ("campaign", 5, "campaign", "5 is not a table"),
    ("campaign currency", "EURO", "campaign.currency", "unknown currency 'EURO'"),
    ("campaign currency", "XAU", "campaign.currency", "no minor unit"),
    ("campaign currency", None, "campaign.currency", "required"),
    ("campaign goal", 100, "campaign.goal", NUMBER),
    ("campaign goal", 100.0, "campaign.goal", NUMBER),
    ("campaign goal", float("nan"), "campaign.goal", NUMBER),
    ("campaign goal", float("inf"), "campaign.goal", NUMBER),
    ("campaign goal", True, "campaign.goal", "True is not text"),
    ("campaign goal", "NaN", "campaign.goal", "'NaN' is not a plain number"),
    ("campaign goal", "1e3", "campaign.goal", "'1e3' is not a plain number"),
    ("campaign goal", "100,00", "campaign.goal", "'100,00' is not a plain number"),
    ("campaign goal", "1.000,00", "campaign.goal", "not a plain number"),
    ("campaign goal", "100.001", "campaign.goal", "more decimals than EUR"),
    ("campaign goal", "9" * 1_000_000, "campaign.goal", "(1000002 characters)"),
    ("campaign goal", "-5.00", "campaign.goal", "above zero, got EUR -5.00"),
    ("campaign goal", "0.00", "campaign.goal", "above zero, got EUR 0.00"),
    ("campaign zone", "Mars/Olympus", "campaign.zone", "no time zone is named 'Mars/Olympus'"),
    ("campaign opens", "2026-03-29 02:30", "campaign.opens", "does not exist in Europe/Brussels"),
    ("campaign opens", "05/01/2026 10:00", "campaign.opens", "'05/01/2026 10:00' is not written as"),
    ("campaign opens", "2026-02-30 10:00", "campaign.opens", "names a day that does not exist"),
    ("campaign opens", "2026-01-05 24:00", "campaign.opens", "is not written as"),
    ("campaign opens", 1767603600, "campaign.opens", "1767603600 is not written as"),
    ("campaign closes", "2026-01-05 09:00", "campaign.closes", "cannot close at"),
    ("campaign closes", "9998-06-01 10:00", "campaign.closes", "closes by the year 9996"),
    ("campaign opens", "0001-06-01 10:00", "campaign.opens", "years 2 to 9998"),
    ("campaign closes", None, "campaign", "give either closes or days"),
    ("campaign days", 30, "campaign", "give either closes or days"),
    ("campaign creator", "", "campaign.creator", "'' is not printable text"),
    ("campaign creator", "x" * 101, "campaign.creator", "1 to 100 characters"),
    ("campaign model", "all", "campaign.model", "'all' is none of all-or-nothing, keep-it-all"),
    ("campaign model", 5, "campaign.model", "5 is none of all-or-nothing, keep-it-all, and no table"),
    ("campaign model", {"kind": "x"}, "campaign.model.kind", "there is no such key here"),
    ("campaign discipline", "opera", "campaign.discipline", "'opera' is none of film, video"),
    ("campaign minimum", "0.00", "campaign.minimum", "above zero"),
    ("campaign until", "soon", "campaign.until", "'soon' is not written as"),
    ("campaign retry remind_hours", [0], "campaign.retry.remind_hours[0]", "0 is less than 1"),
    ("campaign retry attempt_hours", [True], "campaign.retry.attempt_hours[0]", "True is not a whole number"),
    (
        "campaign retry attempt_hours",
        [10**6],
        "campaign.retry.attempt_hours[0]",
        "1000000 is more than 8760",
    ),
    ("tiers", {}, "tiers", "{} is not a list"),
    ("tiers 1", POSTER, "tiers[1].id", "'poster' is the id of tiers[0] already"),
    ("tiers 0 price", 25, "tiers[0].price", NUMBER),
    ("tiers 0 price", "-1.00", "tiers[0].price", "below zero"),
    ("tiers 0 limit", -1, "tiers[0].limit", "-1 is less than 0"),
    ("tiers 0 limit", "3", "tiers[0].limit", "'3' is not a whole number"),
    ("fees 1 line", "platform", "fees[1].line", "'platform' is the line of fees[0] already"),
    ("fees 0 base", "net", "fees[0].base", "'net' is none of pledge, collected"),
    ("fees 0 percent", 5, "fees[0].percent", NUMBER),
    ("fees 0 percent", "-5", "fees[0].percent", "got -5%"),
    ("fees 0 percent", None, "fees[0]", "give percent, fixed or both"),
    ("fees 0 rounding", None, "fees[0].rounding", "this key is required"),
    ("fees 0 rounding", "bankers", "fees[0].rounding", "'bankers' is none of half-up"),
    ("fees 1 below", {"amount": "10.00"}, "fees[1].below", "give percent, fixed or both"),
    ("fees 1 below amount", "x", "fees[1].below.amount", "'x' is not a plain number"),
    ("fees 1 fixed", "-0.20", "fees[1].fixed", "'-0.20' is below zero"),
    ("fees 0 base", "fees", "fees[0]", "name the lines whose sum it is taken of"),
    ("fees 0 of", ["other"], "fees[0]", "only a line of other fees names them"),
    ("fees 0 of", "other", "fees[0].of", "'other' is not a list"),
    ("fees 0 of", [5], "fees[0].of[0]", "5 is not printable text"),
    ("fees 0 share", "0%", "fees[0]", "a share lies above 0% and up to 100%"),
    ("fees 0 share", "60", "fees[0].share", "neither a percentage nor a fraction"),
    ("fees 0 brackets", [{"percent": "5", "up_to": "1.00"}], "fees[0].brackets", "the last bracket has none"),
    ("fees 0 brackets", [{"percent": "-5"}], "fees[0].brackets[0]", "expected at least zero"),
    ("fees 0 brackets", [{"up_to": "1.00"}], "fees[0].brackets[0].percent", "this key is required"),
    ("fees 0 brackets", [{"percent": "5", "up_to": "x"}], "fees[0].brackets[0].up_to", "not a plain number"),
    ("fees 0 brackets", "5", "fees[0].brackets", "'5' is not a list"),
    ("fees 0 at_most", "x", "fees[0].at_most", "not a plain number"),
    ("fees 0 at_least", "-1.00", "fees[0].at_least", "below zero"),
    ("fees 0 bearer", "backer", "fees[0].bearer", "'backer' is none of creator, platform, host, sponsor"),
    ("fees 0 withheld", True, "fees[0]", "what is withheld is of other fees"),
    ("fees 0 estimate", True, "fees[0]", "what a provider takes is estimated of each pledge"),
    ("fees 0 refundable", "no", "fees[0].refundable", "'no' is not true or false"),
    (
        "fees 1 below",
        {"amount": "1", "percent": "5", "inclusive": 1},
        "fees[1].below.inclusive",
        "1 is not true",
    ),
    ("split 0 portion", "70", "split[0].portion", "neither a percentage nor a fraction"),
    ("split 0 portion", "1/0", "split[0].portion", "'1/0' is not a number"),
    ("split 0 portion", "101%", "split[0]", "101%"),
    ("split 0 payee", "lune", "split[1].payee", "'lune' is the payee of split[0] already"),
    ("split 0 fixed", "1.00", "split[0]", "exactly one of fixed, portion and remaining"),
    ("split 1", {"payee": "all", "portion": "70%"}, "split", "more than 100%"),
    ("split 1", {"payee": "all", "portion": "60%"}, "split", "remaining"),
    ("split 2", {"payee": "all", "remaining": True}, "split", "at most one can"),
    ("split 1 remaining", "yes", "split[1].remaining", "'yes' is not true or false"),
    ("events 3", {"at": "2026-01-06 10:00"}, "events[3]", "one of the keys pledge, confirm, receive"),
    ("events 3", at("2026-01-06 10:00", cancel="p9"), "events[3].cancel", "no pledge 'p9' is ever made"),
    ("events 0 tier", "posta", "events[0].tier", "there is no tier 'posta'"),
    ("events 0 amount", "55.00", "events[0].amount", "leave the amount out"),
    ("events 0 quantity", 0, "events[0].quantity", "0 is less than 1"),
    ("events 0 quantity", 1.5, "events[0].quantity", "1.5 is not a whole number"),
    ("events 0 bonus", "-1.00", "events[0].bonus", "'-1.00' is below zero"),
    ("events 0 at", None, "events[0].at", "this key is required"),
    ("events 0 bacer", "ana", "events[0].bacer", "there is no such key here"),
    ("events 3", pledge("p1", "1.00"), "events[3].pledge", "'p1' is the pledge of events[0] already"),
    ("events 1 amount", "-60.00", "events[1].amount", "below zero"),
    ("events 1 amount", None, "events[1]", "a pledge needs a tier or an amount"),
    ("events 1 quantity", 2, "events[1].quantity", "a quantity of 2 needs a tier"),
    ("events 1 bonus", "1.00", "events[1].bonus", "a bonus comes on top of a tier"),
    ("events 2 decline", "p1", "events[2].decline", "an event is one thing: give one of cancel, decline"),
    ("expect statt", "failed", "expect.statt", "there is no such key here"),
    ("expect state", "succesful", "expect.state", "'succesful' is none of draft,"),
    ("expect pledges", {"p1": {"state": "pledgd"}}, "expect.pledges.p1.state", "is none of preauth,"),
    ("expect pledged", 5, "expect.pledged", NUMBER),
    ("expect pledges", {"p 1": {"stat": 1}}, "expect.pledges.'p 1'.stat", "there is no such key here"),
]


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    BAD,
    ids=[f"{number} {place}" for number, (_, _, place, _) in enumerate(BAD)],
)
def test_one_wrong_thing_is_one_problem_in_its_place(path, value, place, message):
    way = [int(key) if key.isdigit() else key for key in path.split()]
    ((found, why),) = problems(changed(way, value))
    assert found == place
    assert message in why


def test_an_event_whose_key_is_nearly_one_is_told_which():
    assert problems(changed(["events", 3], at("2026-01-06 10:00", cancell="p1"))) == [
        ("events[3].cancel", "this key is required"),
        ("events[3].cancell", "there is no such key here"),
    ]


RICHLY_BAD = [
    ("campaign goal", "5.00", "campaign.goal", "the budget says what is needed"),
    ("campaign optimum", "5.00", "campaign.optimum", "the budget says what is needed"),
    ("budget 0 amount", "0.00", "budget[0].amount", "above zero"),
    ("budget 1 name", "paper", "budget[1].name", "'paper' is the name of budget[0] already"),
    ("budget 0 required", None, "budget[0].required", "this key is required"),
    ("budget 0 required", False, "budget", "above zero"),
    ("campaign maximum", "x", "campaign.maximum", "not a plain number"),
    ("campaign maximum", "0.00", "campaign.maximum", "less than the smallest pledge"),
    ("campaign claim_hours", 0, "campaign.claim_hours", "0 is less than 1"),
    ("campaign claim_hours", 9_000, "campaign.claim_hours", "9000 is more than 8760"),
    ("campaign late_days", "5", "campaign.late_days", "'5' is not a whole number"),
    ("campaign late_days", 900, "campaign.late_days", "late pledges are taken for a year at most"),
    ("campaign soft_launch opens", "soon", "campaign.soft_launch.opens", "'soon' is not written as"),
    ("campaign soft_launch opens", "2026-01-06 10:00", "campaign.soft_launch", "is not before"),
    ("campaign soft_launch", {"opens": "2026-01-04 10:00"}, "campaign.soft_launch", "a link or a list"),
    ("campaign cancel_windows 0 last_hours", None, "campaign.cancel_windows[0]", "exactly one of"),
    ("campaign cancel_windows 1 within_days", 0, "campaign.cancel_windows[1].within_days", "less than 1"),
    ("campaign needs_approval", "no", "campaign.needs_approval", "'no' is not true or false"),
    ("campaign end_of_day", True, "campaign.end_of_day", "give days"),
    ("campaign model measure", "paid", "campaign.model.measure", "'paid' is none of pledged, confirmed"),
    ("campaign model counts", ["tip"], "campaign.model", "rewards or bonuses count"),
    ("campaign model counts", ["all"], "campaign.model.counts[0]", "'all' is none of reward"),
    ("campaign model keeps_from", 50, "campaign.model.keeps_from", NUMBER),
    ("campaign model keeps_from", "100", "campaign.model", "from 0 % to below 100 %"),
    ("campaign model charging", "instalments", "campaign.model.charging", "is none of at-pledge"),
    ("campaign model grace_hours", -1, "campaign.model.grace_hours", "-1 is less than 1"),
    ("campaign model second_round_days", 10**6, "campaign.model", "shorter than a year"),
    ("stretch 0 at", 5, "stretch[0].at", NUMBER),
    ("stretch 0 at", {"units": 0}, "stretch[0].at", "write it as { units = 100 }"),
    ("stretch 0 at", {"units": 5}, "stretch[0].at", "does not count what the goal"),
    ("stretch 0 at", "100.00", "stretch[0].at", "above the goal of EUR 100.00"),
    ("stretch 0 tiers", ["crate"], "stretch[0].tiers[0]", "there is no tier 'crate'"),
    ("stretch 0 add_ons", ["box"], "stretch[0].add_ons[0]", "there is no add-on 'box'"),
    ("stretch 0", {"id": "more", "at": "200.00"}, "stretch[0]", "say what it unlocks"),
    ("stretch 1", {"id": "more", "at": "300.00", "notes": ["x"]}, "stretch[1].id", "is the id of stretch[0]"),
    ("tiers 0 late_price", "-1.00", "tiers[0].late_price", "below zero"),
    ("tiers 0 phases", [], "tiers[0]", "needs a phase"),
    ("tiers 0 phases", ["early"], "tiers[0].phases[0]", "'early' is none of campaign, late"),
    ("tiers 0 per_backer", 0, "tiers[0].per_backer", "0 is less than 1"),
    ("tiers 0 starts", "x", "tiers[0].starts", "is not written as"),
    ("tiers 0 ends", "2026-01-05 10:00", "tiers[0]", "before it starts"),
    ("tiers 0 audience", {}, "tiers[0].audience", "an audience has a link"),
    ("tiers 0 shipping rates", 5, "tiers[0].shipping.rates", "5 is not a table"),
    ("tiers 0 shipping rates BE", "-1.00", "tiers[0].shipping.rates.BE", "below zero"),
    ("tiers 0 shipping elsewhere", 9, "tiers[0].shipping.elsewhere", NUMBER),
    ("tiers 0 shipping", {}, "tiers[0].shipping", "needs a destination"),
    ("tiers 0 pickup", True, "tiers[0]", "either sent or picked up"),
    ("tiers 0 delivers", "2026-11", "tiers[0].delivers", "is not written as '2026-11-30'"),
    ("tiers 0 delivers", "2026-11-31", "tiers[0].delivers", "names a day that does not exist"),
    ("tiers 0 includes", {"wax": 2}, "tiers[0].includes", "there is no item 'wax'"),
    ("tiers 0 includes candle", 0, "tiers[0].includes.candle", "0 is less than 1"),
    ("add_ons 0 id", "box", "add_ons[0].id", "'box' is the id of tiers[0] already"),
    ("items 0 limit", -1, "items[0].limit", "-1 is less than 0"),
    ("items 1", {"id": "reader"}, "vouchers[0].code", "'reader' is the id of items[1] already"),
    ("vouchers 0 rounding", None, "vouchers[0]", "a percentage needs a rounding"),
    ("vouchers 0 amount", "1.00", "vouchers[0]", "a percentage or an amount"),
    ("vouchers 0 amount", "x", "vouchers[0].amount", "not a plain number"),
    ("vouchers 0 tiers", ["crate"], "vouchers[0].tiers", "there is no tier 'crate'"),
    ("vouchers 0 ends", "x", "vouchers[0].ends", "is not written as"),
    ("taxes 0 rate", "0", "taxes[0]", "a rate is above zero"),
    ("taxes 0 included", None, "taxes[0].included", "this key is required"),
    ("on_top 0 base", "collected", "on_top[0].base", "there is no such key here"),
    ("on_top 0 fixed", "x", "on_top[0].fixed", "not a plain number"),
    ("on_top 1", {"line": "service", "fixed": "1.00", "rounding": "floor"}, "on_top[1].line", "already"),
    ("events 0 add_ons", {"sticker": 1}, "events[0].add_ons.sticker", "there is no add-on 'sticker'"),
    ("events 0 add_ons pin", 0, "events[0].add_ons.pin", "0 is less than 1"),
    ("events 0 voucher", "writer", "events[0].voucher", "there is no voucher 'writer'"),
    ("events 0 tip", "-1.00", "events[0].tip", "below zero"),
    ("events 0 expects", 1, "events[0].expects", NUMBER),
    ("events 0 expects", "x", "events[0].expects", "not a plain number"),
    ("events 1 slow", "yes", "events[1].slow", "'yes' is not true or false"),
    ("events 2 confirm", "p9", "events[2].confirm", "no pledge 'p9' is ever made"),
    ("events 3 change", "p9", "events[3].change", "no pledge 'p9' is ever made"),
    ("events 3 tier", "crate", "events[3].tier", "there is no tier 'crate'"),
    ("events 3 tier", None, "events[3].bonus", "a bonus comes on top of a tier"),
    ("events 4 transfer", "p9", "events[4].transfer", "no pledge 'p9' is ever made"),
    ("events 4 to", None, "events[4].to", "this key is required"),
    ("events 5 merge", "p9", "events[5].merge", "no pledge 'p9' is ever made"),
    ("events 5 into", "p9", "events[5].into", "no pledge 'p9' is ever made"),
    ("events 7 of", "tip", "events[7].of", "'tip' is none of method, charge, refund"),
    ("events 9 campaign", "stop", "events[9].campaign", "'stop' is none of submit"),
    ("expect", {"goal": {"units": "x"}}, "expect.goal", "write it as { units = 100 }"),
]


WAITED_BAD = [
    ("tiers 0 waiting_hours", 0, "tiers[0].waiting_hours", "0 is less than 1"),
    ("tiers 0 limit", None, "tiers[0]", "nobody waits for what has no limit"),
    ("events 0 method", "cheque", "events[0].method", "there is no payment method 'cheque'"),
    ("events 1 join", "mug", "events[1]", "there is no tier 'mug'"),
    ("events 1 quantity", 0, "events[1].quantity", "0 is less than 1"),
    ("events 1 backer", None, "events[1].backer", "this key is required"),
    ("events 2 leave", "mug", "events[2]", "there is no tier 'mug'"),
    ("events 3 fulfil", "p9", "events[3].fulfil", "no pledge 'p9' is ever made"),
    ("events 3 step", "send", "events[3].step", "'send' is none of begin, answer-survey"),
    ("events 3 locks", "soon", "events[3].locks", "'soon' is not written as"),
    ("events 3 answers", "a/1", "events[3]", "the step begin needs nothing else, got answers"),
    ("events 4 destination", None, "events[4]", "needs answers and destination, got answers"),
    ("events 5 locks", "2026-03-01 10:00", "events[5]", "needs nothing else, got locks"),
    ("events 6 shipment", None, "events[6]", "the step ship needs shipment, got nothing"),
    ("campaign goal", "5.00", "campaign.goal", "the costs say what is needed"),
    ("budget", [{"name": "ink", "amount": "5.00", "required": True}], "budget", "leave it out"),
    ("costs cost", "0.00", "costs", "above zero"),
    ("costs cost", "x", "costs.cost", "not a plain number"),
    ("costs fee", "-5", "costs", "expected at least zero"),
    ("costs assumed", "cheque", "costs.assumed", "no payment method cheque"),
    ("costs methods 0 fixed", "x", "costs.methods[0].fixed", "not a plain number"),
    ("costs methods 0 percent", "x", "costs.methods[0].percent", "is not a number such as"),
    ("costs methods 1 fixed", None, "costs.methods[1]", ""),
    ("costs methods 1 method", "card", "costs.methods.card", "stands twice"),
    ("costs methods 0", 5, "costs.methods[0]", "5 is not a table"),
    ("costs methods", 5, "costs.methods", "5 is not a list"),
    ("costs", 5, "costs", "5 is not a table"),
    (
        "stretch",
        [{"id": "s", "at": "99.00", "notes": ["x"]}],
        "campaign.stretch_goals",
        "does not go with a goal",
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    WAITED_BAD,
    ids=[f"{number} {place}" for number, (_, _, place, _) in enumerate(WAITED_BAD)],
)
def test_one_wrong_thing_about_waiting_and_costs_is_told_in_its_place(path, value, place, message):
    told_so = problems(changed(step_by_step(path), value, WAITED))
    assert any(found == place and message in why for found, why in told_so), told_so


def test_waiting_and_costs_are_read():
    assert play(read(WAITED)).balanced


def step_by_step(path):
    return [int(key) if key.isdigit() else key for key in path.split()]


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    RICHLY_BAD,
    ids=[f"{number} {place}" for number, (_, _, place, _) in enumerate(RICHLY_BAD)],
)
def test_one_wrong_thing_in_a_rich_story_is_told_in_its_place(path, value, place, message):
    told_so = problems(changed(step_by_step(path), value, RICH))
    assert any(found == place and message in why for found, why in told_so), told_so


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    [
        ("campaign goal", None, "campaign.goal", "this key is required, or a budget"),
        ("campaign goal", {"units": 5, "of": 1}, "campaign.goal", "write it as { units = 100 }"),
        ("campaign optimum", "100.00", "campaign.optimum", "an optimum lies above the goal"),
        ("campaign optimum", {"units": 200}, "campaign.optimum", "an optimum lies above the goal"),
        ("campaign until", None, "campaign.until", "does not say when the clock stops"),
        ("campaign until", "9998-01-01 10:00", "campaign", "is over by the year 9996"),
        ("campaign until", "9990-01-01 10:00Z", "", ""),
        ("campaign model", "keep-it-all", "campaign", "closes or days, or a model with a final_lap"),
        ("campaign model final_lap", None, "campaign", "closes or days, or a model with a final_lap"),
        ("campaign model final_lap days", 10**8, "campaign", "outside of the calendar"),
        ("campaign model cap amount", "0.20", "campaign.model.cap", "is more than all of it"),
        ("campaign model cap amount", "x", "campaign.model.cap.amount", "not a plain number"),
        ("campaign model cap amount", "50.00", "campaign.model.cap", "below the goal"),
        ("campaign model cap clips", 1, "campaign.model.cap.clips", "1 is not true or false"),
        ("campaign model charging", "authorized", "campaign.model", "an authorization lasts"),
        ("campaign days", 10**8, "campaign.days", "calendar"),
        ("campaign days", 2_911_500, "campaign.days", "closes by the year 9996"),
        ("campaign days", 10, "", ""),
        ("campaign closes", 5, "campaign.closes", "5 is not written as"),
    ],
    ids=str,
)
def test_one_wrong_thing_of_a_campaign_without_an_end(path, value, place, message):
    document = changed(["campaign", "model", "cap", "tolerance"], "0.00", CAPPED)
    if not place:
        assert play(read(changed(step_by_step(path), value, document))).balanced
        return
    ((found, why),) = problems(changed(step_by_step(path), value, document))
    assert found == place
    assert message in why


def test_a_rich_story_is_read_and_played():
    outcome = play(read(RICH))
    assert outcome.balanced
    assert outcome.campaign.state.value == "canceled"  # it was suspended at its deadline
    assert outcome.refusals[0].codes == ("price-differs", "reward-locked", "reward-locked", "not-invited")
    assert [one.origin.number for one in outcome.refusals[1:]] == [3, 4, 5, 6]  # it was never made
    assert outcome.as_dict()["pledges"]["p2"]["state"] == "refunded"


def test_all_problems_of_a_file_come_at_once_whatever_their_kind():
    document = changed(["campaign", "goal"], 100)
    document["campaign"]["closes"] = "2025-01-01 10:00"
    document["surprise"] = 1
    document["events"][0]["tier"] = "posta"
    document["events"][1]["pledge"] = "p1"
    document["events"][2] = at("2026-01-06 10:00", cancel="p9")
    document["events"].append(pledge("p3", "1.00", at="tomorrow"))
    assert {path for path, _ in problems(document)} == {
        "campaign.goal",
        "campaign.closes",
        "surprise",
        "events[0].tier",
        "events[1].pledge",
        "events[2].cancel",
        "events[3].at",
    }


def test_what_follows_from_a_problem_is_not_one_more():
    document = changed(["tiers", 0, "id"], 5)
    assert [path for path, _ in problems(document)] == ["tiers[0].id"]


def test_after_the_first_thousand_problems_only_their_number_is_told():
    document = told(*[pledge(f"p{number}", "x") for number in range(1_050)])
    assert len(problems(document)) == 1_001
    assert problems(document)[-1][1] == "and 50 more problems"


def test_problems_name_their_file(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(changed(["campaign", "goal"], 100)))
    with pytest.raises(InvalidDocument, match=r"wrong\.json: campaign\.goal: amount 100 is a number"):
        read_story(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "story: this key is required"),
        ("story = ", "not TOML: Invalid value"),
        ("a = 1\na = 2", "not TOML: Cannot overwrite a value"),
        ("a = " + "9" * 5_000, "line 1: a number of 5000 digits: amounts are text"),
        ("a = " + "[" * 10_000, "it is nested too deeply"),
        ("a = '\0'", "not TOML"),
        ('{"story": 1', "not JSON"),
        ('{"a": 1, "a": 2}', "key 'a' stands twice"),
        (b"title = '\xe9'\n", "not UTF-8: byte 0xe9 in line 1"),
        ("\ufefftitle = 1".encode("utf-16"), "not UTF-8: byte 0xff in line 1"),
        (5, "expected the text of a story, got 5"),
        (None, "expected the text of a story"),
    ],
    ids=str,
)
def test_a_text_that_is_no_document_is_one_problem(text, message):
    with pytest.raises(InvalidDocument) as refused:
        parse_story(text)
    assert message in str(refused.value)


def test_a_list_in_json_is_no_story():
    with pytest.raises(InvalidDocument, match="expected a table at the top"):
        parse_story("[1]", name="x.json")


@pytest.mark.parametrize("path", ["/nowhere/at.all", "/", "no\0name", 5, None])
def test_a_file_that_cannot_be_read_is_bad_input(path):
    with pytest.raises(InvalidDocument, match="cannot be read"):
        read_story(path)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "story.toml"
    path.write_bytes(b'\xef\xbb\xbfstory = 1\r\ntitle = "x"\r\n')
    with pytest.raises(InvalidDocument) as refused:
        read_story(path)
    assert [problem.path for problem in refused.value.problems] == [f"{path}: campaign"]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["1/3", "9" * 30]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def _ways(value, way=()):
    yield way
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _ways(inner, (*way, key))


@given(
    st.sampled_from([WHOLE, RICH, CAPPED, WAITED]).flatmap(
        lambda story: st.tuples(
            st.just(story),
            st.lists(
                st.tuples(st.sampled_from([way for way in _ways(story) if way]), JUNK), min_size=1, max_size=3
            ),
        )
    )
)
def test_junk_anywhere_is_played_or_refused(changed_story):
    document, changes = copy.deepcopy(changed_story[0]), changed_story[1]
    for (*way, last), junk in changes:
        table = document
        for key in way:
            table = table[key] if isinstance(table, dict | list) and key in _keys(table) else None
        if table is not None and last in _keys(table):
            table[last] = junk
    problems = ()
    try:
        assert play(read(document)).balanced
    except InvalidDocument as refused:
        problems = refused.problems
    assert not any("\n" in str(problem) for problem in problems)


def _keys(table):
    return table if isinstance(table, dict) else range(len(table)) if isinstance(table, list) else ()


@given(st.binary() | st.text())
def test_any_text_is_read_or_refused(text):
    with pytest.raises(InvalidDocument):
        parse_story(text)


def test_what_is_optional_has_the_stated_defaults():
    minimal = told()
    del minimal["events"]
    story = read(minimal)
    terms = story.terms
    assert (str(terms.minimum), terms.tiers, terms.fees.lines, terms.splits.splits) == (
        "EUR 0.01",
        (),
        (),
        (),
    )
    assert [step.after for step in terms.dunning.steps] == [
        timedelta(hours=hours) for hours in (48, 96, 144, 168)
    ]
    assert played().as_dict()["payouts"] == {"lune": "0.00"}


@pytest.mark.parametrize(
    "title", ["L'été\u00a0!", "Championship Wrestling Documentary ", "👩\u200d🎨", "x" * 300, "\u200f"]
)
def test_a_title_is_whatever_people_write(title):
    assert read({**WHOLE, "title": title}).title == title


@pytest.mark.parametrize("currency", ["ZZZ", "XAU", 5, None])
@pytest.mark.parametrize("zone", ["Nope", None])
def test_amounts_and_times_are_checked_though_currency_and_zone_are_wrong(currency, zone):
    document = told(
        pledge("p1", "abc"),
        pledge("p2", tier="poster", bonus="-1.00"),
        campaign={"currency": currency, "zone": zone, "goal": "-5.00", "closes": "2026-01-01 00:00"},
        tiers=[POSTER | {"price": "-1.00"}],
        fees=[PLATFORM | {"fixed": "1,00"}],
    )
    assert [path for path, _ in problems(document)] == [
        "campaign.currency",
        "campaign.zone",
        "campaign.goal",
        "campaign.closes",
        "tiers[0].price",
        "fees[0].fixed",
        "events[0].amount",
        "events[1].bonus",
    ]


def test_a_problem_is_told_without_the_names_of_classes():
    document = told(fees=[PLATFORM | {"percent": "-5"}], campaign={"retry": {"attempt_hours": [24, 24]}})
    assert problems(document) == [
        ("campaign.retry", "Dunning.attempt: the time 1 day, 0:00:00 stands twice"),
        ("fees[0].percent", "expected at least zero, got -5%"),
    ]


def test_an_unknown_tier_is_told_once():
    assert problems(told(pledge("p1", "5.00", tier="zz"))) == [
        ("events[0].tier", "there is no tier 'zz'"),
    ]


def test_amounts_without_a_currency_stand_alone():
    """The currency that stands in for one that is not known is nobody's business."""
    amounts = {"minimum": "-1.00", "currency": "XXQ"}
    assert problems(told(campaign=amounts))[1:] == [
        ("campaign.minimum", "the smallest pledge is above zero, got -1.0000"),
    ]
    assert problems(told(campaign={**amounts, "minimum": "2.00", "maximum": "1.00"}))[1:] == [
        ("campaign.maximum", "1.0000 is less than the smallest pledge, 2.0000"),
    ]


@pytest.mark.parametrize("tiers", [[], [{"id": "a", "price": "-1.00"}]])
def test_a_maximum_below_the_minimum_is_told_beside_anything(tiers):
    found = problems(told(campaign={"minimum": "50.00", "maximum": "5.00"}, tiers=tiers))
    below = ("campaign.maximum", "EUR 5.00 is less than the smallest pledge, EUR 50.00")
    assert (len(found), found.count(below)) == (1 + len(tiers), 1)


@pytest.mark.parametrize("wrong", [[], [{"payee": "a", "portion": "170%"}]])
def test_two_who_take_the_remaining_are_told_beside_anything(wrong):
    split = [*wrong, {"payee": "c", "remaining": True}, {"payee": "d", "remaining": True}]
    found = [why for _, why in problems(told(split=split))]
    assert len(found) == 1 + len(wrong)
    assert found[-1].endswith("2 splits take the remaining, and at most one can")


def test_a_payee_who_stands_twice_hides_no_other_problem():
    split = [{"payee": "a", "portion": "70%"}, {"payee": "a", "portion": "50%"}]
    assert problems(told(split=split)) == [
        ("split[1].payee", "'a' is the payee of split[0] already"),
        ("split", "no plan: portions total 120%, which is more than 100%"),
    ]


@pytest.mark.parametrize("title", ["x\ud800", "\uffff", "a\u2028b", "a\nb", "", "\t"])
def test_a_title_can_be_shown_on_a_line_and_in_a_drawing(title):
    assert [path for path, _ in problems({**WHOLE, "title": title})] == ["title"]


def test_which_of_two_times_is_earlier_may_depend_on_the_zone():
    """An unknown zone is one problem, and makes no other of what may be right."""
    times = {"opens": "2026-01-05 10:00", "closes": "2026-01-05 12:00+05:00", "zone": "Asia/Karatchi"}
    assert [path for path, _ in problems(told(campaign=times))] == ["campaign.zone"]


def test_a_long_number_in_quotes_is_no_syntax_error():
    text = f'title = "{"9" * 5_000}"\nstory = '
    with pytest.raises(InvalidDocument, match="not TOML: Invalid value"):
        parse_story(text)
