"""Time zones by name: the clocks of a place, on every machine.

A `zoneinfo.ZoneInfo` compares by identity, does not always pickle, and has five kinds of error for a wrong
name. A `Zone` is a plain value, its name; the clock rules behind it are looked up once.

The rules come from the system, else from the package tzdata (which dateutil 4 requires), else from the
archive inside dateutil 2: a container without any zone files works.
"""

from __future__ import annotations

import re
import tarfile
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue

__all__ = ["Zone"]


def _known(_: object, __: attrs.Attribute[str], name: str) -> None:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None or name == "Factory":
        raise _unknown(name)
    _clock_rules(name)


@attrs.frozen
class Zone:
    """A time zone of the IANA database, such as ``Europe/Brussels``: what clocks show there, and when.

    A campaign has one, in which its times of day and its days are meant. Names are exact, capitals
    included. Whatever stands for "the zone of this machine" (``localtime``) is refused, since it means
    something else elsewhere; so are ``posix/...`` and ``right/...``, which are other databases.

    Raises:
        InvalidValue: no zone has this name.

    Example:
        >>> Zone("Europe/Brussels") == Zone("Europe/Brussels")
        True
    """

    name: str = attrs.field(validator=_known)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone as the standard library takes it, for ``datetime.astimezone`` and the like."""
        return _clock_rules(self.name)

    def __str__(self) -> str:
        return self.name


_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+)*")


@cache
def _clock_rules(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # not found, not a zone file, a directory
        if name not in _archive():
            raise _unknown(name) from None
        return ZoneInfo.from_file(BytesIO(_archive()[name]), key=name)


@cache
def _archive() -> dict[str, bytes]:
    """The zone files inside dateutil 2; empty with dateutil 4."""
    try:
        packed = files("dateutil").joinpath("zoneinfo", "dateutil-zoneinfo.tar.gz").read_bytes()
    except OSError:
        return {}
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        members = {it.name: file.read() for it in tar.getmembers() if (file := tar.extractfile(it))}
    return {name: content for name, content in members.items() if content.startswith(b"TZif")}


def _unknown(name: object) -> InvalidValue:
    message = (
        f"no time zone is named {shown(name)}: give an IANA name such as 'Europe/Brussels' "
        "(if this is one, zone data is missing here or old: install the package tzdata)"
    )
    return InvalidValue(message, zone=name)
