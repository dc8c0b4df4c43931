"""What the service does for each command in each phase of a language model. The commands are in `commands.py`.

Sources are beside the table's cells in `sources.py`; status codes and wording are the edition's.
"""

from __future__ import annotations

from fakestt.core.asking import LOCK, ModelAsk, not_upgradable, training_failed, unmodified
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.phases import LanguageCommand
from fakestt.core.lifecycle import Allow, Command, Phase, Refuse
from fakestt.core.limits import Limits
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.core.resources import BaseModel, Generation

__all__ = ["COMMANDS", "lacks_grammars", "upgrades_by_training"]


def lacks_grammars(base: BaseModel, limits: Limits) -> bool:
    """Whether a model on this base takes no grammar."""
    return base.generation is Generation.LARGE and limits.large_models_lack_grammars


# Guards: each is named for what it objects to


def no_input_data(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return None if model.has_data else Why.NO_INPUT_DATA


def invalid_data(model: LanguageModel, ask: ModelAsk) -> Why | None:
    """Without `strict`, one valid resource is enough."""
    fits = model.has_valid_data and not (ask.strict and model.has_invalid_data)
    return None if fits else Why.INVALID_DATA


def upgrades_by_training(model: LanguageModel, ask: ModelAsk) -> Why | None:
    improved = model.base_model.generation is Generation.IMPROVED
    return Why.UPGRADES_BY_TRAINING if improved and ask.limits.training_upgrades_improved_models else None


def up_to_date(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return Why.UP_TO_DATE if model.versions[-1] == model.base_model.newest else None


def corpus_taken(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return Why.CORPUS_TAKEN if ask.name in model.corpora and not ask.overwrite else None


def grammar_taken(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return Why.GRAMMAR_TAKEN if ask.name in model.grammars and not ask.overwrite else None


def name_of_a_grammar(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return Why.NAME_OF_A_GRAMMAR if ask.name in model.grammars else None


def name_of_a_corpus(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return Why.NAME_OF_A_CORPUS if ask.name in model.corpora else None


def no_grammars(model: LanguageModel, ask: ModelAsk) -> Why | None:
    return Why.NO_GRAMMARS if lacks_grammars(model.base_model, ask.limits) else None


# The table

_DATA_FITS = (no_input_data, invalid_data)

OK: Allow[LanguageModel] = Allow()
TRY = Allow(unless=_DATA_FITS, else_=training_failed)
SAME = Allow(unless=(unmodified, *_DATA_FITS), else_=training_failed)
UP = Allow(unless=(upgrades_by_training, up_to_date))
NO = Allow(unless=(upgrades_by_training, up_to_date, not_upgradable))
ADD = Allow(unless=(name_of_a_grammar, corpus_taken))
GRAM = Allow(unless=(no_grammars, name_of_a_corpus, grammar_taken))

P0, PB, PI, R, RM, T, A, U, F = ModelPhase
C = LanguageCommand

# fmt: off
COMMANDS: dict[Command, dict[Phase, Allow[LanguageModel] | Refuse]] = {
    #                 empty     analysing  only inv.  ready     mixed     training  available  upgrading  failed
    C.GET:           {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.DELETE:        {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.TRAIN:         {P0: TRY,  PB: LOCK,  PI: TRY,   R: TRY,   RM: TRY,  T: LOCK,  A: SAME,   U: LOCK,   F: TRY},
    C.RESET:         {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.UPGRADE:       {P0: NO,   PB: LOCK,  PI: NO,    R: UP,    RM: UP,   T: LOCK,  A: UP,     U: LOCK,   F: NO},
    C.LIST_CORPORA:  {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.ADD_CORPUS:    {P0: ADD,  PB: LOCK,  PI: ADD,   R: ADD,   RM: ADD,  T: LOCK,  A: ADD,    U: LOCK,   F: ADD},
    C.GET_CORPUS:    {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.DELETE_CORPUS: {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.LIST_WORDS:    {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.ADD_WORDS:     {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.ADD_WORD:      {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.GET_WORD:      {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.DELETE_WORD:   {P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
    C.LIST_GRAMMARS: {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.ADD_GRAMMAR:   {P0: GRAM, PB: LOCK,  PI: GRAM,  R: GRAM,  RM: GRAM, T: LOCK,  A: GRAM,   U: LOCK,   F: GRAM},
    C.GET_GRAMMAR:   {P0: OK,   PB: OK,    PI: OK,    R: OK,    RM: OK,   T: OK,    A: OK,     U: OK,     F: OK},
    C.DELETE_GRAMMAR:{P0: OK,   PB: LOCK,  PI: OK,    R: OK,    RM: OK,   T: LOCK,  A: OK,     U: LOCK,   F: OK},
}
# fmt: on
