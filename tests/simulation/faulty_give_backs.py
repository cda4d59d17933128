"""Mistakes about funded campaigns that are given back, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.campaigns import CampaignState, campaign, deciding, lifecycle
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import restoring
from pushcore.payouts import PayoutPlan
from pushcore.pledges import PledgeState
from pushcore.usecases import refunding

__all__ = ["MISTAKES"]


def too_little_is_paid_out(patch):
    """Somebody gets a few cents of what was to go back."""
    patch.setattr(PayoutPlan, "refusals", lambda *_: ())
    return MemoryStore, FakeGateway


def enough_is_given_back(patch):
    """A goal is reached, and backers get their money back since nothing more than that is left."""
    refusals = PayoutPlan.refusals

    def stricter(plan, net, payees):
        return refusals(plan, net - net.with_minor(net.minor // 2), payees)

    patch.setattr(PayoutPlan, "refusals", stricter)
    return MemoryStore, FakeGateway


def what_is_divided_is_given_back(patch):
    """Payees and backers get the same money."""
    give_back = deciding.give_back

    def again(it, at, actor):
        return give_back(attrs.evolve(it, settled_at=None), at, actor)

    patch.setattr(deciding, "give_back", again)
    return MemoryStore, FakeGateway


def what_is_given_back_stays(patch):
    """The campaign is given back, and its pledges are not."""
    patch.setattr(campaign, "GIVING_BACK", lifecycle.GIVING_BACK - {CampaignState.GIVEN_BACK})
    return MemoryStore, FakeGateway


def matches_are_not_given_back(patch):
    """Sponsors wait for what they added."""
    patch.setattr(refunding, "return_match", lambda _, __, part, ___: part)
    return MemoryStore, FakeGateway


def parts_that_went_back_go_back_again(patch):
    """Of a campaign that is given back all of each pledge goes back, whatever went back before."""

    def rest(pledge, *args, **options):
        return old(attrs.evolve(pledge, paid=None), *args, **options)

    old = restoring.rest
    patch.setattr(restoring, "rest", rest)
    return MemoryStore, FakeGateway


def store_hides_parts_that_are_on_their_way(_):
    """The index of what goes back leaves out pledges of which a part is going back."""

    class Partial(MemoryStore):
        def returnable_pledges(self, campaign_id):
            found = super().returnable_pledges(campaign_id)
            return (it for it in found if it.state is not PledgeState.COLLECTED or it.refund is None)

    return Partial, FakeGateway


MISTAKES = mistakes_in(globals())
