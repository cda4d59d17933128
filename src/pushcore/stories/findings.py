"""Findings: everything that is wrong with one file of a story (see `pushcore._findings`)."""

from __future__ import annotations

from pushcore._findings import BROKEN, NAMELESS, Findings, broken, reason, unreadable

__all__ = ["BROKEN", "NAMELESS", "Findings", "broken", "reason", "unreadable"]
