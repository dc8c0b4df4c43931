"""The families that there are. What is said of all kinds of resources is said by going through them."""

from __future__ import annotations

from typing import Any

from fakestt.core.acoustic.family import ACOUSTIC, AUDIO
from fakestt.core.family import Family
from fakestt.core.language.family import LANGUAGE

__all__ = ["FAMILIES"]

FAMILIES: tuple[Family[Any], ...] = (ACOUSTIC, AUDIO, LANGUAGE)
