"""The funding curve as a drawing: one SVG file that needs nothing else, for light and dark pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise
from typing import Final

from pushcore._checks import shown
from pushcore.calendar import add_days, end_of_day, local
from pushcore.campaigns import Progress
from pushcore.campaigns._totals import Total, number
from pushcore.errors import InvalidValue
from pushcore.money import Money
from pushcore.stories.curve import funding_curve
from pushcore.stories.outcome import Outcome
from pushcore.stories.timeline import Point

__all__ = ["draw_curve"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 736, 80, 356
_MOST_DAYS: Final = (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365, 730, 3_650, 36_500)
_TICKS: Final = 6
_TITLE: Final = 60
_LABEL: Final = 26  # what the words at the end of the curve need above it

# Colours stand in the rules themselves, since not every program that shows SVG knows variables.
_STYLE: Final = """
text { font: 12px system-ui, sans-serif; fill: #59636e } .page { fill: #ffffff }
.title { font-size: 18px; font-weight: 600; fill: #1f2328 }
.end { text-anchor: end } .middle { text-anchor: middle }
.grid { stroke: #e6e8eb } .axis { stroke: #59636e } .goal { stroke: #b45309; stroke-dasharray: 6 4 }
.goal-text { fill: #b45309 } .area { fill: #0f766e; opacity: 0.12 } .dot { fill: #0f766e }
.curve { fill: none; stroke: #0f766e; stroke-width: 2.5; stroke-linejoin: round }
.total { font-size: 13px; font-weight: 600; fill: #0f766e }
@media (prefers-color-scheme: dark) {
text { fill: #9aa4af } .page { fill: #11161c } .title { fill: #e6edf3 }
.grid { stroke: #262d35 } .axis { stroke: #9aa4af } .goal { stroke: #fbbf24 } .goal-text { fill: #fbbf24 }
.area, .dot, .total { fill: #2dd4bf } .curve { stroke: #2dd4bf } }
"""


def draw_curve(outcome: Outcome, show: Callable[[Money], str] = str) -> str:
    """What stood pledged over the time of the campaign, with its goal, as the text of an SVG file.

    Args:
        outcome: Of the story.
        show: How amounts are written; the axis has its own way.

    Raises:
        InvalidValue: it is no outcome.
    """
    if outcome.__class__ is not Outcome:
        message = f"the outcome of a story is drawn, not {shown(outcome)}"
        raise InvalidValue(message, outcome=outcome)
    return "\n".join(_Drawing(outcome, show).lines()) + "\n"


class _Drawing:
    """The scales of one drawing: instants lie along it, amounts or numbers of rewards up it."""

    def __init__(self, outcome: Outcome, show: Callable[[Money], str]) -> None:
        self._outcome, self._show = outcome, show
        terms = outcome.campaign.terms
        self._opens, self._goal = outcome.opens_at, terms.goal
        self._points = funding_curve(outcome)
        self._closes = max(self._points[-1].at, self._opens + timedelta.resolution)
        if not terms.window.closes.endless:
            self._closes = max(self._closes, terms.window.closes.at)
        goals = (self._goal.amount, self._goal.optimum)
        self._goals = [number(goal) for goal in goals if goal is not None]
        highest = max(*self._goals, *(self._number(point.progress) for point in self._points))
        self._step = _round_step(highest)
        self._top = (highest * 21 // 20 // self._step + 1) * self._step

    def lines(self) -> Iterator[str]:
        """The file, line by line."""
        outcome, state = self._outcome, self._outcome.campaign.state.value
        title = outcome.story.title
        people = f"{outcome.backers} backer{'' if outcome.backers == 1 else 's'}"
        number_pledged, goal = self._number(outcome.totals), self._told(number(self._goal.amount))
        pledged = self._told(number_pledged) if isinstance(self._goal.amount, Money) else str(number_pledged)
        summary = f"{state}: {pledged} of {goal} pledged by {people}"
        yield '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 400"'
        yield ' role="img" aria-labelledby="title desc">'
        yield f'<title id="title">Funding curve of {escape(title)}</title>'
        yield f'<desc id="desc">{escape(summary)}</desc>'
        yield f"<style>{_STYLE}</style>"
        yield '<rect class="page" width="760" height="400"/>'
        yield _text(24, 36, title if len(title) <= _TITLE else f"{title[:_TITLE]}…", "title")
        yield _text(24, 58, summary)
        yield from self._amounts()
        yield from self._dates()
        yield from self._curve()
        yield from self._line_at("goal", self._goal.amount)
        if self._goal.optimum is not None:
            yield from self._line_at("optimum", self._goal.optimum)
        yield "</svg>"

    def _number(self, progress: Progress) -> int:
        """What stood pledged, as a number of minor units, or of rewards where the goal is one."""
        return progress.pledged.minor if isinstance(self._goal.amount, Money) else progress.units

    def _told(self, number: int) -> str:
        goal = self._goal.amount
        if isinstance(goal, Money):
            return self._show(goal.with_minor(number))
        return f"{number} reward{'' if number == 1 else 's'}"

    def _amounts(self) -> Iterator[str]:
        goal = self._goal.amount
        for minor in range(0, self._top + 1, self._step):
            y = self._y(minor)
            label = _short(goal.with_minor(minor), self._step) if isinstance(goal, Money) else _grouped(minor)
            yield _line(_LEFT, y, _RIGHT, y, "grid" if minor else "axis")
            yield _text(_LEFT - 8, y + 4, label, "end")

    def _dates(self) -> Iterator[str]:
        for at, label in _date_ticks(self._opens, self._closes, self._outcome):
            yield _line(self._x(at), _BOTTOM, self._x(at), _BOTTOM + 5, "axis")
            yield _text(self._x(at), _BOTTOM + 20, label, "middle")

    def _curve(self) -> Iterator[str]:
        first, last = self._points[0], self._points[-1]
        path = f"M{self._x(first.at)} {self._height(first)}"
        for before, after in pairwise(self._points):
            path += f"H{self._x(after.at)}"
            path += f"V{self._height(after)}" if self._height(after) != self._height(before) else ""
        x, y = self._x(last.at), self._height(last)
        yield f'<path class="area" d="{path}V{_BOTTOM}H{self._x(first.at)}Z"/>'
        yield f'<path class="curve" d="{path}"/>'
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="4"/>'
        percent = self._goal.percent(self._outcome.campaign.terms.total(last.progress))
        share = f"{self._told(self._number(last.progress))} · {percent} %"
        under = any(y - _LABEL < self._y(goal) < y for goal in self._goals)
        yield _text(max(x, _LEFT + 160), y + 22 if under else y - 12, share, "total end")

    def _line_at(self, name: str, goal: Total) -> Iterator[str]:
        y = self._y(number(goal))
        yield _line(_LEFT, y, _RIGHT, y, "goal")
        low = y > (_TOP + _BOTTOM) / 2  # the curve then begins above it
        kind = "goal-text end" if low else "goal-text"
        yield _text(_RIGHT - 8 if low else _LEFT + 8, y - 6, f"{name} {self._told(number(goal))}", kind)

    def _x(self, at: datetime) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * ((at - self._opens) / (self._closes - self._opens)), 1)

    def _y(self, number: int) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * (number / self._top), 1)  # a place on paper, not money

    def _height(self, point: Point) -> float:
        return self._y(self._number(point.progress))


def _round_step(highest: int) -> int:
    """The least of 1, 2, 5, 10, 20, ... minor units that gives no more than some ticks."""
    step, factors = 1, (2, 5, 10)
    power = 1
    while highest > step * _TICKS:
        step = next(power * factor for factor in factors if power * factor > step)
        power = step if step == power * 10 else power
    return step


def _short(amount: Money, step: int) -> str:
    """The amount as the axis shows it: without decimals that are all zero, in groups of three digits."""
    unit = 10 ** (amount.currency.exponent or 0)
    whole = _grouped(amount.minor // unit)
    return whole if step % unit == 0 else f"{whole}{amount.text[amount.text.index('.') :]}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _date_ticks(opens: datetime, closes: datetime, outcome: Outcome) -> Iterator[tuple[datetime, str]]:
    zone = outcome.story.zone
    days = (closes - opens).days
    if days < 2:  # noqa: PLR2004  there is no axis of one midnight
        for part in range(5):
            at = opens + (closes - opens) * part / 4
            yield at, f"{local(at, zone):%m-%d %H:%M}"
        return
    step = next(step for step in _MOST_DAYS if days <= step * _TICKS or step == _MOST_DAYS[-1])
    at = end_of_day(opens, zone)
    while at < closes:
        yield at, f"{local(at, zone):%Y-%m-%d}"
        try:
            at = add_days(at, step, zone=zone)
        except InvalidValue:  # the calendar ends before the next one
            return


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'
