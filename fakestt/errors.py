"""Mistakes of a *test author*. A client's mistake is a Refusal, and reaches the client as the service's own error.

    FakesttError
    ├── ConfigurationError     an unknown edition, policy, marker keyword, host, duration ...
    ├── ClockError             time asked to do what it can't
    ├── StateError             a resource put into, or asked for, a state that cannot be
    ├── ScriptError            a script for something that cannot happen
    ├── UnknownOperation       a rule or a look-up for an operation that does not exist
    ├── NeverCame              a moment of `at` that never came, a script for a name that never came
    │   └── RuleNeverMatched   a fault that was armed and never used
    ├── NotAsExpected          a journal in which not all is as `journal.check` was told
    ├── UnknownName            a client sent a parameter or a field that no row knows, under unknown="error"
    ├── BadConduct             a client broke a rule of good conduct, under conduct="fail"
    └── MissingExtra           an optional package is needed and not installed

    NotFaked                   a warning: a client asked for what the service does and fakestt does not
    ConductWarning             a warning: a client broke a rule of good conduct, under conduct="warn"

Each message has three parts: what was given, what is possible, what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "BadConduct",
    "ClockError",
    "ConductWarning",
    "ConfigurationError",
    "FakesttError",
    "MissingExtra",
    "NeverCame",
    "NotAsExpected",
    "NotFaked",
    "RuleNeverMatched",
    "ScriptError",
    "StateError",
    "UnknownName",
    "UnknownOperation",
    "nearest",
    "without_user",
]


class FakesttError(Exception):
    """The root of all errors that fakestt raises for a test author."""


class ConfigurationError(FakesttError, ValueError):
    """A setting, name or duration that means nothing."""


class ClockError(FakesttError, ValueError):
    """Time was asked to do what it can't."""


class StateError(FakesttError, KeyError):
    """A resource that is not there, or a state that it can't have. It is a KeyError: `model.audio["x"]` raises it."""

    def __str__(self) -> str:
        return Exception.__str__(self)  # a KeyError's text is the repr of its argument


class ScriptError(FakesttError, ValueError):
    """A script for something that can't happen."""


class UnknownOperation(FakesttError, LookupError):
    """An operation id that the edition does not have."""


class NeverCame(FakesttError, AssertionError):
    """Something that the test prepared never came, so the test does not show what it says."""


class RuleNeverMatched(NeverCame):
    """A fault was armed and no request ever met it, so the test does not show what it says."""


class NotAsExpected(FakesttError, AssertionError):
    """What came is not what a check of the journal expected. The message shows what differs, field by field."""


class UnknownName(FakesttError, AssertionError):
    """A client has sent a parameter or a field that the operation does not have."""


class BadConduct(FakesttError, AssertionError):
    """A client broke a rule of good conduct: it polls too fast, or leaves models behind, for example."""


class MissingExtra(FakesttError, ImportError):
    """An optional package is missing. The message names the extra that brings it."""


class NotFaked(UserWarning):
    """A client asked for an operation that the service has and fakestt does not. The service answers otherwise."""


class ConductWarning(UserWarning):
    """A client broke a rule of good conduct. The message is one finding: the rule, where, and what to do."""


_MOST_NAMED = 10


def nearest(word: object, possible: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the possible words close to `word`, or "" if none is. Case does not matter.

    Words that contain `word` count, those that begin with it first. If there are none, or too many, the closest count.
    """
    from difflib import get_close_matches

    plain = str(word).lower()
    by_plain = {one.lower(): one for one in possible}
    within = [one for one in by_plain if len(plain) > 1 and plain in one]
    found = sorted(within, key=lambda one: not one.startswith(plain))
    if not found or len(found) > _MOST_NAMED:
        found = get_close_matches(plain, by_plain, n=1)
    if not found:
        return ""
    *most, last = (repr(by_plain[one]) for one in found)
    return f" Did you mean {', '.join(most)} or {last}?" if most else f" Did you mean {last}?"


def without_user(given: object) -> object:
    """What an author gave for a host, without what stands before an `@`: that may be a password."""
    return f"…@{given.rpartition('@')[2]}" if isinstance(given, str) and "@" in given else given
