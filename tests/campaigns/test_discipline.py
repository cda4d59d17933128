import pytest

from pushcore import Discipline
from pushcore.errors import InvalidValue


def test_a_discipline_goes_by_its_name():
    assert Discipline("film") is Discipline.FILM
    with pytest.raises(InvalidValue, match="graphic-design"):
        Discipline("cooking")
