"""What do the readers of zip and of tar have in common?"""

from __future__ import annotations

from collections.abc import Callable

from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["MOST_MEMBERS", "BadArchive", "Look"]

Look = Callable[[Reader], AudioFacts | NotAudio]

# 100 MB hold 10,000 utterances of 10 KB; more is a script that went wrong.
MOST_MEMBERS = 10_000


class BadArchive(Exception):
    """The archive itself is bad; the text says how."""
