"""What the service does for each command in each phase of an acoustic model. The commands are in `commands.py`.

Sources are beside the table's cells in `sources.py`; status codes and wording are the edition's.
"""

from __future__ import annotations

from dataclasses import dataclass

from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.asking import LOCK, ModelAsk, not_upgradable, training_failed, unmodified
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.phases import language_phase
from fakestt.core.lifecycle import Allow, Command, Phase, Refuse
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why

__all__ = ["COMMANDS", "AcousticAsk"]


@dataclass(slots=True, kw_only=True)
class AcousticAsk(ModelAsk):
    """What the guards of acoustic models look at besides."""

    helper: LanguageModel | None = None


# Guards: each is named for what it objects to


def another_upload(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    """Only one upload at a time: to a model, or to a name in it."""
    if ask.limits.one_upload_at_a_time:
        busy = model.activity is not None or any(audio.valid is None for audio in model.audio.values())
    else:
        earlier = model.audio.get(ask.name)
        busy = ask.overwrite and earlier is not None and earlier.valid is None
    return Why.BUSY if busy else None


def name_taken(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    return Why.NAME_TAKEN if ask.name in model.audio and not ask.overwrite else None


def over_the_maximum(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    """A model over the maximum takes no more audio. Audio that it has may be replaced."""
    over = ask.limits.refuses_audio_over_the_maximum and model.valid_seconds() > ask.limits.max_audio_s
    return Why.OVER_THE_MAXIMUM if over and ask.name not in model.audio else None


def no_input_data(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    """A model without any audio, where that has a text of its own."""
    return Why.NO_INPUT_DATA if ask.limits.empty_training_says_no_input_data and not model.audio else None


def invalid_audio(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    return Why.INVALID_AUDIO if ask.strict and any(audio.valid is False for audio in model.audio.values()) else None


def too_little_audio(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    """`force` waives the minimum, but there must be something to train on."""
    valid_s = model.valid_seconds()
    enough = valid_s >= ask.limits.min_audio_s or (ask.force and valid_s > 0)
    return None if enough else Why.TOO_LITTLE_AUDIO


def too_much_audio(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    return Why.TOO_MUCH_AUDIO if model.valid_seconds() > ask.limits.max_audio_s else None


def helper_on_another_base(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    helper = ask.helper
    return Why.HELPER_BASE if helper is not None and helper.base_model is not model.base_model else None


def helper_on_another_version(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    helper = ask.helper
    if helper is None or not ask.limits.helper_must_match_version or helper.versions[-1] == model.versions[-1]:
        return None
    return Why.HELPER_VERSION


def helper_not_available(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    return _unless_available(ask.helper, ask.limits.helper_must_be_available_to_train)


def up_to_date(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    """There is no newer version. The second of two upgrade calls is allowed: it brings the helper up to date."""
    if model.versions[-1] != model.base_model.newest:
        return None
    if ask.helper is None or not model.helper_lags or not ask.limits.helper_upgrade_in_second_call:
        return Why.UP_TO_DATE
    return Why.UNMODIFIED if ask.limits.second_upgrade_needs_force and not ask.force else None


def helper_missing(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    missing = ask.limits.upgrade_needs_helper_of_training and model.helper_id is not None and ask.helper is None
    return Why.HELPER_REQUIRED if missing else None


def helper_not_upgraded(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    """The helper goes first: it must be on the newest version already."""
    helper = ask.helper
    return Why.HELPER_VERSION if helper is not None and helper.versions[-1] != model.base_model.newest else None


def helper_not_available_for_upgrade(model: AcousticModel, ask: AcousticAsk) -> Why | None:
    return _unless_available(ask.helper, ask.limits.helper_must_be_available_to_upgrade)


def _unless_available(helper: LanguageModel | None, required: bool) -> Why | None:
    if helper is None or not required or language_phase(helper) is ModelPhase.AVAILABLE:
        return None
    return Why.HELPER_NOT_AVAILABLE


# The table

_HELPER_FITS = (helper_on_another_base, helper_on_another_version, helper_not_available)
_DATA_FITS = (no_input_data, invalid_audio, too_little_audio, too_much_audio, *_HELPER_FITS)
_HELPER_MOVED = (helper_missing, helper_on_another_base, helper_not_upgraded, helper_not_available_for_upgrade)

OK: Allow[AcousticModel] = Allow()
ADD = Allow(unless=(another_upload, name_taken, over_the_maximum))
TRY = Allow(unless=_DATA_FITS, else_=training_failed)
SAME = Allow(unless=(unmodified, *_DATA_FITS), else_=training_failed)
UP = Allow(unless=(up_to_date, *_HELPER_MOVED))
NO = Allow(unless=(up_to_date, not_upgradable))

P0, PB, PI, R, RM, T, A, U, F = ModelPhase
C = AcousticCommand

# fmt: off
COMMANDS: dict[Command, dict[Phase, Allow[AcousticModel] | Refuse]] = {
    #                    empty     analysing  only inv.  ready     mixed     training  available  upgrading  failed
    C.GET:              {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.DELETE:           {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.TRAIN:            {P0: TRY,  PB: LOCK,  PI: TRY,   R: TRY,   RM: TRY,  T: LOCK,  A: SAME,   U: LOCK,   F: TRY},
    C.RESET:            {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.UPGRADE:          {P0: NO,   PB: LOCK,  PI: NO,    R: UP,    RM: UP,   T: LOCK,  A: UP,     U: LOCK,   F: NO},
    C.LIST_AUDIO:       {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.ADD_AUDIO:        {P0: ADD,  PB: ADD,   PI: ADD,   R: ADD,   RM: ADD,  T: LOCK,  A: ADD,    U: LOCK,   F: ADD},
    C.GET_AUDIO:        {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.DELETE_AUDIO:     {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.DELETE_USER_DATA: {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
}
# fmt: on
