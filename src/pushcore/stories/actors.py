"""Actors: who acts in a story, where it is nobody by name."""

from __future__ import annotations

from typing import Final

from pushcore.ids import ActorId

__all__ = ["BACKER", "CREATOR", "PLATFORM"]

BACKER: Final = ActorId("backer")
CREATOR: Final = ActorId("creator")
PLATFORM: Final = ActorId("platform")
