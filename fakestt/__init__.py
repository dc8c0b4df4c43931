"""An in-process fake of IBM Watson Speech to Text: custom models, on a virtual clock."""

from fakestt.conduct.finding import Finding
from fakestt.contract.messages import Call, Caller, Reply
from fakestt.core.changes import ByActivity, ByCommand, ByHand, Change
from fakestt.core.choices import Choices, Point
from fakestt.core.provenance import Assumed, Source
from fakestt.core.resources import Address
from fakestt.coverage.record import Coverage
from fakestt.durations import Duration
from fakestt.editions import EDITIONS, Edition
from fakestt.errors import (
    BadConduct,
    ClockError,
    ConductWarning,
    ConfigurationError,
    FakesttError,
    MissingExtra,
    NeverCame,
    NotAsExpected,
    NotFaked,
    RuleNeverMatched,
    ScriptError,
    StateError,
    UnknownName,
    UnknownOperation,
)
from fakestt.exploring.marks import explore, replay
from fakestt.factory import FakeSTTFactory
from fakestt.fake import FakeSTT
from fakestt.faults.effects import (
    Effect,
    drip,
    fail,
    garble,
    html,
    interrupt,
    lose_reply,
    lose_request,
    ok,
    reset,
    slow,
    stale,
    truncate,
    truncate_head,
)
from fakestt.faults.faults import Faults
from fakestt.faults.rules import Rule
from fakestt.http.auth import Auth
from fakestt.intercept.waiting.hands import ClientNeverStopped
from fakestt.journal.expected import Expected, expect, polls
from fakestt.journal.journal import Journal
from fakestt.journal.record import Exchange, RequestFacts
from fakestt.literals import (
    AudioStatus,
    Authentication,
    Certificate,
    ConductSetting,
    CorpusStatus,
    EditionName,
    GrammarStatus,
    ModelStatus,
    OperationId,
    UnknownSetting,
)
from fakestt.scripts import Script
from fakestt.served import Served
from fakestt.timing.fake_clock import Due, FakeClock
from fakestt.views.acoustic import AcousticModels, AcousticModelView, AudioView
from fakestt.views.base_models import BaseModels
from fakestt.views.language import CorpusView, GrammarView, LanguageModels, LanguageModelView, WordView
from fakestt.wire import Arrival

__version__ = "0.1.0"

__all__ = [
    "EDITIONS", "AcousticModelView", "AcousticModels", "Address", "Arrival", "Assumed", "AudioStatus", "AudioView",
    "Auth", "Authentication", "BadConduct", "BaseModels", "ByActivity", "ByCommand", "ByHand", "Call", "Caller",
    "Certificate", "Change", "Choices", "ClientNeverStopped", "ClockError", "ConductSetting", "ConductWarning",
    "ConfigurationError", "CorpusStatus", "CorpusView", "Coverage", "Due", "Duration", "Edition", "EditionName",
    "Effect", "Exchange", "Expected", "FakeClock", "FakeSTT", "FakeSTTFactory", "FakesttError", "Faults", "Finding",
    "GrammarStatus", "GrammarView", "Journal", "LanguageModelView", "LanguageModels", "MissingExtra", "ModelStatus",
    "NeverCame", "NotAsExpected", "NotFaked", "OperationId", "Point", "Reply", "RequestFacts", "Rule",
    "RuleNeverMatched", "Script", "ScriptError", "Served", "Source", "StateError", "UnknownName", "UnknownOperation",
    "UnknownSetting", "WordView", "__version__", "drip", "expect", "explore", "fail", "garble", "html", "interrupt",
    "lose_reply", "lose_request", "ok", "polls", "replay", "reset", "slow", "stale", "truncate", "truncate_head",
]  # fmt: skip
