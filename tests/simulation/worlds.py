"""The worlds that are lived through whenever the tests run: two hundred seeds, of three sizes."""

from __future__ import annotations

from pushcore.testing import simulate_platform

__all__ = ["SIZES", "live_through"]

SIZES = (
    {"steps": 120, "campaigns": 2},
    {"steps": 300},
    {"steps": 300, "campaigns": 2, "backers": 12},
    {"steps": 240, "campaigns": 8, "backers": 2_000},
)
"""Small ones, plain ones, few people who meet all the time, and thousands who never meet twice."""


def live_through(seed):
    """The world of a seed, in one of the sizes: the next seed has the next one."""
    return simulate_platform(seed, **SIZES[seed % len(SIZES)])
