"""Offering: what a document says can be picked: tiers, add-ons, items, vouchers and taxes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from pushcore._checks import shown
from pushcore.ids import ItemId, TierId, VoucherCode
from pushcore.money import Money
from pushcore.rewards import Audience, Item, Shipping, Tax, Tier, Voucher
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.goals import hours_of
from pushcore.stories.requesting import amount_of
from pushcore.stories.reward_tables import AudienceTable, ShippingTable, TierTable
from pushcore.stories.sections import each, names_of, note_shared
from pushcore.stories.times import instant_of

__all__ = ["items_of", "note_shared_ids", "taxes_of", "tiers_of", "vouchers_of"]

T = TypeVar("T")
Names = TypeVar("Names", bound=Iterable[str])


def note_shared_ids(document: Document, findings: Findings) -> bool:
    """Note every id that two things share: whatever can run out is told apart by it."""
    keys = {"tiers": "id", "add_ons": "id", "items": "id", "vouchers": "code"}
    return note_shared(document, keys, findings)


def tiers_of(document: Document, section: str, findings: Findings) -> list[Tier]:
    """The tiers, or the add-ons."""
    found = [_tier(path, table, document, findings) for path, table in each(document, section)]
    return _whole(document, section, found)


def _whole(document: Document, section: str, found: list[T]) -> list[T]:
    """What a section comes to, if all of it could be made."""
    tables = getattr(document, section)
    return BROKEN if broken(tables) or BROKEN in found or len(found) < len(tables) else found


def _tier(path: str, table: TierTable, document: Document, findings: Findings) -> Tier:
    currency = document.campaign.currency

    def optional(key: str, make: Any) -> Any:  # noqa: ANN401  whatever a key is read to
        value = getattr(table, key)
        return value if value is None or broken(value) else make(f"{path}.{key}", value, document, findings)

    includes = _known(f"{path}.includes", "item", table.includes, names_of(document, "items"), findings)
    return findings.attempt(
        path,
        Tier,
        TierId(table.id),
        findings.attempt(f"{path}.price", amount_of, table.price, currency),
        limit=table.limit,
        late_price=optional("late_price", _amount),
        per_backer=table.per_backer,
        starts_at=optional("starts", _instant),
        ends_at=optional("ends", _instant),
        audience=optional("audience", _audience),
        shipping=optional("shipping", _shipping),
        pickup=table.pickup,
        delivers=table.delivers,
        includes=cast("dict[ItemId, int]", includes),
        phases=table.phases,
        waiting=optional("waiting_hours", _hours),
    )


def _amount(path: str, text: str, document: Document, findings: Findings) -> Money:
    return findings.attempt(path, amount_of, text, document.campaign.currency)


def _instant(path: str, time: datetime, document: Document, findings: Findings) -> datetime:
    return findings.attempt(path, instant_of, time, document.campaign.zone)


def _hours(path: str, hours: int, _: Document, findings: Findings) -> timedelta:
    return findings.attempt(path, hours_of, hours)


def _audience(path: str, table: AudienceTable, _: Document, findings: Findings) -> Audience:
    return findings.attempt(path, Audience, token=table.token, backers=table.backers)


def _shipping(path: str, table: ShippingTable, document: Document, findings: Findings) -> Shipping:
    rates = {
        place: _amount(f"{path}.rates.{place}", text, document, findings)
        for place, text in ({} if broken(table.rates) else table.rates).items()
    }
    rate = table.elsewhere
    elsewhere = None if rate is None else _amount(f"{path}.elsewhere", rate, document, findings)
    wrong = broken(table.rates) or BROKEN in rates.values()
    return findings.attempt(path, Shipping, BROKEN if wrong else rates, elsewhere=elsewhere)


def _known(path: str, what: str, names: Names, known: Iterable[str], findings: Findings) -> Names:
    """The names, if each of them is known; a problem is noted for each that is not."""
    unknown = [] if BROKEN in (names, known) else [name for name in names if name not in known]
    for name in unknown:
        findings.note(path, f"there is no {what} {shown(name)}", "unknown")
    return BROKEN if unknown else names


def items_of(document: Document) -> list[Item]:
    """What rewards are made of."""
    found = [
        BROKEN if BROKEN in (table.id, table.limit) else Item(ItemId(table.id), limit=table.limit)
        for _, table in each(document, "items")
    ]
    return _whole(document, "items", found)


def vouchers_of(document: Document, findings: Findings) -> list[Voucher]:
    """The codes that can be used."""
    found, ids = [], (names_of(document, "tiers"), names_of(document, "add_ons"))
    known = BROKEN if BROKEN in ids else {*ids[0], *ids[1]}
    for path, table in each(document, "vouchers"):
        tiers = _known(f"{path}.tiers", "tier", table.tiers, known, findings)
        amount, ends = table.amount, table.ends
        found.append(
            findings.attempt(
                path,
                Voucher,
                VoucherCode(table.code),
                percent=table.percent,
                rounding=table.rounding,
                amount=None if amount is None else _amount(f"{path}.amount", amount, document, findings),
                tier_ids=tiers,
                limit=table.limit,
                ends_at=None if ends is None else _instant(f"{path}.ends", ends, document, findings),
                blocks=table.blocks,
                overbooks=table.overbooks,
            )
        )
    return _whole(document, "vouchers", found)


def taxes_of(document: Document, findings: Findings) -> list[Tax]:
    """The taxes on rewards."""
    found = [
        findings.attempt(
            path,
            Tax,
            table.name,
            table.rate,
            table.rounding,
            included=table.included,
            shipping=table.shipping,
            destinations=table.destinations,
        )
        for path, table in each(document, "taxes")
    ]
    return _whole(document, "taxes", found)
