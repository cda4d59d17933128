"""Stories told in a line or two: a campaign in January, in euros, wanting 100.00."""

import json

from hypothesis import strategies as st

from pushcore.stories import parse_story, play

CAMPAIGN = {
    "currency": "EUR",
    "goal": "100.00",
    "zone": "Europe/Brussels",
    "opens": "2026-01-05 10:00",
    "closes": "2026-01-25 20:00",
    "creator": "lune",
    "model": "all-or-nothing",
}


def told(*events, campaign=None, **sections):
    """The document of a story; a campaign key that is None is left out."""
    changed = {**CAMPAIGN, **(campaign or {})}
    kept = {key: value for key, value in changed.items() if value is not None}
    return {"story": 1, "title": "Told", "campaign": kept, "events": list(events), **sections}


def read(document, **options):
    return parse_story(json.dumps(document), **options)


def played(*events, **sections):
    return play(read(told(*events, **sections)))


def result(*events, **sections):
    return played(*events, **sections).as_dict()


def pledge(name, amount=None, *, at="2026-01-10 12:00", **more):
    amounts = {} if amount is None else {"amount": amount}
    return {"at": at, "pledge": name, "backer": f"backer of {name}", **amounts, **more}


def at(time, **event):
    return {"at": time, **event}


PLATFORM = {"line": "platform", "base": "collected", "percent": "5", "rounding": "half-up"}
PROCESSING = {
    "line": "processing",
    "base": "pledge",
    "percent": "3",
    "fixed": "0.20",
    "below": {"amount": "10.00", "percent": "5", "fixed": "0.05"},
    "rounding": "half-up",
}
POSTER = {"id": "poster", "price": "25.00", "limit": 3}

_NAMES = [f"p{number}" for number in range(8)]
_times = st.integers(0, 28 * 24 * 60).map(
    lambda m: f"2026-01-{2 + m // 1440:02d} {m // 60 % 24:02d}:{m % 60:02d}"
)
_amounts = st.integers(0, 20_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
_wanted = st.one_of(
    st.fixed_dictionaries({"amount": _amounts}),
    st.fixed_dictionaries(
        {"tier": st.just("poster"), "quantity": st.integers(1, 3)}, optional={"bonus": _amounts}
    ),
)


@st.composite
def documents(draw):
    """Stories of up to eight pledges, some of which are canceled, declined or accepted, in any order."""
    made = draw(st.lists(st.sampled_from(_NAMES), unique=True))
    events = [pledge(name, at=draw(_times), **draw(_wanted)) for name in made]
    if made:
        verb = st.sampled_from(["cancel", "decline", "accept"])
        others = draw(st.lists(st.tuples(_times, verb, st.sampled_from(made)), max_size=8))
        events += [at(time, **{verb: name}) for time, verb, name in others]
    campaign = {"model": draw(st.sampled_from(["all-or-nothing", "keep-it-all"]))}
    if draw(st.booleans()):
        campaign["until"] = draw(_times)
    split = draw(
        st.sampled_from(
            [
                [],
                [{"payee": "crew", "portion": "1/3"}, {"payee": "lune", "remaining": True}],
                [{"payee": "studio", "fixed": "50.00"}, {"payee": "crew", "remaining": True, "max": "20.00"}],
            ]
        )
    )
    fees = draw(st.sampled_from([[], [PLATFORM], [PLATFORM, PROCESSING]]))
    return told(*draw(st.permutations(events)), campaign=campaign, tiers=[POSTER], fees=fees, split=split)
