"""A whole platform simulated from a seed: real use cases, faults everywhere, and an auditor with own books.

Everything is a line of a table: what can be done (`deeds`, drawn by `actors`), what can go wrong (`faults`),
how a campaign can look (`shapes`), and what must hold (`commit_laws`, `written_laws`, `state_laws`,
`final_laws`).
"""

from __future__ import annotations

from pushcore.testing.simulation.faults import DEED_FAULTS, FAULTS, Fault
from pushcore.testing.simulation.report import SimulationReport, summed
from pushcore.testing.simulation.simulating import SimulationFailed, replay_simulation, simulate_platform

__all__ = [
    "DEED_FAULTS",
    "FAULTS",
    "Fault",
    "SimulationFailed",
    "SimulationReport",
    "replay_simulation",
    "simulate_platform",
    "summed",
]
