"""The syllables of Japanese in katakana, as the pages list them for pronunciations."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["odd_syllable"]

# Which small characters may follow a character: the contracted sounds.
_CONTRACTED: Mapping[str, str] = {
    "イ": "ェ", "ウ": "ィェォ", "キ": "ィャュョ", "ギ": "ャュョ", "ク": "ァィェォ", "グ": "ァォ", "シ": "ィェャュョ",
    "ジ": "ィェャュョ", "ス": "ィ", "ズ": "ィ", "チ": "ェャュョ", "ヂ": "ェャュョ", "ツ": "ァィェォ",
    "テ": "ィュ", "デ": "ィャュョ", "ト": "ゥ", "ド": "ゥ", "ニ": "ェャュョ", "ヒ": "ャュョ", "ビ": "ャュョ",
    "ピ": "ィャュョ", "フ": "ァィェォュ", "ミ": "ャュョ", "リ": "ィェャュョ", "ヴ": "ァィェォュ",
}  # fmt: skip
# What may follow an assimilated sound, alone and contracted.
_ALONE = frozenset("バビブベボチダデドフガギグゲゴハヒヘホジカキクケコパピプペポサスセソシタテトツザズゼゾ")
_CONTRACTED_BEHIND: Mapping[str, str] = {
    "チ": "ェャュョ", "デ": "ィ", "ド": "ゥ", "フ": "ァィェォ", "ジ": "ェャュョ", "キ": "ャュョ", "ピ": "ャュョ",
    "シ": "ェャュョ",
}  # fmt: skip
_SYLLABLE = re.compile("(ッ?)([^ッァィゥェォャュョヮ]?)([ァィゥェォャュョヮ]*)")


def odd_syllable(katakana: str) -> str | None:
    """The first syllable that no word has, or that none has at its place; None if all are in order."""
    for word in katakana.split():
        if word[0] == "ン":
            return "ン"
        for assimilated, first, small in _SYLLABLE.findall(word):
            possible = (_CONTRACTED_BEHIND if assimilated else _CONTRACTED).get(first, "")
            is_odd = (len(small) > 1 or small not in possible) if small else (assimilated and first not in _ALONE)
            if is_odd:
                return str(assimilated + first + small)
    return None
