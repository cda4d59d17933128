"""What bounds the matching of a round."""

from __future__ import annotations

from enum import StrEnum

from pushcore._checks import none_such

__all__ = ["LimitMode"]


class LimitMode(StrEnum):
    """What bounds the matching of one round, in the words of Goteo's calls (7a28615, October 2024).

    - ``NONE``: nothing is matched.
    - ``NORMAL``: the cap per project holds.
    - ``MINIMUM``: it holds, and at most half of what is missing to the minimum is added, since backers are to
      bring the other half, and no more than is missing once the contribution is in.
    - ``UNLIMITED``: the same towards the optimum, without the cap per project.
    - ``FULLUNLIMITED``: neither; what holds is the other caps.

    Raises:
        InvalidValue: there is no mode of this name.
    """

    NONE = "none"
    NORMAL = "normal"
    MINIMUM = "minimum"
    UNLIMITED = "unlimited"
    FULLUNLIMITED = "fullunlimited"

    _missing_ = classmethod(none_such)
