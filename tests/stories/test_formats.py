"""A story is TOML or JSON, and either tells the same."""

from telling import read, told

from pushcore.stories import parse_story


def test_toml_and_json_tell_the_same_story():
    toml = """
        story = 1
        title = "Told"
        [campaign]
        currency = "EUR"
        goal = "100.00"
        zone = "Europe/Brussels"
        opens = 2026-01-05 10:00:00
        closes = 2026-01-25T20:00:00+01:00
        creator = "lune"
        model = "all-or-nothing"
    """
    assert parse_story(toml) == read(told())
