"""What funds have matched, in rows: what `MemoryStore` moves by `pushcore.changes.MatchMove`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from pushcore.matching import Matched, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.changes import MatchMove
    from pushcore.ids import BackerId, CampaignId, FundId

__all__ = ["MatchTallies"]

Key = TypeVar("Key")


class MatchTallies:
    """The tallies of every fund. Whoever uses it holds a lock."""

    def __init__(self) -> None:
        self._funds: defaultdict[FundId, Matched] = defaultdict(Matched)

    def of(
        self, fund_id: FundId, campaigns: Iterable[CampaignId], backers: Iterable[tuple[CampaignId, BackerId]]
    ) -> Matched:
        """The rows of some campaigns and backers, and of all sponsors."""
        fund = self._funds.get(fund_id, Matched())
        return Matched(
            projects={key: fund.projects[key] for key in campaigns if key in fund.projects},
            backers={key: fund.backers[key] for key in backers if key in fund.backers},
            sponsors=fund.sponsors,
        )

    def moved(self, moves: Iterable[MatchMove]) -> list[tuple[FundId, Matched, Matched]] | MatchMove:
        """What moves come to: for each fund its rows before and after; or the move that cannot be."""
        by_fund: defaultdict[FundId, list[MatchMove]] = defaultdict(list)
        for move in moves:
            by_fund[move.fund_id].append(move)
        rows: list[tuple[FundId, Matched, Matched]] = []
        for fund_id, several in by_fund.items():
            backers = [(it.campaign_id, it.backer_id) for it in several if it.backer_id is not None]
            before = after = self.of(fund_id, [it.campaign_id for it in several], backers)
            for move in several:
                new = after.moved(move)
                if new is None:
                    return move
                after = new
            rows.append((fund_id, before, after))
        return rows

    def apply(self, rows: Iterable[tuple[FundId, Matched, Matched]]) -> None:
        """Write the rows as they are after the moves; those that came to nothing are gone."""
        for fund_id, before, after in rows:
            fund = self._funds[fund_id]
            _replace(fund.projects, before.projects, after.projects)
            _replace(fund.backers, before.backers, after.backers)
            _replace(fund.sponsors, before.sponsors, after.sponsors)

    def rename(self, backer_id: BackerId, pseudonym: BackerId) -> None:
        """Keep what was matched for a backer under another name."""
        for fund in self._funds.values():
            for campaign_id, known in [key for key in fund.backers if key[1] == backer_id]:
                fund.backers[campaign_id, pseudonym] = fund.backers.pop((campaign_id, known))


def _replace(rows: dict[Key, Tally], before: dict[Key, Tally], after: dict[Key, Tally]) -> None:
    for key in before:
        del rows[key]
    rows.update(after)
