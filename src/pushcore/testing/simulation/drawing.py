"""Drawing: the seeded choices of a simulated world, made from what the auditor knows of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pushcore.errors import PushcoreError
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.policies import DISPUTES, PAYING, REFUNDS, RESERVES, SPLITS
from pushcore.testing.simulation.provider_says import SAYS
from pushcore.testing.simulation.rates import SHOWN
from pushcore.testing.simulation.shapes import ADD_ONS, FEES, LIMITED, MODELS, ON_TOP, TIERS, terms_of
from pushcore.testing.simulation.share_book import HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.world import World

__all__ = ["Cast", "draw_pick", "draw_shape"]

_TRIES: Final = 12


class Cast:
    """Who and what there is to choose from.

    Attributes:
        rng: Where every choice comes from.
        mean_wait: How many seconds pass when somebody waits, on average.
        funds: The funds that were opened.
        subscriptions: The subscriptions that were started.
        disputes: The disputes that there are, and what each is about.
        made: The refunds that were made at the provider itself.
        unwilling: Whom the provider declines.
        meanwhile: What is being done, while a rival is drawn.
    """

    rng: Random

    def __init__(self, world: World, rng: Random, *, backers: int, campaigns: int, steps: int) -> None:
        self._world = world
        self.rng = rng
        self.books: Auditor = world.books
        self.backers = backers
        self.campaigns = campaigns
        self.crowd: int = max(4, 2 * steps // (5 * campaigns))
        self._at_once = 2 + campaigns // 8
        span = _DAY * _MEAN_LIFE * (campaigns / self._at_once + 1)
        self.mean_wait: float = span / max(1.0, steps * _SHARE_OF_WAITS)
        self.funds: dict[str, None] = {}
        self.subscriptions: list[str] = []
        self.disputes: dict[str, dict[str, Any]] = {}
        self.made: list[str] = []
        self.unwilling: dict[str, None] = {}
        self.meanwhile: Deed | None = None
        self._models: list[str] = []
        self._numbers = 0
        self._active: list[str] = []
        self._seen = 0
        self._thought: tuple[str | None, str | None] = (None, None)

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self._world.clock.at

    @property
    def answered(self) -> list[str]:
        """The keys of all orders that were answered, the latest last."""
        return self._world.gateway.answered

    @property
    def enough_campaigns(self) -> bool:
        """Whether no more are drafted: there are as many as there shall be, or enough at the moment."""
        if len(self.books.campaigns) >= self.campaigns:
            return True
        several = list(self.books.campaigns)[-3 * self._at_once :]
        return sum(self.state(it) in _TAKING and self.in_time(it) for it in several) >= self._at_once

    def in_time(self, name: str) -> bool:
        """Whether a campaign takes pledges by its dates; once in a while it is taken for one that does."""
        campaign = self.books.campaigns[name]
        if self.rng.random() < _OUT_OF_TIME:
            return True
        cap = campaign.terms.model.cap
        if cap is not None and self.books.totals[name]["counted"] >= cap.amount.minor:
            return False
        late_until = None if campaign.settled_at is not None else campaign.terms.late_until
        until = campaign.terms.window.closes.at + campaign.terms.model.grace
        if campaign.state.value in _FUNDED and late_until is not None:
            until = late_until
        return self.now < until

    def chance(self, probability: float) -> bool:
        """Whether something happens that happens so often."""
        return self.rng.random() < probability

    def felt(self, fault: str) -> None:
        """Something goes wrong with a deed as a whole."""
        self._world.felt(fault)

    def new_id(self, kind: str) -> str:
        """An id that nothing has."""
        self._numbers += 1
        return f"{kind}{self._numbers}"

    def backer(self) -> str:
        """Somebody who may pledge."""
        return f"b{self.rng.randrange(self.backers)}"

    def model(self) -> str:
        """A way to be funded: each of them comes before one comes again."""
        if not self._models:
            self._models = list(MODELS)
            self.rng.shuffle(self._models)
        return self._models.pop()

    def payee(self, name: str | None = None) -> str | None:
        """Somebody who gets a part of a campaign."""
        name = self.campaign() if name is None else name
        if name is None:
            return None
        shape = self.books.shapes[name]
        payees: list[str] = [split[0] for split in SPLITS[shape["splits"]]] or [shape["creator"]]
        return self.rng.choice(payees)

    def asking(self) -> str | None:
        """A campaign whose payees take out what they want."""
        several = list(self.books.campaigns)[-_LATELY:]
        names = [it for it in several if self.books.shapes[it].get("paying") == "asked-for"]
        return self.rng.choice(names) if names else None

    def state(self, name: str | None) -> str:
        """The state of a campaign."""
        return "" if name is None else self.books.state_of(name)

    def campaign(self, *states: str) -> str | None:
        """A campaign in one of these states, or in any; None where none is found soon."""
        if self._seen != len(self.books.campaigns) or self.rng.random() < _REFRESHED:
            self._seen = len(self.books.campaigns)
            self._active = [it for it in self.books.campaigns if not self._is_over(it)]
        if self._thought[0] is not None and (not states or self.state(self._thought[0]) in states):
            return self._thought[0]
        for _ in range(_TRIES if self._active else 0):
            name = self.rng.choice(self._active)
            if not states or self.state(name) in states:
                return name
        return None

    def _is_over(self, name: str) -> bool:
        campaign = self.books.campaigns[name]
        settled = campaign.settled_at is not None
        over = (
            settled
            or campaign.state.value in _LOST
            or (campaign.state.value in _TAKING - {"live"} and self.now >= campaign.terms.window.closes.at)
        )
        return over and self.rng.random() < _LEFT_ALONE

    def pledge(self, *states: str) -> str | None:
        """A pledge in one of these states, where "" stands for any; None where none is found soon."""
        thought = self._thought[1] or ""
        if thought in self.books.readings and ("" in states or self._in(thought, states)):
            return thought
        for _ in range(_TRIES):
            name = self.campaign()
            several = self.books.pledges_of.get(name) if name is not None else None
            if several:
                found = self.rng.choice(several)
                if ("" in states and self.rng.random() < _ANY) or self._in(found, states):
                    return found
        return None

    def _in(self, pledge: str, states: tuple[str, ...]) -> bool:
        reading = self.books.readings.get(pledge)
        return reading is not None and reading.state in states

    def _about(self, deed: Deed) -> tuple[str | None, str | None]:
        """The campaign and the pledge that a deed is about."""
        pledge, campaign = deed.args.get("pledge"), deed.args.get("campaign")
        if "charged" in deed.args:
            pledge = pledge_of(deed.args["charged"])
        reading = None if pledge is None else self.books.readings.get(pledge)
        return (campaign if reading is None else reading.campaign_id), pledge

    @contextmanager
    def thinking_of(self, deed: Deed, *, surely: bool = False) -> Iterator[None]:
        """Whoever chooses has what is done meanwhile in mind, mostly: its campaign, and its pledge."""
        about = self._about(deed)
        if surely or self.rng.random() < _IN_MIND:
            self.meanwhile = deed
            if about[0] in self.books.campaigns:
                self._thought = about
        try:
            yield
        finally:
            self._thought, self.meanwhile = (None, None), None


_LATELY: Final = 12
_DAY: Final = 86_400.0
_MEAN_LIFE: Final = 9.0
_SHARE_OF_WAITS: Final = 0.18
_OUT_OF_TIME: Final = 0.08
_REFRESHED: Final = 0.02
_LEFT_ALONE: Final = 0.7
_ANY: Final = 0.1
_IN_MIND: Final = 0.8
_LOST: Final = frozenset({"failed", "canceled", "given-back"})
_TAKING: Final = frozenset({"draft", "submitted", "approved", "live"})
_FUNDED: Final = frozenset({"successful", "partially-funded"})


def draw_shape(cast: Cast) -> dict[str, Any]:
    """The shape of a new campaign, whose parts go together."""
    rng, number, model = cast.rng, len(cast.books.shapes) + 1, cast.model()
    creator, currency = _whose(cast, number)
    while True:
        shape: dict[str, Any] = {
            "campaign": f"c{number}",
            "creator": creator,
            "currency": currency,
            "zone": rng.choice(("Europe/Brussels", "America/New_York", "Asia/Tokyo", "UTC")),
            "opens": cast.now.isoformat(),
            "days": rng.randint(2, 16),
            "goal": rng.choice((2_000, 300 * cast.crowd, 600 * cast.crowd, 1_000 * cast.crowd)),
            "crowd": cast.crowd,
            "model": model,
            "charging": rng.choice(("at-deadline", "at-deadline", "at-pledge", "escrow", "authorized")),
            "fees": rng.choice(tuple(FEES)),
            "says": rng.choice(("nothing", *SAYS)),
            "on_top": rng.choice(("none", *ON_TOP)),
            "splits": "none" if rng.random() < _ALONE else rng.choice(tuple(SPLITS)),
            "windows": rng.choice(("none", "none", "guarded", "three-days")),
            "late_days": rng.choice((None, 2, 5)),
            "instalments": rng.choice((None, None, "kept", "refunded")),
            "dunning": rng.random() < _USUALLY,
            "approval": rng.random() < _SELDOM,
            "approvals": rng.choice((0, 0, 0, 1, 2)),
            "refunds": rng.choice(("none", *REFUNDS)),
            "frauds": rng.choice(("same", "all")),
            "sent": rng.random() < _SELDOM,
            "shown": rng.choice((None, *SHOWN)),
            "credit_days": rng.choice((None, 2, 6, 15)),
            "disputes": rng.choice(tuple(DISPUTES)),
            "reserve": rng.choice(("none", *RESERVES)),
            "host": rng.choice(tuple(HOSTS)),
            "paying": rng.choice(("at-once", "asked-for", *PAYING)),
            "return_bearer": rng.choice(("creator", "creator", "platform")),
            "least_net": rng.choice((0, 0, 0, 0, 2_500, 400 * cast.crowd)),
        }
        if rng.random() < _SELDOM and not shape["model"].startswith("capped"):
            shape["units"] = max(2, cast.crowd // 8)
        if shape["fees"] in LIMITED and "paid_by" not in SAYS[shape["says"]]:
            shape["says"] = "all"
        if shape["instalments"]:
            shape["on_top"] = "none"
        if shape["paying"] == "wired":
            shape["least_net"] = 0
        if shape["shown"] == currency:
            shape["shown"] = None
        try:
            terms_of(shape)
        except PushcoreError:
            continue
        return shape


_USUALLY: Final = 0.7
_MOSTLY: Final = 0.9
_HALF: Final = 0.5
_SELDOM: Final = 0.2
_ALONE: Final = 0.35
_AGAIN: Final = 0.65


def _whose(cast: Cast, number: int) -> tuple[str, str]:
    """Whose a campaign is, and of which currency: often of somebody who had one before."""
    if cast.books.shapes and cast.chance(_AGAIN):
        before = cast.rng.choice(list(cast.books.shapes.values()))
        return before["creator"], before["currency"]
    return f"creator{number}", cast.rng.choice(("EUR", "EUR", "USD", "JPY", "KWD", "CHF"))


def draw_pick(cast: Cast, name: str, *, parted: bool = True) -> dict[str, Any]:
    """What a backer picks of a campaign."""
    rng, shape = cast.rng, cast.books.shapes[name]
    pick: dict[str, Any] = {}
    if rng.random() < _USUALLY:
        pick["tier"] = rng.choice(tuple(TIERS))
        if rng.random() < _SELDOM:
            pick["quantity"] = 2
        if rng.random() < 2 * _SELDOM:
            pick["add_ons"] = {rng.choice(tuple(ADD_ONS)): rng.randint(1, 2)}
        pick["bonus"] = rng.choice((0, 0, 137, 1_000))
    else:
        pick["bonus"] = rng.choice((100, 777, 2_000, 2_333, 4_050, 10_007, 50))
    if shape["instalments"]:
        if parted and rng.random() < _USUALLY:
            pick["parts"] = rng.randint(2, 3)
    elif rng.random() < _SELDOM:
        pick["tip"] = rng.choice((50, 111))
    if shape.get("sent") and rng.random() < _MOSTLY:
        pick["to"] = rng.choice(("BE", "US"))
    if shape.get("shown") and rng.random() < _HALF:
        pick["shown"] = True
    if rng.random() < 2 * _SELDOM:
        pick["credit"] = True
    return pick
