"""Faults: effects, and rules that say which requests they hit."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from fakestt.contract.operations import OPERATIONS
from fakestt.errors import UnknownOperation, nearest
from fakestt.faults import effects as made
from fakestt.faults.effects import Effect
from fakestt.faults.rules import Target
from fakestt.faults.spelled import effect_of
from fakestt.strategies.clock import durations
from fakestt.strategies.lines import Line
from fakestt.strategies.needed import st

__all__ = ["effects", "faults"]

_STATUSES = (503, 429, 500, 502, 504)


def effects() -> st.SearchStrategy[Effect]:
    """All that can go wrong with a request on its way. `str()` of one is how an author writes it: `fail(503)`.

    Left out are `stale`, for the service then says what is not so, `interrupt`, which ends the test's own process, and
    `ok`.
    """
    statuses, few = st.sampled_from(_STATUSES), st.integers(1, 100)
    return st.one_of(
        st.builds(made.fail, statuses, retry_after=st.none() | st.integers(1, 120), commits=st.booleans()),
        st.builds(made.lose_reply),
        st.builds(made.lose_request),
        st.builds(made.reset, commits=st.booleans()),
        st.builds(made.slow, durations("1s", "10m")),
        st.builds(made.html, statuses, commits=st.booleans()),
        st.builds(made.garble),
        st.builds(made.truncate, few, reset=st.booleans()),
        st.builds(made.truncate_head, few),
        st.builds(made.drip, durations("1s", "1m"), pieces=st.integers(2, 10)),
    )


def faults(
    operations: str | Iterable[str] = "*",
    *,
    effects: Iterable[str | Effect] | st.SearchStrategy[Effect] = ("fail(503)", "fail(429)", "reset()", "lose_reply()"),
) -> st.SearchStrategy[Line]:
    """Lines that arm a rule: `stt.faults.on('addAudio', nth=2, optional=True).fail(503)`.

    Called with a fake, one returns the `Rule`. It is optional: no request need meet it.

    Args:
        operations: ids or globs of the operations that it may hit, of which it has one.
        effects: what may happen, as text or made; or a strategy, such as `effects()`.

    Raises:
        UnknownOperation: no operation fits.
        ConfigurationError: an effect is none.
    """
    globs = [operations] if isinstance(operations, str) else list(operations)
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in OPERATIONS):
            raise UnknownOperation(f"operations={glob!r}: no operation has this id.{nearest(glob, OPERATIONS)}")
    drawn = effects if isinstance(effects, st.SearchStrategy) else st.sampled_from([*map(effect_of, effects)])
    which: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.fixed_dictionaries({"nth": st.integers(1, 3)}),
        st.fixed_dictionaries({"times": st.integers(1, 5)}),
        st.fixed_dictionaries({"nth": st.integers(1, 3), "every": st.integers(2, 3), "times": st.integers(1, 5)}),
    )
    return st.builds(_rule, st.sampled_from(globs), which, drawn)


def _rule(operation: str, which: dict[str, Any], effect: Effect) -> Line:
    def arm(target: Target) -> object:
        return target.do(effect)

    return Line("faults.on", operation, **which, optional=True).then(f".{effect}", arm)
