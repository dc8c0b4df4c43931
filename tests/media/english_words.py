"""Make the list of usual English words anew from SCOWL: `python tests/media/english_words.py [FOLDER]`.

FOLDER holds SCOWL's lists as Debian's package `scowl` has them, version 2020.12.07.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from fakestt.media.vocabulary import stems

LISTS = Path("/usr/share/dict/scowl")
WORDS = Path(__file__).parents[2] / "fakestt" / "media" / "english" / "words.txt"

SPELLINGS = ("english", "american", "australian", "british", "british_z", "canadian")
KINDS = ("abbreviations", "contractions", "proper-names", "upper", "words")
SIZES = (10, 20, 35, 40, 50)  # up to the one that SCOWL calls medium


def lines(lists: Path, kind: str) -> Iterator[str]:
    for spelling in SPELLINGS:
        for size in SIZES:
            path = lists / f"{spelling}-{kind}.{size}"
            if path.exists():
                yield from path.read_text(encoding="utf-8").split()


def chosen(lists: Path) -> set[str]:
    """Words and names without their possessives, contractions, and abbreviations that are written as words are.

    Nothing is chosen that is written with a capital behind its first letter: no `IBM` and no `iPod`.
    """
    words = {word for kind in ("proper-names", "upper", "words") for word in lines(lists, kind) if "'" not in word}
    words |= set(lines(lists, "contractions"))
    words |= {word for word in lines(lists, "abbreviations") if re.fullmatch("[A-Za-z][a-z]+", word)}
    return {word.lower() for word in words if word[1:] == word[1:].lower()}


def made(lists: Path) -> str:
    """The text of the list: what follows from a shorter word that is kept is left out."""
    kept: set[str] = set()
    for word in sorted(chosen(lists), key=lambda word: (len(word), word)):
        if len(word) > 1 and not any(stem in kept for stem in stems(word)):
            kept.add(word)
    return "".join(f"{word}\n" for word in sorted(kept))


if __name__ == "__main__":
    WORDS.write_text(made(Path(sys.argv[1]) if sys.argv[1:] else LISTS), encoding="utf-8")
