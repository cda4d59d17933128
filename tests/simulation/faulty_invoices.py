"""Mistakes about invoices, credit notes and erasure, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.books import invoicing as deciding
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.usecases import invoicing

__all__ = ["MISTAKES"]


def what_fees_gave_back_is_not_credited(patch):
    """Only what fees took is listed."""
    entries = invoicing.fee_entries

    def taken(*args):
        return tuple(it for it in entries(*args) if it.gross.minor > 0)

    patch.setattr(invoicing, "fee_entries", taken)
    return MemoryStore, FakeGateway


def an_invoice_has_one_line(patch):
    """What the other fee lines took is on no invoice."""
    fees_of = deciding.fees_of
    patch.setattr(deciding, "fees_of", lambda *args: dict([*fees_of(*args).items()][:1]))
    return MemoryStore, FakeGateway


def numbers_are_left_out(patch):
    """Every other number is given."""
    issue = deciding.issue
    patch.setattr(
        deciding, "issue", lambda series, *a, **b: issue(attrs.evolve(series, last=series.last + 1), *a, **b)
    )
    return MemoryStore, FakeGateway


def events_name_the_forgotten(_):
    """Who is forgotten is forgotten in what stands, and not in what has happened."""

    class Remembering(MemoryStore):
        def commit(self, changes):
            told = list(self.events()) if changes.forgotten else None
            super().commit(changes)
            if told is not None:
                self._events[: len(told)] = told

    return Remembering, FakeGateway


MISTAKES = mistakes_in(globals())
