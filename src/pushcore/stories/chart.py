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
from pushcore.campaigns._totals import number
from pushcore.errors import InvalidValue
from pushcore.money import Money, Rounding
from pushcore.stories.curve import funding_curve
from pushcore.stories.labels import Box, Label, free
from pushcore.stories.outcome import Outcome
from pushcore.stories.timeline import Point

__all__ = ["draw_curve"]

_WIDTH, _HEIGHT, _EDGE = 760, 400, 4
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 736, 80, 356
_MOST_DAYS: Final = (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365, 730, 3_650, 36_500)
_TICKS: Final = 6
_TITLE: Final = 60
_WHOLE: Final = "JPY"  # a number of rewards is written as an amount without decimals
_STEPS: Final = (-12, 22, -28, 38, -44, 54, -60, 70)  # from the end of the curve to the words about it

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


def draw_curve(outcome: Outcome, show: Callable[[Money], str] = str, *, locale: str | None = None) -> str:
    """What stood pledged over the time of the campaign, with its goal, as the text of an SVG file.

    Args:
        outcome: Of the story.
        show: How amounts are written.
        locale: How numbers on the axis are, such as ``"fr_BE"``; in groups of three digits without one.

    Raises:
        InvalidValue: it is no outcome, or there is no such locale.
    """
    if outcome.__class__ is not Outcome:
        message = f"the outcome of a story is drawn, not {shown(outcome)}"
        raise InvalidValue(message, outcome=outcome)
    return "\n".join(_Drawing(outcome, show, locale).lines()) + "\n"


class _Drawing:
    """The scales of one drawing: instants lie along it, amounts or numbers of rewards up it."""

    def __init__(self, outcome: Outcome, show: Callable[[Money], str], locale: str | None) -> None:
        self._outcome, self._show, self._locale = outcome, show, locale
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
        self._scale = [(it, self._short(it)) for it in range(0, self._top + 1, self._step)]
        widest = max(Label(0, 0, words).width for _, words in self._scale)
        self._left = max(_LEFT, round(_EDGE + widest + 8))

    def lines(self) -> Iterator[str]:
        """The file, line by line."""
        outcome, state = self._outcome, self._outcome.campaign.state.value
        title = outcome.story.title
        people = f"{outcome.backers} backer{'' if outcome.backers == 1 else 's'}"
        number_pledged, goal = self._number(outcome.totals), self._told(number(self._goal.amount))
        pledged = self._told(number_pledged) if isinstance(self._goal.amount, Money) else str(number_pledged)
        summary = f"{state}: {pledged} of {goal} pledged by {people}"
        yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        yield ' role="img" aria-labelledby="title desc">'
        yield f'<title id="title">Funding curve of {escape(title)}</title>'
        yield f'<desc id="desc">{escape(summary)}</desc>'
        yield f"<style>{_STYLE}</style>"
        yield f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}"/>'
        yield f"{Label(24, 36, title if len(title) <= _TITLE else f'{title[:_TITLE]}…', 'title')}"
        yield f"{Label(24, 58, summary)}"
        yield from self._amounts()
        yield from self._dates()
        yield from self._curve()
        for height in map(self._y, self._goals):
            yield _line(self._left, height, _RIGHT, height, "goal")
        yield from map(str, self._words())
        yield "</svg>"

    def _number(self, progress: Progress) -> int:
        """What stood pledged, as a number of minor units, or of rewards where the goal is one."""
        return progress.pledged.minor if isinstance(self._goal.amount, Money) else progress.units

    def _told(self, number: int) -> str:
        goal = self._goal.amount
        if isinstance(goal, Money):
            return self._show(goal.with_minor(number))
        return f"{number} reward{'' if number == 1 else 's'}"

    def _short(self, minor: int) -> str:
        """A number as the axis shows it: of an amount without decimals that are all zero."""
        goal = self._goal.amount
        amount = goal.with_minor(minor) if isinstance(goal, Money) else Money.of_minor(minor, _WHOLE)
        unit = 10 ** (amount.currency.exponent or 0)
        whole = self._step % unit == 0
        if self._locale is not None:
            return amount.format(self._locale, style="number", whole=Rounding.DOWN if whole else None)
        grouped = f"{amount.minor // unit:,}".replace(",", "\u202f")
        return grouped if whole else f"{grouped}{amount.text[amount.text.index('.') :]}"

    def _amounts(self) -> Iterator[str]:
        for minor, words in self._scale:
            y = self._y(minor)
            yield _line(self._left, y, _RIGHT, y, "grid" if minor else "axis")
            yield f"{Label(self._left - 8, y + 4, words, 'end')}"

    def _dates(self) -> Iterator[str]:
        for at, words in _date_ticks(self._opens, self._closes, self._outcome):
            yield _line(self._x(at), _BOTTOM, self._x(at), _BOTTOM + 5, "axis")
            yield f"{Label(self._x(at), _BOTTOM + 20, words, 'middle').within(_EDGE, _WIDTH - _EDGE)}"

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

    def _words(self) -> Iterator[Label]:
        """What the lines are, and how high the curve ends."""
        lines = [Box(self._left, self._y(goal), _RIGHT, self._y(goal)) for goal in self._goals]
        taken: list[Box] = []
        for name, goal in zip(("goal", "optimum"), self._goals, strict=False):
            label = free(self._places(f"{name} {self._told(goal)}", self._y(goal)), lines, taken)
            taken.append(label.box)
            yield label
        last = self._points[-1]
        percent = self._goal.percent(self._outcome.campaign.terms.total(last.progress))
        share = f"{self._told(self._number(last.progress))} · {percent} %"
        x, y = self._x(last.at), self._height(last)
        ends = (Label(x, y + step, share, "total end") for step in _STEPS if _TOP <= y + step < _BOTTOM)
        yield free((end.within(self._left + 4, _RIGHT) for end in ends), lines, taken)

    def _places(self, words: str, y: float) -> Iterator[Label]:
        """Where the words about a line may stand: first where the curve is not, as it rises or begins."""
        sides = [(self._left + 8, "goal-text"), (_RIGHT - 8, "goal-text end")]
        if y > (_TOP + _BOTTOM) / 2:  # the curve then begins above it
            sides.reverse()
        for beside in (y - 6, y + 15):
            yield from (Label(x, beside, words, kind) for x, kind in sides)

    def _x(self, at: datetime) -> float:
        share = (at - self._opens) / (self._closes - self._opens)
        return round(self._left + (_RIGHT - self._left) * share, 1)

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
