"""Stating: whoever asks is told what the ledger says."""

import pytest
from lanterne import END, collected, money, pledged, request

from pushcore import place_pledge, settle_campaign, transfer_pledge
from pushcore.books import Span, creator_statement, statements
from pushcore.errors import InvalidValue, NotFound
from pushcore.usecases import (
    state_backer,
    state_balances,
    state_creator,
    state_everybody,
    state_pledges,
)

ALL = Span()


def test_everybody_is_told_what_the_ledger_says():
    ports = collected("60.00", "40.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    entries = list(ports.store.transactions())
    assert state_everybody(ports, ALL) == statements(entries, ALL)
    assert state_creator(ports, "lanterne", ALL) == creator_statement(entries, "lanterne", "EUR", ALL)
    (mine,) = state_backer(ports, "b0", ALL)
    assert (mine.owner, mine.closing) == ("b0", money("60.00"))
    (account,) = state_pledges(ports, "b0")
    assert (account.pledge_id, account.paid, account.open) == ("p0", money("60.00"), False)
    assert state_balances(ports, END) == ()
    ports.clock.set(END.replace(year=2027))
    (sheet,) = state_balances(ports, ports.now())
    assert (sheet.lies, sheet.held, sheet.earned) == (money("100"), money("91.60"), money("8.40"))


def test_who_holds_a_pledge_is_told_of_it():
    ports = pledged("60.00")
    place_pledge(ports, request("p1", "40.00", backer_id="b1"))
    transfer_pledge(ports, "p1", "cleo", actor="b1")
    assert [it.span for it in state_backer(ports, "cleo", ALL)] == [ALL]
    assert state_backer(ports, "b1", ALL) == ()
    assert state_pledges(ports, "cleo") == ()


def test_nobody_is_told_of_what_is_not_there():
    ports = pledged()
    assert state_backer(ports, "nobody", ALL) == state_everybody(ports, ALL) == ()
    with pytest.raises(NotFound):
        state_creator(ports, "nothing", ALL)
    for ask in (state_creator, state_backer):
        with pytest.raises(InvalidValue):
            ask(ports, "lanterne" if ask is state_creator else 1, None)
