"""Commands about the books of a host: see `pushcore.schemas.commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from pushcore import usecases
from pushcore.schemas.fields import ActorIdField, BackerIdField
from pushcore.schemas.openings import OpeningBalancesField

if TYPE_CHECKING:
    from pushcore.books import Opening
    from pushcore.ids import BackerId
    from pushcore.ports import Ports

__all__ = ["ForgetBacker", "ImportOpening"]


class ForgetBacker(BaseModel, extra="forbid", frozen=True):
    """Put a pseudonym wherever a backer is named."""

    type: Literal["forget-backer"] = "forget-backer"
    backer_id: BackerIdField
    pseudonym: BackerIdField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> BackerId | None:
        """Carry it out: see `pushcore.usecases.forget_backer`."""
        return usecases.forget_backer(ports, self.backer_id, actor=self.actor, pseudonym=self.pseudonym)


class ImportOpening(BaseModel, extra="forbid", frozen=True):
    """Bring a running platform over, all of it or nothing."""

    type: Literal["import-opening"] = "import-opening"
    opening: OpeningBalancesField
    actor: ActorIdField

    def run(self, ports: Ports) -> Opening:
        """Carry it out: see `pushcore.usecases.import_opening`."""
        return usecases.import_opening(ports, self.opening, actor=self.actor)
