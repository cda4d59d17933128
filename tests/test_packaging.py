"""The built wheel holds what it should, and works where there is no source."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from pushcore import __version__

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[1]


def run(program, *arguments):
    """What the program prints; it starts in its own folder, where there is no source."""
    done = subprocess.run(
        [program, *arguments], cwd=Path(program).parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """The programs of an environment that has only the wheel and its extra `cli`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    run(programs / "pip", "install", "-c", ROOT / "constraints.txt", f"{wheel}[cli]")
    return programs


def test_holds_the_package_and_nothing_else(wheel):
    names = ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"pushcore", "_pushcore_pytest.py", f"pushcore-{__version__}.dist-info"}
    assert "pushcore/py.typed" in names


def test_imports_from_where_it_is_installed(elsewhere):
    where = run(elsewhere / "python", "-I", "-c", "import pushcore; print(pushcore.__file__)")
    assert Path(where).is_relative_to(elsewhere.parent)


def test_announces_its_pytest_plugin(elsewhere):
    show = "from importlib.metadata import entry_points as e; print(*(p.value for p in e(group='pytest11')))"
    assert run(elsewhere / "python", "-I", "-c", show) == "_pushcore_pytest\n"


def test_says_its_version(elsewhere):
    assert __version__ in run(elsewhere / "pushcore", "--version")


def test_plays_the_demo(elsewhere):
    assert "net" in run(elsewhere / "pushcore", "demo").lower()


IMPORT_ALL = """
from importlib import import_module
from pkgutil import walk_packages
import pushcore
print(len([import_module(found.name) for found in walk_packages(pushcore.__path__, "pushcore.")]))
"""


def other_python(version):
    """A Python of this version that runs, by its name or where pyenv keeps it; None where there is none."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for program in (shutil.which(f"python{version}"), *sorted(kept.glob(f"{version}.*/bin/python3"))):
        if program and subprocess.run([program, "-V"], capture_output=True, check=False).returncode == 0:
            return program
    return None


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_module_imports_on_each_python_that_is_promised(wheel, tmp_path, version):
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        pytest.skip("this is the Python that runs all tests")
    if (program := other_python(version)) is None:
        pytest.skip(f"this machine has no Python {version}")
    run(program, "-m", "venv", tmp_path)
    run(tmp_path / "bin/pip", "install", "-c", ROOT / "constraints.txt", f"{wheel}[cli,testing]")
    assert int(run(tmp_path / "bin/python", "-I", "-c", IMPORT_ALL)) > 100
    assert "net" in run(tmp_path / "bin/pushcore", "demo").lower()
