"""Zones are names; the rules behind them are found on every machine."""

import copy
import pickle
import subprocess
import sys
import tarfile
from datetime import datetime, timedelta
from io import BytesIO
from struct import pack

import pytest
from clocks import NAMES
from hypothesis import given
from hypothesis import strategies as st

from pushcore.calendar import Zone, zone
from pushcore.errors import InvalidValue, PushcoreError


def test_every_zone_of_the_database_is_known():
    assert [Zone(name).tzinfo.key for name in NAMES] == [str(Zone(name)) for name in NAMES] == NAMES


@pytest.mark.parametrize(
    "name",
    [
        "", "Europe", "Europe/", "Europe//Brussels", "europe/brussels", "Europe/Brussels ", "Europe/Atlantis",
        "../Europe/Brussels", "/etc/localtime", "Europe/../../passwd", "C:/Windows", "UTC\0", "UTC\n",
        "posix/Europe/Brussels", "right/Europe/Brussels", "localtime", "posixrules", "Factory", "METADATA",
        "tzdata.zi", "ü", "\ud800", "X" * 1_000_000, "+02:00", None, True, 2, 2.5, b"UTC", [], Zone("UTC"),
    ],
)  # fmt: skip
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(InvalidValue, match="give an IANA name such as"):
        Zone(name)


@given(st.text() | st.from_regex(r"[A-Z][a-z]+/[A-Z][a-z]+") | st.binary() | st.integers())
def test_junk_is_refused_as_nothing_but_a_bad_value(junk):
    try:
        assert Zone(junk).name == junk
    except PushcoreError:
        assert junk not in NAMES


def test_a_zone_is_its_name():
    brussels = Zone("Europe/Brussels")
    for same in (Zone("Europe/Brussels"), pickle.loads(pickle.dumps(brussels)), copy.deepcopy(brussels)):
        assert same == brussels
        assert hash(same) == hash(brussels)
        assert same.tzinfo is brussels.tzinfo
    assert brussels != Zone("Europe/Paris")


# Without system data: what dateutil brings. Version 4 requires tzdata, version 2 carries an archive.

NOWHERE = b"".join(
    [pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4), pack(">lbb4s", 3600, 0, 0, b"CET")] * 2
) + b"\nCET-1CEST,M3.5.0,M10.5.0/3\n"  # fmt: skip


def archive(folder):
    """A package dateutil that carries zones as version 2 does: one, a link to it, and a file of facts."""
    (folder / "zoneinfo").mkdir(parents=True)
    with tarfile.open(folder / "zoneinfo" / "dateutil-zoneinfo.tar.gz", "w:gz") as tar:
        for name, content in {"Europe/Nowhere": NOWHERE, "METADATA": b"{}"}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
        link = tarfile.TarInfo("Nowhere")
        link.type, link.linkname = tarfile.LNKTYPE, "Europe/Nowhere"
        tar.addfile(link)
    (folder / "__init__.py").write_text(
        "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
    )


@pytest.fixture
def forgetful():
    """Forget what the archive held, before and after."""
    zone._archive.cache_clear()
    yield
    zone._archive.cache_clear()
    zone._clock_rules.cache_clear()


@pytest.mark.usefixtures("forgetful")
def test_zones_come_from_the_archive_if_from_nowhere_else(tmp_path, monkeypatch):
    archive(tmp_path / "dateutil")
    monkeypatch.setattr(zone, "files", lambda package: tmp_path / package)
    for name in ("Europe/Nowhere", "Nowhere"):
        nowhere = Zone(name)
        assert pickle.loads(pickle.dumps(nowhere)) == nowhere  # which a ZoneInfo made from a file refuses
        assert datetime(2026, 7, 1, tzinfo=nowhere.tzinfo).utcoffset() == timedelta(hours=2)
    with pytest.raises(InvalidValue):
        Zone("METADATA")


@pytest.mark.usefixtures("forgetful")
def test_without_an_archive_there_is_nothing_more_to_find(tmp_path, monkeypatch):
    monkeypatch.setattr(zone, "files", lambda package: tmp_path / package)
    with pytest.raises(InvalidValue, match="install the package tzdata"):
        Zone("Europe/Nowhere")


def in_a_bare_container(code, *, path=""):
    """What the code prints on a machine without zone files of its own."""
    environment = {"PYTHONTZPATH": "", "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


OFFSETS = "[datetime(2026, m, 1, tzinfo=Zone(name).tzinfo).utcoffset().seconds // 3600 for m in (1, 7)]"
SHOW = f"from datetime import datetime\nfrom pushcore.calendar import Zone\nprint({OFFSETS})"
BLOCK = "import sys\nsys.modules['tzdata'] = None\n"


def test_a_machine_without_zone_files_has_what_dateutil_brings():
    assert in_a_bare_container(f"name = 'Europe/Brussels'\n{SHOW}") == "[1, 2]"


def test_a_machine_without_zone_files_and_tzdata_has_the_archive(tmp_path):
    archive(tmp_path / "dateutil")
    assert in_a_bare_container(f"{BLOCK}name = 'Europe/Nowhere'\n{SHOW}", path=tmp_path) == "[1, 2]"
