"""The report of a story for people: what happened day by day, then where every cent is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.table import Table
from rich.text import Text

from pushcore.campaigns.events import CampaignSettled
from pushcore.cli.money_table import COLLECTED, REFUNDED, money_rows
from pushcore.cli.paper import Paper
from pushcore.cli.sentences import sentence, total
from pushcore.money import Money
from pushcore.stories import Day, Happening, Outcome, diary

__all__ = ["report"]

Show = Callable[[Money], str]


def report(outcome: Outcome, console: Paper, show: Show) -> None:
    """Print the report of a story.

    Args:
        outcome: What it came to.
        console: Where to.
        show: How amounts are written.
    """
    console.put(Text(outcome.story.title, style="bold"))
    console.put(Text(_terms(outcome, show), style="dim"))
    console.print()
    console.put(_days(outcome, show))
    console.print()
    console.put(_money(outcome, show))
    console.print()
    for line in _remarks(outcome, show):
        console.put(line)


def _terms(outcome: Outcome, show: Show) -> str:
    terms, zone = outcome.campaign.terms, outcome.story.zone
    opens = terms.window.opens.astimezone(zone.tzinfo)
    discipline = f"{outcome.story.discipline.value}, " if outcome.story.discipline else ""
    closes, optimum = terms.window.closes, terms.goal.optimum
    until = "the end that is announced" if closes.endless else f"{closes.local:%Y-%m-%d %H:%M}"
    hoped = "" if optimum is None else f", at best {total(optimum, show)}"
    return (
        f"{discipline}{terms.model}, {total(terms.goal.amount, show)}{hoped}\n"
        f"{opens:%Y-%m-%d %H:%M} to {until}, {zone}"
    )


def _days(outcome: Outcome, show: Show) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("day", no_wrap=True, overflow="fold")
    table.add_column("what happened", overflow="fold")
    table.add_column("pledged", justify="right", no_wrap=True, overflow="fold")
    table.add_column("%", justify="right", no_wrap=True, overflow="fold")
    before = Money.zero(outcome.campaign.currency)
    for day in diary(outcome):
        for place, note in enumerate(day.notes):
            changed = place == len(day.notes) - 1 and day.pledged != before
            table.add_row(
                day.day.isoformat() if place == 0 else "",
                Text(sentence(note, show), style=_STYLES.get(note.what, "")),
                *(_total(outcome, day, show) if changed else ("", "")),
            )
        before = day.pledged
    return table


_STYLES = {
    Happening.OPENED: "bold",
    Happening.ENDED: "bold",
    Happening.SETTLED: "bold",
    Happening.REFUSED: "yellow",
    Happening.DECLINED: "yellow",
    Happening.UNREFUNDED: "yellow",
    Happening.VOIDED: "yellow",
    Happening.UNLOCKED: "bold",
    Happening.EXTENDED: "bold",
    Happening.CALLED_OFF: "bold",
    Happening.DROPPED: "red",
    Happening.DISPUTED: "yellow",
    Happening.INDEBTED: "red",
    Happening.LAPSED: "red",
}


def _total(outcome: Outcome, day: Day, show: Show) -> tuple[str, str]:
    """What stands pledged, and how much of the goal that is."""
    terms = outcome.campaign.terms
    return show(day.pledged), str(terms.goal.percent(terms.total(day.progress)))


def _money(outcome: Outcome, show: Show) -> Table:
    """What came in, what went off, the net, and where that is; beside it, what the platform got on top."""
    came, where = money_rows(outcome)
    zero = Money.zero(outcome.campaign.currency)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True, overflow="fold")

    def line(name: str, amount: Money, style: str = "") -> None:
        table.add_row(Text(name, style=style), Text(show(amount), style=style))

    line(COLLECTED, came.pop(COLLECTED, zero), "bold")
    for name, amount in came.items():
        line(f"  {name}{_credit(outcome, show) if name == REFUNDED else ''}", amount)
    line("net", Money.total(where.values(), zero.currency), "bold")
    for name, amount in where.items():
        line(f"  {name}", amount)
    for name in outcome.on_top | outcome.on_top_refunded:
        back = outcome.on_top_refunded.get(name, zero)
        line(f"beside it, to the platform: {name}", outcome.on_top.get(name, zero) + back)
        if back:
            line(f"beside it, given back: {name}", -back)
    return table


def _credit(outcome: Outcome, show: Show) -> str:
    """How much of what was refunded is credit in wallets now, if anything is."""
    credit = Money.total(outcome.credit.values(), outcome.campaign.currency)
    return f", {show(credit)} of it as credit in wallets" if credit else ""


def _remarks(outcome: Outcome, show: Show) -> Iterator[Text]:
    for event in outcome.store.events():
        if isinstance(event, CampaignSettled):
            lucky = ", ".join(f"{show(part)} to {payee}" for payee, part in event.left_overs.items())
            yield Text(f"left-over units: {lucky or 'none'}")
    count = sum(1 for _ in outcome.store.transactions())
    if outcome.balanced:
        yield Text(f"ledger: balanced, {count} transactions", style="green")
    else:
        yield Text(f"ledger: NOT balanced, {count} transactions", style="bold red")
