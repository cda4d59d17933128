"""Audiences: for whom a reward is that not everybody may pick."""

from __future__ import annotations

import attrs

from pushcore._checks import each, items
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, optional_identifier

__all__ = ["Audience"]


@attrs.frozen
class Audience:
    """Whoever has the link, and whoever is on the list: the secret rewards of Kickstarter.

    Attributes:
        token: What the link carries; whoever shows it may pick the reward.
        backers: Who may pick it without.

    Raises:
        InvalidValue: neither of them is given.

    Example:
        >>> friends = Audience(token="premiere-2026", backers=["ana"])
        >>> friends.admits("ana", None), friends.admits("bob", "premiere-2026"), friends.admits("bob", None)
        (True, True, False)
    """

    token: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    backers: tuple[BackerId, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(str)
    )

    def __attrs_post_init__(self) -> None:
        if self.token is None and not self.backers:
            message = "an audience has a link or a list of backers: leave it out where everybody is meant"
            raise InvalidValue(message)

    def admits(self, backer_id: BackerId, token: str | None) -> bool:
        """Whether this backer may pick the reward, with the token that they show, if any."""
        return backer_id in self.backers or (token is not None and token == self.token)
