"""An in-process fake of IBM Watson Speech to Text: custom acoustic models, on a virtual clock."""

from fakestt.core.changes import Change
from fakestt.core.provenance import Assumed, Source
from fakestt.editions import EDITIONS, Edition
from fakestt.errors import (
    ClockError,
    ConfigurationError,
    FakesttError,
    MissingExtra,
    NeverCame,
    RuleNeverMatched,
    ScriptError,
    StateError,
    UnknownOperation,
)
from fakestt.fake import FakeSTT
from fakestt.faults.effects import (
    Effect,
    fail,
    lose_reply,
    lose_request,
    ok,
    reset,
    slow,
    truncate,
    truncate_head,
)
from fakestt.intercept.waiting.hands import ClientNeverStopped
from fakestt.journal.record import Exchange

__all__ = [
    "EDITIONS",
    "Assumed",
    "Change",
    "ClientNeverStopped",
    "ClockError",
    "ConfigurationError",
    "Edition",
    "Effect",
    "Exchange",
    "FakeSTT",
    "FakesttError",
    "MissingExtra",
    "NeverCame",
    "RuleNeverMatched",
    "ScriptError",
    "Source",
    "StateError",
    "UnknownOperation",
    "fail",
    "lose_reply",
    "lose_request",
    "ok",
    "reset",
    "slow",
    "truncate",
    "truncate_head",
]
