"""A deed: one thing that somebody does in a simulated world, as data, with whatever strikes meanwhile.

It names everything that it is about, so it can be written to a file, left out, or done once more.
"""

from __future__ import annotations

from typing import Any

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue

__all__ = ["Deed", "Strike"]


@attrs.frozen
class Strike:
    """What goes wrong in the middle of a deed, at one of its calls.

    Attributes:
        at: Which calls are counted: ``commit``, ``call`` (of the gateway) or ``read``.
        call: At which of them, counted from one.
        fault: What, by its name in `pushcore.testing.simulation.faults.FAULTS`.
        rival: What somebody else does just then, where that is the fault.
    """

    at: str
    call: int
    fault: str
    rival: Deed | None = None

    def __str__(self) -> str:
        rival = "" if self.rival is None else f": {self.rival}"
        return f"{self.fault} at {self.at} {self.call}{rival}"

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a file."""
        plain: dict[str, Any] = {"at": self.at, "call": self.call, "fault": self.fault}
        return plain if self.rival is None else plain | {"rival": self.rival.as_dict()}


@attrs.frozen
class Deed:
    """Something that somebody does.

    Attributes:
        do: What, by its name in `pushcore.testing.simulation.deeds.DEEDS`.
        args: What that is about, in plain values.
        strikes: What goes wrong meanwhile.
        behind: By how many seconds the clock of whoever does it is behind; ahead where that is negative.
    """

    do: str
    args: dict[str, Any] = attrs.field(factory=dict)
    strikes: tuple[Strike, ...] = ()
    behind: int = 0

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.args.items())
        struck = "".join(f" [{it}]" for it in self.strikes)
        late = f" [clock {self.behind} s behind]" if self.behind else ""
        return f"{self.do}({said}){struck}{late}"

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a file; what is as usual is left out."""
        plain: dict[str, Any] = {"do": self.do} | ({"args": self.args} if self.args else {})
        if self.strikes:
            plain["strikes"] = [strike.as_dict() for strike in self.strikes]
        return plain | ({"behind": self.behind} if self.behind else {})

    @staticmethod
    def of(plain: object) -> Deed:
        """The deed that was written so.

        Raises:
            InvalidValue: it is none.
        """
        try:
            return _deed(plain)
        except (TypeError, KeyError, AttributeError) as wrong:
            message = f"no deed of a simulation: {shown(plain)}: {wrong}"
            raise InvalidValue(message, deed=plain) from None


def _deed(plain: Any) -> Deed:  # noqa: ANN401  whatever stands in a file
    strikes = tuple(_strike(it) for it in plain.get("strikes", ()))
    args = {str(name): value for name, value in plain.get("args", {}).items()}
    return Deed(str(plain["do"]), args, strikes, int(plain.get("behind", 0)))


def _strike(plain: Any) -> Strike:  # noqa: ANN401  likewise
    rival = None if plain.get("rival") is None else _deed(plain["rival"])
    return Strike(str(plain["at"]), int(plain["call"]), str(plain["fault"]), rival)
