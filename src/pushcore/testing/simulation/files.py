"""The file of a broken law: a history in JSON, which `pushcore simulate --replay` does once more."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pushcore._checks import shown
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.deeds import DEEDS
from pushcore.testing.simulation.faults import FAULTS
from pushcore.testing.simulation.running import Breach, History

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_history", "write_history"]

_FORMAT: Final = "pushcore-simulation/1"


def write_history(path: Path, history: History, breach: Breach, seed: int) -> None:
    """Write a history down, one deed a line."""
    head = {
        "format": _FORMAT,
        "seed": seed,
        "law": breach.law,
        "how": breach.how,
        "starts": history.starts.isoformat(),
        "finished": history.finished,
    }
    lines = ",\n".join(f"  {json.dumps(deed.as_dict())}" for deed in history.deeds)
    start = json.dumps(head, indent=1).rstrip("}\n")
    path.write_text(f'{start},\n "deeds": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def read_history(path: Path) -> History:
    """Read a history.

    Raises:
        InvalidValue: the file holds none.
        OSError: it cannot be read.
    """
    try:
        written: Any = json.loads(path.read_text(encoding="utf-8"))
        _require(written.get("format") == _FORMAT, path, f"its format is {shown(written.get('format'))}")
        deeds = tuple(Deed.of(it) for it in written["deeds"])
        starts, finished = utc(datetime.fromisoformat(written["starts"])), bool(written.get("finished", True))
    except InvalidValue:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        why = "it is nested too deeply" if isinstance(wrong, RecursionError) else wrong
        message = f"{path} is no history of a simulation: {why}"
        raise InvalidValue(message, path=str(path)) from None
    for deed in deeds:
        for it in (deed, *(strike.rival for strike in deed.strikes if strike.rival is not None)):
            _require(it.do in DEEDS, path, f"nobody can do {shown(it.do)}")
            _require(
                all(strike.fault in FAULTS for strike in it.strikes), path, f"{it} is struck by no fault"
            )
    return History(starts, deeds, finished)


def _require(fine: object, path: Path, why: str) -> None:
    if not fine:
        message = f"{path} is no history of a simulation: {why}"
        raise InvalidValue(message, path=str(path))
