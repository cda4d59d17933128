"""Commands about the books of a host: see `pushcore.schemas.commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from pushcore import usecases
from pushcore.schemas.fields import ActorIdField
from pushcore.schemas.openings import OpeningBalancesField

if TYPE_CHECKING:
    from pushcore.books import Opening
    from pushcore.ports import Ports

__all__ = ["ImportOpening"]


class ImportOpening(BaseModel, extra="forbid", frozen=True):
    """Bring a running platform over, all of it or nothing."""

    type: Literal["import-opening"] = "import-opening"
    opening: OpeningBalancesField
    actor: ActorIdField

    def run(self, ports: Ports) -> Opening:
        """Carry it out: see `pushcore.usecases.import_opening`."""
        return usecases.import_opening(ports, self.opening, actor=self.actor)
