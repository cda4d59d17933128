"""Exchanging: money of one currency became another at the provider, and the books follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.errors import KeyReused
from pushcore.ledger.chart import PROVIDER, clearing_account
from pushcore.money import Money
from pushcore.payouts import ProviderExchange
from pushcore.payouts import provider_exchange as exchanging
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.ids import ActorId
    from pushcore.ports import Ports

__all__ = ["note_exchange"]


@use_case
def note_exchange(
    ports: Ports, given: Money, received: Money, *, key: str, actor: ActorId
) -> ProviderExchange:
    """Enter that money at the provider became another currency there, whoever turned it into that.

    So dollars that were booked for a campaign in euros become the euros that are paid out for it. What they
    bring above or below the euros that they were booked for is gained or lost by the platform.

    Args:
        ports: Everything outside.
        given: What there is less at the provider.
        received: What there is more, in another currency; what the provider kept of it is not in it.
        key: Names the exchange, such as the provider's own name of it: entered again, nothing happens.
        actor: Who enters it.

    Raises:
        Refused: ``above-provider``; ``currency-retired``.
        KeyReused: another exchange goes by this key.
        InvalidValue: amounts that are not above zero, or of one currency.

    Example:
        >>> from pushcore.testing import builders
        >>> ports = builders.ports()
        >>> note_exchange(ports, Money.of(9, "USD"), Money.of(8, "EUR"), key="txn_1", actor="clerk")
        Traceback (most recent call last):
        pushcore.errors.Refused: above-provider: USD 0.00 lies with the provider, which is less than USD 9.00
    """
    for amount, what in (given, "what was given"), (received, "what was received"):
        expect(amount, Money, what=what)
    expect(key, str, what="the key of an exchange")
    known = ports.store.find(ProviderExchange, key)
    if known is not None:
        if (known.given, known.received) == (given, received):
            return known
        message = f"exchange {key} is of {known.given} for {known.received}: choose another key"
        raise KeyReused(message, key=key, given=known.given, received=known.received)
    clearing = clearing_account(given.currency, received.currency)
    booked = exchanging.Booked(
        lies=ports.store.balance(PROVIDER, given.currency).available,
        instead=-ports.store.balance(clearing, given.currency).posted,
        stands_for=ports.store.balance(clearing, received.currency).posted,
    )
    exchange, changes = exchanging.note(key, given, received, booked, ports.now(), actor)
    ports.store.commit(changes)
    return exchange
