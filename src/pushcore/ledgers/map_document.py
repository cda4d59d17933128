"""The document of a map: its tables and keys. Each is checked for itself here, together in `ledger_map`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, Field, InstanceOf

from pushcore._checks import shown
from pushcore.calendar import Zone
from pushcore.errors import InvalidValue
from pushcore.ledger import Side, TransactionPhase
from pushcore.ledgers.condition import Condition
from pushcore.ledgers.expression import NAME, Expression
from pushcore.ledgers.template import Template
from pushcore.money import Rounding

__all__ = ["LINE", "AccountTable", "AmountTable", "GroupTable", "LawTable", "MapDocument", "PostingTable"]

LINE: Final = "line"
"""The group of a law that holds on every line."""


def _name(text: object) -> object:
    if isinstance(text, str) and (NAME.fullmatch(text) is None or text == LINE):
        message = f"expected a name of small letters, digits and underscores, got {shown(text)}"
        raise InvalidValue(message, value=text)
    return text


def _short(key: str) -> BeforeValidator:
    """A text alone stands for a table with only this key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


def _one_of(kind: type[Enum]) -> BeforeValidator:
    """A member by its value. The class is no reader itself: its signature differs from Python to Python."""

    def read(value: object) -> Enum:
        return kind(value)

    return BeforeValidator(read)


Name = Annotated[str, BeforeValidator(_name)]
TemplateField = Annotated[InstanceOf[Template], BeforeValidator(Template)]
ConditionField = Annotated[InstanceOf[Condition], BeforeValidator(Condition.of)]
ExpressionField = Annotated[InstanceOf[Expression], BeforeValidator(Expression.of)]
ZoneField = Annotated[InstanceOf[Zone], BeforeValidator(Zone)]
RoundingField = Annotated[InstanceOf[Rounding], BeforeValidator(Rounding.of)]
SideField = Annotated[InstanceOf[Side], _one_of(Side)]
PhaseField = Annotated[InstanceOf[TransactionPhase], _one_of(TransactionPhase)]


class _Table(BaseModel, extra="forbid", strict=True, frozen=True):
    """A table has no keys but its own."""


class FileTable(_Table):
    """How the file is written, and in which order its lines stand."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    rows: str | None = None
    decimal: str = "."
    group: str | None = None
    locale: str | None = None
    order: Literal["oldest-first", "newest-first"] = "oldest-first"
    adjacent: bool = False


class LineTable(_Table):
    """What is on every line beside amounts."""

    currency: TemplateField
    transaction: TemplateField | None = None
    id: TemplateField | None = None
    at: TemplateField | None = None
    time: str = "iso"
    zone: ZoneField | None = None
    phase: TemplateField | None = None
    phases: dict[str, PhaseField] = Field(default_factory=dict)
    resolves: TemplateField | None = None


class AmountTable(_Table):
    """Where an amount stands."""

    column: str
    minor: bool = False
    empty: bool = False


class ValueTable(_Table):
    """An amount that is made of others, or a number of lines; nothing where the condition does not hold."""

    of: ExpressionField | None = None
    count: bool = False
    where: ConditionField | None = None


class PostingTable(_Table):
    """A posting that each line makes: debits are positive."""

    account: TemplateField
    amount: ExpressionField
    where: ConditionField | None = None


class AccountTable(_Table):
    """What accounts of some paths are; the first table that matches counts."""

    match: str
    normal: SideField = Side.DEBIT
    guarded: bool = False
    zero: bool = False


class GroupTable(_Table):
    """Which lines belong together: those with the same text; the first of several that holds counts."""

    by: TemplateField
    where: ConditionField | None = None


class LawTable(_Table):
    """What has to hold on every line, or in every group; or what no two lines may share."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    says: str | None = None
    when: str | None = None
    unique: str | None = None
    each: str = LINE
    where: ConditionField | None = None
    rounding: RoundingField | None = None
    warning: bool = False


def _several(value: Any) -> Any:  # noqa: ANN401  whatever is written there
    return [value] if isinstance(value, str | dict) else value


Group = Annotated[list[Annotated[GroupTable, _short("by")]], Field(min_length=1), BeforeValidator(_several)]


class MapDocument(_Table):
    """What the columns of a ledger mean, and what has to hold in it."""

    ledger: Literal[1]
    line: LineTable
    file: FileTable = Field(default_factory=FileTable)
    leave_out: list[ConditionField] = Field(default_factory=list)
    amounts: dict[Name, Annotated[AmountTable, _short("column")]] = Field(default_factory=dict)
    values: dict[Name, Annotated[ValueTable, _short("of")]] = Field(default_factory=dict)
    postings: list[PostingTable] = Field(default_factory=list)
    accounts: list[AccountTable] = Field(default_factory=list)
    groups: dict[Name, Group] = Field(default_factory=dict)
    laws: list[LawTable] = Field(default_factory=list)
