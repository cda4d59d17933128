"""Everything that is kept as a document, and junk to put into it."""

import copy
import json
from pathlib import Path

from hypothesis import strategies as st

from pushcore.testing import strategies as a

KEPT = json.loads(Path(__file__).with_name("payloads.json").read_text(encoding="utf-8"))
"""Documents of every schema that a type ever had: lines are added, and never changed."""
NAMES = [f"{it['type']}-{it['schema']}-{line}" for line, it in enumerate(KEPT, 2)]
"""What the tests call them: the type, the schema and the line."""

THINGS = st.one_of(
    a.campaigns(),
    a.pledges(),
    a.payouts(),
    a.fulfilments(),
    a.matching_funds(),
    a.subscriptions(),
    a.waiting_lists(),
    a.progresses(),
    a.stocks(),
    a.transactions(),
    a.account_statements(),
    a.openings(),
    a.invoices(),
    a.invoice_series(),
    a.credits_of_invoices(),
    a.receipts(),
    a.year_values(),
    a.pledge_totals(),
    a.sheets(),
    a.mass_refunds("EUR"),
    a.accrued_shares("EUR"),
    a.share_payments("EUR"),
    a.provider_exchanges(),
    a.refund_runs("EUR"),
    a.orders(),
    a.answers(),
    a.events(),
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "1",
            "-1",
            "1e5",
            "9" * 5_000,
            "0001-01-01T00:00:00Z",
            "P",
            "P9999999999D",
            "1/0",
            "\0",
            "\ud800",
        ]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


def places(document, path=()):
    """The path of every value within a document."""
    yield path
    pairs = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for step, value in pairs:
        yield from places(value, (*path, step))


def changed(document, path, value):
    """The document with another value at a path."""
    document = copy.deepcopy(document)
    at = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return document
