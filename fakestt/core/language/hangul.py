"""How the service pronounces Latin letters in Korean, as far as a rule can tell: the names of single letters."""

from __future__ import annotations

import re

__all__ = ["in_hangul"]

# fmt: off
_NAMES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (
    "에이", "비", "씨", "디", "이", "에프", "지", "에이치", "아이", "제이", "케이", "엘", "엠",
    "엔", "오", "피", "큐", "알", "에스", "티", "유", "브이", "더블유", "엑스", "와이", "제트",
), strict=True))
# fmt: on
_CAPITALS = re.compile("(?<![A-Za-z])[A-Z]+(?![a-z])")


def in_hangul(word: str) -> str:
    """A word with the names of its letters for its capitals: `IBM홈페이지` is `아이 비 엠 홈페이지`.

    What has small letters is left as it is, which a Korean pronunciation may be too: the service knows that `London` is
    `런던`, and no rule does.

    Source: icp2020 language-resource.md#corpusLanguages-koKR
    """
    named = _CAPITALS.sub(lambda letters: f" {' '.join(_NAMES[letter] for letter in letters[0])} ", word)
    return " ".join(named.split())
