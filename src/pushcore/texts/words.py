"""Words: what things are called in the texts for people, language by language, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from pushcore._checks import as_dict, expect, kind, shown
from pushcore.errors import InvalidValue
from pushcore.texts._words import WORDS

__all__ = ["LANGUAGES", "Words", "words"]

LANGUAGES: Final = tuple(sorted(WORDS))
"""The languages there are words of; a host can bring `Words` of its own for any other."""


def _texts(_: object, __: object, texts: object) -> None:
    if not isinstance(texts, Mapping) or not all(
        isinstance(it, str) for pair in texts.items() for it in pair
    ):
        message = f"words are texts by what they stand for, got {shown(texts)}"
        raise InvalidValue(message, texts=texts)


@attrs.frozen
class Words:
    """What things are called in one language, by the code of each thing.

    Codes are the kinds of lines and accounts, such as ``charge`` or ``payee``, the holders of accounts, and
    the headings of tables. What has no word is called by its code, so that nothing is left out.

    Raises:
        InvalidValue: they are no texts.

    Example:
        >>> mine = Words("en", words("en").texts | {"charge": "Received"})
        >>> mine.of("charge"), mine.of("payout"), mine.of("lottery")
        ('Received', 'Paid out', 'lottery')
    """

    language: str = attrs.field(validator=kind(str))
    texts: dict[str, str] = attrs.field(converter=as_dict, validator=_texts, hash=False)

    def of(self, code: str) -> str:
        """What a thing is called; its own code where there is no word for it."""
        expect(code, str, what="the code of a word")
        return self.texts.get(code, code)


def words(locale: str) -> Words:
    """The words of a locale: of its own, or of its language.

    Raises:
        InvalidValue: there are none.

    Example:
        >>> words("fr_BE").of("payout")
        'Versé'
    """
    expect(locale, str, what="the identifier of a locale")
    wanted = locale.replace("-", "_")
    for language in (wanted, wanted.partition("_")[0]):
        if language in WORDS:
            return Words(language, WORDS[language])
    message = f"there are no words of {shown(locale)}: give some of your own, or take {', '.join(LANGUAGES)}"
    raise InvalidValue(message, locale=locale)
