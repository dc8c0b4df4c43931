"""Closed sets of words that an author writes, as types: a type checker finds the misspelt one before a test runs."""

from __future__ import annotations

from typing import Literal

__all__ = [
    "AudioStatus",
    "Authentication",
    "Certificate",
    "ConductSetting",
    "CorpusStatus",
    "EditionName",
    "GrammarStatus",
    "ModelStatus",
    "OperationId",
    "UnknownSetting",
]  # fmt: skip

EditionName = Literal["icp2018", "icp2020", "cloud2025", "cp4d2025"]
"""The editions that fakestt has."""

ModelStatus = Literal["pending", "ready", "training", "available", "upgrading", "failed"]
"""What a custom model shows, of either kind."""

AudioStatus = Literal["being_processed", "ok", "invalid"]
"""What an audio resource shows."""

CorpusStatus = Literal["being_processed", "analyzed", "undetermined"]
"""What a corpus shows."""

GrammarStatus = Literal["being_processed", "analyzed", "undetermined"]
"""What a grammar shows."""

Authentication = Literal["lenient", "strict"]
"""Which credentials are good; with None, none are asked for."""

Certificate = Literal["trusted", "self-signed"]
"""Whether clients trust the fake's certificate."""

UnknownSetting = Literal["note", "ignore", "error"]
"""What is done about names in a request that no operation has there."""

ConductSetting = Literal["off", "warn", "fail"]
"""What is done about a client that breaks a rule of good conduct."""

OperationId = Literal[
    "listModels", "getModel",
    "createAcousticModel", "listAcousticModels", "getAcousticModel", "deleteAcousticModel", "trainAcousticModel",
    "resetAcousticModel", "upgradeAcousticModel", "listAudio", "addAudio", "getAudio", "deleteAudio",
    "createLanguageModel", "listLanguageModels", "getLanguageModel", "deleteLanguageModel", "trainLanguageModel",
    "resetLanguageModel", "upgradeLanguageModel", "listCorpora", "addCorpus", "getCorpus", "deleteCorpus",
    "listGrammars", "addGrammar", "getGrammar", "deleteGrammar", "listWords", "addWords", "addWord", "getWord",
    "deleteWord",
    "deleteUserData",
    "getToken", "authorize", "validateAuth", "getWatsonToken",
]  # fmt: skip
"""An operation by the vendor's id, those that hand out tokens among them."""
