"""Hypothesis strategies for tests of clients: names, audio, scripts, faults, moves of the clock, whole scenarios.

What is drawn can be pasted: a name is a `str`, audio is `bytes` with the repr of a call of `forge`, and all else is a
`Line`, a statement about a fake `stt`.
"""

from fakestt.strategies.audio import Forged, audio, invalid_audio
from fakestt.strategies.clock import clock_moves, durations
from fakestt.strategies.faults import effects, faults
from fakestt.strategies.lines import Line
from fakestt.strategies.models import acoustic_models, language_models
from fakestt.strategies.names import (
    audio_names,
    corpus_names,
    invalid_audio_names,
    invalid_corpus_names,
    invalid_model_names,
    invalid_words,
    model_names,
    words,
)
from fakestt.strategies.scenarios import Scenario, scenarios
from fakestt.strategies.scripts import scripts

__all__ = [
    "Forged", "Line", "Scenario", "acoustic_models", "audio", "audio_names", "clock_moves", "corpus_names", "durations",
    "effects", "faults", "invalid_audio", "invalid_audio_names", "invalid_corpus_names", "invalid_model_names",
    "invalid_words", "language_models", "model_names", "scenarios", "scripts", "words",
]  # fmt: skip
