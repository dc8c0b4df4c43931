"""One function an operation, in a written-out table that a test compares with the operations."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.http.context import Handler
from fakestt.http.handlers import acoustic, audio, language, models, texts, user_data, words

__all__ = ["HANDLERS"]

HANDLERS: Mapping[str, Handler] = {
    "listModels": models.list_models,
    "getModel": models.get_model,
    "createAcousticModel": acoustic.create,
    "listAcousticModels": acoustic.list_,
    "getAcousticModel": acoustic.get,
    "deleteAcousticModel": acoustic.delete,
    "trainAcousticModel": acoustic.train,
    "resetAcousticModel": acoustic.reset,
    "upgradeAcousticModel": acoustic.upgrade,
    "listAudio": audio.list_,
    "addAudio": audio.add,
    "getAudio": audio.get,
    "deleteAudio": audio.delete,
    "createLanguageModel": language.create,
    "listLanguageModels": language.list_,
    "getLanguageModel": language.get,
    "deleteLanguageModel": language.delete,
    "trainLanguageModel": language.train,
    "resetLanguageModel": language.reset,
    "upgradeLanguageModel": language.upgrade,
    "listCorpora": texts.CORPORA.list_,
    "addCorpus": texts.CORPORA.add,
    "getCorpus": texts.CORPORA.get,
    "deleteCorpus": texts.CORPORA.delete,
    "listWords": words.list_,
    "addWords": words.add_many,
    "addWord": words.add,
    "getWord": words.get,
    "deleteWord": words.delete,
    "listGrammars": texts.GRAMMARS.list_,
    "addGrammar": texts.GRAMMARS.add,
    "getGrammar": texts.GRAMMARS.get,
    "deleteGrammar": texts.GRAMMARS.delete,
    "deleteUserData": user_data.delete,
}
