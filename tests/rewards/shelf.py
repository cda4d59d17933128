"""A shelf of rewards to pick from: what the tests of rewards say in short."""

from datetime import UTC, datetime

from pushcore import Catalogue, Money, Selection, Tier
from pushcore.rewards import Picking, picking_refusals

NOW = datetime(2026, 1, 6, 9, tzinfo=UTC)


def eur(amount):
    return Money.of(amount, "EUR")


def tier(tier_id="print", price="40", **more):
    return Tier(tier_id, eur(price), **more)


def picked(tier_id="print", bonus="0", **more):
    return Selection(eur(bonus), tier_id=tier_id, **more)


def picking(catalogue, selection=None, stocks=None, *, backer_id="ana", at=NOW, **more):
    """What ana picks now; a tier stands for a catalogue of it alone."""
    if isinstance(catalogue, Tier):
        catalogue = Catalogue([catalogue])
    return Picking(catalogue, selection or picked(), backer_id, stocks or {}, at, **more)


def codes(*args, **more):
    """The codes of every reason why it cannot be had; each says in a sentence what it is about."""
    reasons = picking_refusals(picking(*args, **more))
    assert all(reason.message for reason in reasons)
    return [reason.code for reason in reasons]
