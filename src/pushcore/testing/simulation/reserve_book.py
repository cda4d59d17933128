"""An auditor's own book of reserves: what is held back of a campaign, and how much of it is due by when."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore.calendar import Zone
from pushcore.payouts import Dispute, HeldReserve
from pushcore.testing.simulation.policies import RESERVES

if TYPE_CHECKING:
    from pushcore.changes import Changes
    from pushcore.testing.simulation.reading import Reading

__all__ = ["HeldBack", "ReserveBook"]

_WHOLE: Final = 10_000

_Came = list[tuple[datetime, int]]


@attrs.define
class HeldBack:
    """What is held back of a campaign.

    Attributes:
        left: What is left of each payee's, and was before the last commit.
        due: When how much of it is due, all that was due before with it.
    """

    left: dict[str, int]
    before: dict[str, int]
    due: _Came

    @property
    def held(self) -> int:
        """What was held back at first."""
        return self.due[-1][1]

    @property
    def there(self) -> int:
        """What is left of it."""
        return sum(self.left.values())

    def by(self, at: datetime) -> int:
        """What is due by an instant, given or not."""
        return max((minor for due_at, minor in self.due if due_at <= at), default=0)


class ReserveBook:
    """What is held back of each campaign of which something ever was.

    Attributes:
        all: Each by its campaign.
    """

    def __init__(self, shapes: dict[str, dict[str, Any]]) -> None:
        self.all: dict[str, HeldBack] = {}
        self._shapes = shapes
        self._came: defaultdict[str, _Came] = defaultdict(list)

    def note(self, changes: Changes, pledge_id: str, before: Reading | None, after: Reading) -> None:
        """Take down when a campaign got something; what a dispute gives back it had before."""
        if "rolling" not in RESERVES[self._shapes[after.campaign_id].get("reserve", "none")]:
            return
        more = after.kept * after.claimed - (0 if before is None else before.kept * before.claimed)
        if more > 0 and not any(isinstance(it, Dispute) for it in changes.put):
            self._came[pledge_id].append((changes.events[0].at, more))

    def write(self, changes: Changes) -> None:
        """Take down what is left of a reserve, as it is written."""
        for it in changes.put:
            known = self.all.get(it.id) if isinstance(it, HeldReserve) else None
            if known is not None and isinstance(it, HeldReserve):
                known.before, known.left = known.left, {who: part.minor for who, part in it.left.items()}

    def agreed(self, campaign_id: str, raised: int, net: int) -> int:
        """What is to be held back of a campaign that raised so much, of which so much is left."""
        rule = RESERVES[self._shapes[campaign_id].get("reserve", "none")]
        if not rule or raised < rule.get("threshold", 0):
            return 0
        share = (2 * raised * rule["hundredths"] + _WHOLE) // (2 * _WHOLE)
        return min(share, net, rule.get("cap", share))

    def open(self, held: HeldReserve, kept: dict[str, int], closes: datetime) -> None:
        """Take down a new reserve, and when it is due: so long after the end, or after each contribution.

        Args:
            held: The reserve as it is written.
            kept: What is kept of each pledge that was collected.
            closes: When the campaign ended.
        """
        shape = self._shapes[held.id]
        rule, zone = RESERVES[shape["reserve"]], Zone(shape["zone"]).tzinfo
        left: dict[str, int] = {who: part.minor for who, part in held.left.items()}
        days: Counter[datetime] = Counter({closes: 1})
        if "rolling" in rule:
            days = Counter()
            for pledge_id, minor in kept.items():
                for at, part in self._kept(pledge_id, minor):
                    days[_midnight(at.astimezone(zone))] += part
        starts, total = sorted(days), days.total()
        sums = accumulate(days[start] for start in starts)
        whole, later = sum(left.values()), timedelta(days=rule["days"])
        due = [
            ((start.astimezone(zone) + later).astimezone(UTC), whole * so_far // total)
            for start, so_far in zip(starts, sums, strict=True)
        ]
        self.all[held.id] = HeldBack(left, {}, due)

    def _kept(self, pledge_id: str, kept: int) -> _Came:
        """When what is kept of a pledge came: what went back of it is of what came last."""
        found: _Came = []
        for at, minor in self._came[pledge_id]:
            if part := min(minor, kept):
                found.append((at, part))
                kept -= part
        return found


def _midnight(here: datetime) -> datetime:
    """When a day ends."""
    return datetime.combine(here.date() + timedelta(days=1), datetime.min.time(), here.tzinfo)
