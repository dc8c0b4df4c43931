"""Numbers in words, as the service suggests them where it does not take digits."""

from __future__ import annotations

import re

__all__ = ["in_words"]

# fmt: off
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on


def in_words(text: str) -> str:
    """The text with its numbers in words; one of more than three digits digit by digit."""
    return re.sub(r"[0-9]+", lambda found: _number(found[0]), text)


def _number(digits: str) -> str:
    if len(digits) > 3:
        return " ".join(ONES[int(digit)] for digit in digits)
    hundreds, rest = divmod(int(digits), 100)
    said = [f"{ONES[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        said.append(ONES[rest] if rest < 20 else TENS[rest // 10] + (f" {ONES[rest % 10]}" if rest % 10 else ""))
    return " ".join(said)
