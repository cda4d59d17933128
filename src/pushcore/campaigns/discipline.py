"""The disciplines of Push, the Belgian platform for artists' projects that this library began with."""

from __future__ import annotations

from enum import StrEnum

from pushcore._checks import none_such

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

    _missing_ = classmethod(none_such)
