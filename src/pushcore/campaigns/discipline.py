"""The disciplines of Push, the Belgian platform for artists' projects that this library began with."""

from __future__ import annotations

from enum import StrEnum

from pushcore._checks import shown
from pushcore.errors import InvalidValue

__all__ = ["Discipline"]


class Discipline(StrEnum):
    """What kind of work a campaign is for."""

    FILM = "film"
    VIDEO = "video"
    MUSIC = "music"
    PHOTOGRAPHY = "photography"
    LITERATURE = "literature"
    FASHION = "fashion"
    GRAPHIC_DESIGN = "graphic-design"
    ILLUSTRATION = "illustration"

    @classmethod
    def _missing_(cls, value: object) -> Discipline:
        message = f"no discipline {shown(value)}; there are {', '.join(cls)}"
        raise InvalidValue(message, value=value)
