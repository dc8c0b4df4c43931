"""The words that a user may give, each read into what it means, or refused with the nearest right one."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from fnmatch import fnmatchcase

from fakestt import guide
from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.operations.absent import ABSENT
from fakestt.core.families import FAMILIES
from fakestt.core.lifecycle import Phase
from fakestt.durations import seconds
from fakestt.editions import EDITIONS, Edition
from fakestt.errors import FakesttError, nearest
from fakestt.media.probe import ARCHIVES, PROBES
from fakestt.timing.policies import POLICIES

__all__ = [
    "PHASES", "SERVED", "a_budget", "a_count", "a_media_type", "a_percentage", "a_policy", "a_port", "a_topic",
    "an_edition", "an_operation", "operations", "phases",
]  # fmt: skip

# Policies that a server in a terminal can't have, with the reason.
OF_TESTS = {
    "on_sleep": "nobody sees the clients of a server waiting",
    "next_event": "nobody sees the clients of a server waiting",
    "manual": "nobody can move the clock of a server from a terminal",
}
SERVED = tuple(policy for policy in POLICIES if policy not in OF_TESTS)
TABLES = [family for family in FAMILIES if family.lifecycle.commands]
PHASES = tuple(
    dict.fromkeys(
        word for family in TABLES for one in family.phases for word in (one.code, one.name.lower(), one.shown)
    )
)


def a_budget(word: str) -> str:
    try:
        positive = seconds(word, "the budget") > 0
    except FakesttError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not positive:
        raise argparse.ArgumentTypeError(f"{word!r} is no time to explore in: give such as 10s or 5m")
    return word


def a_count(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word!r} is no number: give 0 or more")
    return int(word)


def a_percentage(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{word!r} is no percentage: give 0 to 100")
    return value


def a_port(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is no port: give 0 (one that is free) to 65535") from None


def a_policy(policy: str) -> str:
    if policy in OF_TESTS:
        raise argparse.ArgumentTypeError(
            f"{policy!r} is for tests in the same process: {OF_TESTS[policy]}. Take real, real:x600 or per_request:60s."
        )
    name, _, number = policy.partition(":")
    # The fake itself complains of a wrong number.
    if policy not in SERVED and not (number and name in ("real", "per_request")):
        raise argparse.ArgumentTypeError(_unknown("policy", policy, SERVED))
    return policy


def a_topic(word: str) -> str:
    if word not in guide.TOPICS:
        raise argparse.ArgumentTypeError(_unknown("topic", word, guide.TOPICS))
    return word


def an_edition(word: str) -> Edition:
    if word not in EDITIONS:
        raise argparse.ArgumentTypeError(_unknown("edition", word, EDITIONS))
    return EDITIONS[word]


def an_operation(word: str) -> Operation:
    if word not in OPERATIONS:
        if word in ABSENT:
            raise argparse.ArgumentTypeError(f"{ABSENT[word].said}. All: {', '.join(OPERATIONS)}")
        raise argparse.ArgumentTypeError(_unknown("operation", word, OPERATIONS))
    return OPERATIONS[word]


def operations(word: str) -> list[Operation]:
    """The operation of this id, or those that a glob chooses."""
    found = [one for name, one in OPERATIONS.items() if fnmatchcase(name, word)]
    if not found and word in EDITIONS:
        raise argparse.ArgumentTypeError(f"no operation {word!r}. Did you mean --edition {word}?")
    return found or [an_operation(word)]


def phases(word: str) -> list[Phase]:
    """All phases that this word may mean: `pending` is the status of three."""
    plain = word.lower().replace("-", "_").replace(" ", "_")
    phases = [one for family in TABLES for one in family.phases]
    found = [one for one in phases if word.upper() == one.code or plain in (one.name.lower(), one.shown)]
    if not found:
        raise argparse.ArgumentTypeError(_unknown("phase", word, PHASES))
    return found


def a_media_type(word: str) -> str:
    possible = (*PROBES, *ARCHIVES)
    if word.partition(";")[0].strip().lower() not in possible:
        raise argparse.ArgumentTypeError(_unknown("content type", word, possible))
    return word


def _unknown(what: str, word: str, possible: Iterable[str]) -> str:
    return f"no {what} {word!r}.{nearest(word, possible)} All: {', '.join(possible)}"
