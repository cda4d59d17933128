"""The report of a simulated world: what was done in it, what it survived, and what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from pushcore._checks import items

__all__ = ["SimulationReport", "summed"]


@attrs.frozen(kw_only=True)
class SimulationReport:
    """What a simulated world came to, in which no law was broken.

    Attributes:
        seed: What it was drawn from; None for several worlds together.
        steps: How many deeds were done, those aside that bring everything to its end.
        operations: How often each kind of deed was done, by how it ended.
        faults: How often each kind of fault has struck, and was survived.
        campaigns: How many campaigns there were.
        pledges: How many pledges.
        commits: How often something was written.
        calls: How often the payment provider was asked.
        moved: What was charged, refunded, withdrawn, paid out and deposited, by currency, in minor units.
        digest: A fingerprint of the final books: the same seed always comes to the same one.
        seconds: How long it took; two reports are equal whatever that was.
    """

    seed: int | None
    steps: int
    operations: Mapping[str, Mapping[str, int]]
    faults: Mapping[str, int]
    campaigns: int
    pledges: int
    commits: int
    calls: int
    moved: Mapping[str, Mapping[str, int]]
    digest: str
    seconds: float = attrs.field(eq=False)

    @property
    def operations_done(self) -> int:
        """How many deeds were done in all, the end included."""
        return sum(sum(ends.values()) for ends in self.operations.values())

    @property
    def faults_survived(self) -> int:
        """How many faults were survived in all."""
        return sum(self.faults.values())


def summed(reports: Iterable[SimulationReport]) -> SimulationReport:
    """Several reports as one; the digest is of none."""
    several: tuple[SimulationReport, ...] = items(reports)
    return SimulationReport(
        seed=None,
        steps=sum(it.steps for it in several),
        operations=_nested(it.operations for it in several),
        faults=dict(sorted(_added(it.faults for it in several).items())),
        campaigns=sum(it.campaigns for it in several),
        pledges=sum(it.pledges for it in several),
        commits=sum(it.commits for it in several),
        calls=sum(it.calls for it in several),
        moved=_nested(it.moved for it in several),
        digest="",
        seconds=sum(it.seconds for it in several),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for it in counts:
        total.update(it)
    return dict(total)


def _nested(tables: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    several = tuple(tables)
    names = sorted({name for table in several for name in table})
    return {name: _added(table.get(name, {}) for table in several) for name in names}
