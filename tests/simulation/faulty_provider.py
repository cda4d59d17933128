"""Mistakes about what the provider says beside yes, for the simulator to find, as in `faulty`."""

from itertools import count

import attrs
from faulty import mistakes_in

from pushcore.changes import Changes
from pushcore.errors import InvalidValue
from pushcore.gateway import Accepted
from pushcore.ledger import recipes
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import _booking, collecting, noting, refunding
from pushcore.payouts import FeeLine, FundingSource
from pushcore.pledges import Pledge
from pushcore.usecases import Reception, _dividing, telling

__all__ = ["MISTAKES"]


def fees_are_booked_once_more_when_they_are_told_again(patch):
    """An event about a charge that is known books its fee."""
    take, numbers = telling._TAKES[telling.Purpose.CHARGE], count()

    def again(ports, name, answer, actor):
        reception = take(ports, name, answer, actor)
        if reception is Reception.KNOWN and isinstance(answer, Accepted) and answer.fee is not None:
            pledge = ports.store.find_pledge(name.subject_id)
            key = f"{pledge.id}/told/{next(numbers)}"
            entries = recipes.provider_fee(key, pledge.campaign_id, answer.fee, ports.now())
            ports.store.commit(Changes(transactions=entries))
        return reception

    patch.setitem(telling._TAKES, telling.Purpose.CHARGE, again)
    return MemoryStore, FakeGateway


def fees_are_not_booked(patch):
    """A pledge knows what the provider kept, and the ledger has it with the provider."""
    _booked(patch, collecting, "charge_booked", lambda told, _: (told, ()))
    return MemoryStore, FakeGateway


def what_refunds_and_payouts_cost_is_not_booked(patch):
    """The provider keeps something for each, and the books say that it has it still."""
    patch.setattr(recipes, "provider_cost", lambda *_: ())
    return MemoryStore, FakeGateway


def fees_are_not_known(patch):
    """The ledger has what the provider kept, and the pledge does not know it when it is settled."""
    _booked(patch, collecting, "charge_booked", lambda told, entries: (_but(told, "provider_fee"), entries))
    return MemoryStore, FakeGateway


def what_comes_back_of_a_fee_is_ignored(patch):
    """The provider gives back something of its fee, and the books say that it has it still."""
    _booked(patch, refunding, "refund_booked", lambda told, _: (told, ()))
    return MemoryStore, FakeGateway


def what_comes_back_of_a_fee_is_of_nobody(patch):
    """It is booked, and the pledge is settled as if all of the fee were gone."""
    _booked(patch, refunding, "refund_booked", lambda told, entries: (_but(told, "provider_fee"), entries))
    return MemoryStore, FakeGateway


def what_is_booked_there_is_not_read(patch):
    """A provider that says what it booked, and not what it kept, is taken to have kept nothing."""
    _hearing(patch, settled=None)
    return MemoryStore, FakeGateway


def ways_are_not_read(patch):
    """Nobody knows how a charge was paid."""
    _hearing(patch, paid_by=None)
    return MemoryStore, FakeGateway


def estimates_are_final(patch):
    """What the provider really kept is never trued up."""
    patch.setattr(_dividing, "_kept", lambda *_: {})
    return MemoryStore, FakeGateway


def estimates_are_trued_up_for_all(patch):
    """Of pledges of which nothing was told it is taken that nothing was kept."""
    fee_told = _dividing._fee_told

    def told(pledge, currency):
        fee = fee_told(pledge, currency)
        return pledge.amount * 0 if fee is None else fee

    patch.setattr(_dividing, "_fee_told", told)
    return MemoryStore, FakeGateway


def limited_lines_are_of_all(patch):
    """A fee of cards is taken of whatever was paid."""
    patch.setattr(FeeLine, "applies", lambda *_: True)
    return MemoryStore, FakeGateway


def sources_are_all_backers(patch):
    """What sponsors match and what comes in cash is taken for what backers pay."""
    patch.setattr(_dividing, "_source", lambda _: FundingSource.BACKER)
    return MemoryStore, FakeGateway


def each_part_goes_back_by_itself(patch):
    """The share of each refund is rounded as if it were the first, so that they miss what was booked."""
    leaving = _booking._leaving

    def first(pledge, *args):
        return leaving(attrs.evolve(pledge, gone_back=(), disputes=()), *args)

    patch.setattr(_booking, "_leaving", first)
    return MemoryStore, FakeGateway


def charges_of_a_pledge_have_one_rate(patch):
    """What goes back of a later part goes by the booking of the first."""
    patch.setattr(Pledge, "booking", lambda pledge, _: next(iter(pledge.bookings), None))
    return MemoryStore, FakeGateway


def gains_of_exchange_stay_in_clearing(patch):
    """What a refund cost more than was booked of its charge is nowhere to be seen."""
    exchange = recipes.exchange
    patch.setattr(recipes, "exchange", lambda *args, **_: exchange(*args))
    return MemoryStore, FakeGateway


def what_the_provider_booked_for_a_refund_is_not_read(patch):
    """It goes back at the stored rate, whatever was really booked."""
    booked = refunding.refund_booked

    def deaf(pledge, gone, key, answer, at):
        return booked(pledge, gone, key, attrs.evolve(answer, settled=None), at)

    patch.setattr(refunding, "refund_booked", deaf)
    return MemoryStore, FakeGateway


def what_is_made_there_is_not_exchanged(patch):
    """A refund in the dashboard goes back in the currency of the charge, of which the provider has none."""
    _booked(patch, noting, "refund_booked", lambda told, _: (told, ()))
    return MemoryStore, FakeGateway


def what_is_worth_nothing_cannot_go_back(patch):
    """A cent is refused that comes to less than half a cent there, although it is gone."""
    exchange = recipes.exchange

    def strict(name, campaign_id, debited, credited, *args, **options):
        if not credited.amount:
            message = "that is not a credit"
            raise InvalidValue(message)
        return exchange(name, campaign_id, debited, credited, *args, **options)

    patch.setattr(recipes, "exchange", strict)
    return MemoryStore, FakeGateway


def gateway_changes_its_fee(_):
    """It says another fee than the one that it has taken."""

    class Vague(FakeGateway):
        def __init__(self):
            super().__init__(fee=lambda amount: amount * 0 + amount.with_minor(amount.minor // 50))

        def _fee_of(self, order):
            fee = super()._fee_of(order)
            return None if fee is None else fee.with_minor(fee.minor + len(self._answers) % 3)

    return MemoryStore, Vague


def _booked(patch, module, name, change):
    booked = getattr(module, name)
    patch.setattr(module, name, lambda *args: change(*booked(*args)))


def _but(told, name):
    return {it: value for it, value in told.items() if it != name}


def _hearing(patch, **changed):
    charge_booked = collecting.charge_booked

    def deaf(pledge, amount, key, answer, at):
        return charge_booked(pledge, amount, key, attrs.evolve(answer, **changed), at)

    patch.setattr(collecting, "charge_booked", deaf)


MISTAKES = mistakes_in(globals())
