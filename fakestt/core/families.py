"""All families. Code that is about every kind of resource goes through this list."""

from __future__ import annotations

from typing import Any

from fakestt.core.acoustic.family import ACOUSTIC, AUDIO
from fakestt.core.family import Family
from fakestt.core.language.family import CORPUS, GRAMMAR, LANGUAGE

__all__ = ["FAMILIES"]

FAMILIES: tuple[Family[Any], ...] = (ACOUSTIC, AUDIO, LANGUAGE, CORPUS, GRAMMAR)
