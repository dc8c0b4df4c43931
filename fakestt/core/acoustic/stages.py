"""How long the activities of acoustic models and audio take, and how they end."""

from __future__ import annotations

from collections.abc import Callable

from fakestt.core import models
from fakestt.core.acoustic.analysis import problem_of
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.lifecycle import Ending, Stage
from fakestt.core.limits import Limits, Span
from fakestt.core.resources import Activity

__all__ = ["acoustic_stages", "audio_stages", "fail", "spoil"]


def fail(model: AcousticModel, message: str) -> None:
    """A training or an upgrade fails."""
    models.fail(model, message)
    model.upgrading_with = None


def upgraded(model: AcousticModel) -> None:
    """It is on the newer version now. Without a helper, that one is left behind."""
    models.upgraded(model)
    model.helper_lags = model.upgrading_with is None
    model.upgrading_with = None


def spoil(audio: Audio, problem: str) -> None:
    """The analysis finds the audio to be of no use."""
    audio.valid = False
    audio.problem = problem


def acoustic_stages(limits: Limits) -> tuple[Stage[AcousticModel], ...]:
    def times_audio(factor: Span) -> Callable[[AcousticModel], Span]:
        low, high = factor
        return lambda model: (low * model.valid_seconds(), high * model.valid_seconds())

    def is_clear(model: AcousticModel) -> None:
        """Nothing but the end of the activity itself."""

    succeeded = Ending("available", models.trained)
    done = Ending("done", upgraded)
    return (
        Stage(Activity.TRAINING, times_audio(limits.training_factor), (succeeded, models.failing(models.FAILURE))),
        Stage(Activity.UPGRADE, times_audio(limits.upgrade_factor), (done, models.failing("upgrade failed", fail))),
        Stage(Activity.CLEARING, lambda model: (model.clearing_s, model.clearing_s), (Ending("clear", is_clear),)),
    )


def audio_stages(limits: Limits) -> tuple[Stage[Audio], ...]:
    def takes(audio: Audio) -> Span:
        exactly_s = max(limits.analysis_min_s, limits.analysis_factor * audio.facts_duration_s)
        return exactly_s, exactly_s

    def analysed(audio: Audio) -> None:
        audio.problem = problem_of(audio, limits)
        audio.valid = audio.problem is None

    return (Stage(Activity.ANALYSIS, takes, (Ending("analysed", analysed), models.finding_invalid(spoil))),)
