"""What an auditor reads off a pledge of what was asked back: by line and fee, in plain integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.pledges import Pledge

__all__ = ["Undone", "kind_of", "undone_of"]


@attrs.frozen
class Undone:
    """A line of what was paid, or a fee that was taken of it.

    Attributes:
        kind: What the policies of `pushcore.testing.simulation.policies` call it.
        whole: All of it.
        undone: What of it was asked back.
        returned: What of that came back from whoever had it.
        kept: What of it whoever paid bore.
    """

    kind: str
    whole: int
    undone: int = 0
    returned: int = 0
    kept: int = 0

    @property
    def is_part(self) -> bool:
        """Whether it was paid, and not taken."""
        return not self.kind.startswith("fees/")

    @property
    def untouched(self) -> Undone:
        """It, as if nothing of it had been asked back."""
        return Undone(self.kind, self.whole)


_KINDS: Final = {"reward": "goods", "add-on": "goods", "bonus": "goods"}


def kind_of(line: str) -> str:
    """What the policies call a line of what was paid."""
    kind = line.partition("/")[0]
    return _KINDS.get(kind, kind)


def undone_of(pledge: Pledge) -> dict[str, Undone]:
    """What was asked back of each line of a pledge, and what fell to it of each fee; of most, nothing."""
    return dict(_undone(pledge))


def _undone(pledge: Pledge) -> Iterator[tuple[str, Undone]]:
    paid = pledge.paid if pledge.refund is None else pledge.refund.paid
    if paid is None:
        return
    for part in paid.parts:
        minors = part.paid.minor, part.undone.minor, part.returned.minor, part.kept.minor
        yield part.name, Undone(kind_of(part.name), *minors)
    for fee in paid.fees:
        minors = fee.taken.minor, fee.undone.minor, fee.returned.minor, fee.kept.minor
        name = f"fees/{fee.name}"
        yield name, Undone(name.removesuffix("/true-up"), *minors)
