"""Mistakes about who bears what does not go back, for the simulator to find, as in `faulty`."""

from faulty import mistakes_in

from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import _owing, noting, returning
from pushcore.payouts import Bearer, Paid, RefundSituation, refund, refund_request
from pushcore.payouts.refund import GivenBack

__all__ = ["MISTAKES"]

BORNE_BY = refund.borne_by


def penalties_are_waived(patch):
    """Who wants a pledge back has all of it back, and its creator gives that."""

    def waived(*args):
        return {who: minor for who, minor in BORNE_BY(*args).items() if who is not Bearer.BACKER}

    patch.setattr(refund, "borne_by", waived)
    return MemoryStore, FakeGateway


def each_refund_is_rounded_by_itself(patch):
    """A penalty of a cent at a time comes to nothing, or to all of it."""
    comes_back = refund.comes_back

    def alone(rule, undone, rounding):
        return comes_back(rule, (0, undone[1] - undone[0]), rounding)

    patch.setattr(refund, "comes_back", alone)
    return MemoryStore, FakeGateway


def the_most_is_of_each_refund(patch):
    """Whoever is refunded twice pays the highest penalty twice."""

    def anew(rule, lost, rounding):
        return BORNE_BY(rule, (0, lost[1] - lost[0]), rounding)

    patch.setattr(refund, "borne_by", anew)
    return MemoryStore, FakeGateway


def penalties_outlive_their_campaign(patch):
    """What a backer bore stays where it is although nothing comes of the campaign."""
    patch.setattr(Paid, "reopened", property(lambda paid: paid))
    return MemoryStore, FakeGateway


def what_is_kept_counts_no_more(patch):
    """A pledge of which its campaign keeps a penalty falls as if all of it had gone back."""

    def nothing_left(_, __, paid, waterfall):
        return all(not part.left or waterfall.keeps(part.kind, paid.owner) for part in paid.parts)

    for module in (_owing, returning, noting):
        patch.setattr(module, "nothing_left", nothing_left, raising=False)
    return MemoryStore, FakeGateway


def frauds_are_refunds(patch):
    """Who never pledged bears a penalty for it."""
    order = returning.order

    def ordered(*args, **options):
        return order(*args, **options | {"situation": None})

    patch.setattr(returning, "order", ordered)
    return MemoryStore, FakeGateway


def settled_campaigns_are_not_paid_out(patch):
    """What is wanted back late is given back as if it were wanted in time."""
    order = returning.order

    def early(*args, situation, **options):
        return order(*args, situation=situation or RefundSituation.FUNDED, **options)

    patch.setattr(returning, "order", early)
    return MemoryStore, FakeGateway


def taxes_stay(patch):
    """A poster goes back, and the tax that was put on it does not."""
    patch.setattr(refund_request, "_computed", lambda *_: 0)
    return MemoryStore, FakeGateway


def fees_of_what_is_kept_come_back(patch):
    """The platform gives its fees back of what its creator keeps of a pledge."""
    patch.setattr(refund, "_of_creator", lambda part: 0 if refund._is_on_top(part) else part.undone)
    return MemoryStore, FakeGateway


def fees_are_not_deducted(patch):
    """A backer who is to bear the fee gets it back: nobody gives it."""
    whole = property(lambda back: back.debt.total(back.parts.values(), back.debt.currency))
    patch.setattr(GivenBack, "amount", whole)
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
