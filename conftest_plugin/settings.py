"""How a test wants its fake: what the marker says, else the ini option, else FakeSTT's default."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from typing import Any, Literal, NamedTuple

import pytest

from conftest_plugin import report

__all__ = [
    "MARKER",
    "add_options",
    "allow_vendor",
    "check_keys",
    "guard_always",
    "is_ours",
    "markers_problem",
    "of_test",
    "options_problem",
]

MARKER = (
    "fakestt(edition=..., time=..., start=..., seed=..., auth=..., tls=..., unknown=..., conduct=..., "
    "conduct_ignore=..., horizon=..., patience=..., equal_reads=..., journal=..., latency=..., block_network=...): "
    "how the fakes of this test are made. "
    "edition: 'icp2018' (default), 'icp2020', 'cloud2025', 'cp4d2025'. "
    "time: 'on_sleep' (default: the client's waiting moves the clock), 'manual' (it stands still until advanced), "
    "'follow' (it is the test's own time.time(), as freezegun or time-machine has it; chosen by itself where the test "
    "is frozen when the fake is made), 'per_request:60s', 'next_event', 'real', 'real:x600'. "
    "start: the instant at which the clock starts, such as '2018-10-27T00:00:00Z'. "
    "seed: an int that makes ids, keys and tokens. "
    "auth: 'lenient' (default), 'strict' or None. "
    "tls: 'trusted' (default), or 'self-signed': in process only clients that don't verify get through. "
    "unknown: what to do with a parameter or field that no operation has: 'note' (default), 'ignore', 'error'. "
    "conduct: what to do when a client polls too fast, leaves models behind ...: 'off' (default), 'warn', 'fail'. "
    "conduct_ignore: the names of rules that do not count. "
    "horizon: how long clients may wait altogether, '7d' by default. "
    "patience: how long, in real time, one thread may run while others wait for it, '10s' by default. "
    "equal_reads: how many reads in a row may be answered alike while nothing can change, 5000 by default. "
    "journal: how many exchanges are kept, 10000 by default. "
    "latency: how late each answer is, such as '120ms', or a range such as ('50ms', '200ms'). "
    "block_network: with True, every other host but loopback is refused. "
    "On a function that uses a fixture of fakestt, or on a class or a module for those that do; for each key the "
    "closest wins. "
    "The same keys are ini options: fakestt_edition, ..."
)


class _Key(NamedTuple):
    """A key of the marker and of the ini file."""

    type: Literal["string", "bool"]
    read: Callable[[Any], Any]  # Any: takes what pytest has read, gives what FakeSTT takes
    help: str


def _text(value: Any) -> Any:
    # TOML has types of its own, and pytest lets some of them through. FakeSTT refuses those that make no sense.
    return value.strip() if isinstance(value, str) else value


def _number(value: Any) -> Any:
    text = str(value).strip()
    return int(text) if text.lstrip("-").isdecimal() else value


def _names(value: Any) -> Any:
    return [name for name in value.replace(",", " ").split() if name] if isinstance(value, str) else value


def _auth(value: Any) -> Any:
    text = _text(value)
    return None if str(text).lower() == "none" else text


def _range(value: Any) -> Any:
    return tuple(value.split(",")) if isinstance(value, str) and "," in value else _text(value)


def _as_it_is(value: Any) -> Any:
    return value


# fmt: off
KEYS: Mapping[str, _Key] = {
    "edition":       _Key("string", _text,     "edition: icp2018 (default), icp2020, cloud2025, cp4d2025"),
    "time":          _Key("string", _text,     "who moves the clock: on_sleep (default), manual, follow, ..."),
    "start":         _Key("string", _text,     "where clocks start, 2018-10-27T00:00:00Z for one; else now"),
    "seed":          _Key("string", _number,   "number that makes ids, keys and tokens; 0 by default"),
    "auth":          _Key("string", _auth,     "credentials that are taken: lenient (default), strict or none"),
    "tls":           _Key("string", _text,     "whose certificate clients trust: trusted (default) or self-signed"),
    "unknown":       _Key("string", _text,     "of a name that no operation has: note (default), ignore or error"),
    "conduct":       _Key("string", _text,     "of a client's bad conduct: off (default), warn or fail"),
    "conduct_ignore": _Key("string", _names,   "rules of conduct that do not count, with commas between them"),
    "horizon":       _Key("string", _text,     "how long clients may wait altogether, 7d by default"),
    "patience":      _Key("string", _text,     "how long one thread may run while others wait, 10s by default"),
    "equal_reads":   _Key("string", _number,   "how many equal reads in a row a client may make, 5000 by default"),
    "journal":       _Key("string", _number,   "how many exchanges a journal keeps, 10000 by default"),
    "latency":       _Key("string", _range,    "how late each answer is: 120ms, or a range: 50ms, 200ms"),
    "block_network": _Key("bool",   _as_it_is, "in a test with a fake, every other host but loopback is refused"),
}
# fmt: on
_FIXTURES = ("fake_stt", "fake_stt_server", "fake_stt_factory")
_ALLOW_VENDOR = "fakestt_allow_vendor"
_GUARD = "fakestt_guard"


def add_options(parser: pytest.Parser) -> None:
    """Register the ini options."""
    for name, key in KEYS.items():
        parser.addini(f"fakestt_{name}", key.help, type=key.type, default=None)
    help_text = (
        "in a run with a test that uses a fixture or marker of ours the service's own hosts lead to fakes or nowhere; "
        "with true, requests of tests without a fake reach them"
    )
    parser.addini(_ALLOW_VENDOR, help_text, type="bool", default=False)
    parser.addini(
        _GUARD, "with true, that holds in each run, and while tests are collected", type="bool", default=False
    )


def allow_vendor(config: pytest.Config) -> bool:
    """Whether the vendor's real hosts may be reached where no fake is open."""
    return bool(config.getini(_ALLOW_VENDOR))


def guard_always(config: pytest.Config) -> bool:
    """Whether the vendor's real hosts are guarded in a run that has no test with a fake, too."""
    return bool(config.getini(_GUARD))


def is_ours(item: pytest.Item) -> bool:
    """Whether a test uses a fixture of ours, or has our marker."""
    return _uses_fixture(item) or item.get_closest_marker("fakestt") is not None


def of_test(item: pytest.Item) -> dict[str, Any]:
    """The keys and values that markers and ini options give a test.

    Raises:
        fakestt.ConfigurationError: a marker makes no sense. It was added after the collection, which looks at all.
    """
    problem = _marker_problem(item)
    if problem is not None:
        from fakestt import ConfigurationError

        raise ConfigurationError(problem)
    return {**_options(item.config), **_marked(item)}


def options_problem(config: pytest.Config) -> str | None:
    """What is wrong with the ini options, or None."""
    where = config.inipath.name if config.inipath is not None else "the command line"
    known = [*(f"fakestt_{name}" for name in KEYS), _ALLOW_VENDOR, _GUARD, report.INI]
    for name in _written(config):
        if name.startswith("fakestt_") and name not in known:
            return f"{where}: {_unknown(name, known, 'option')}"
    try:
        if allow_vendor(config) and guard_always(config):
            return f"{where}: {_GUARD} guards the service's own hosts and {_ALLOW_VENDOR} opens them. Leave one out."
        options = _options(config)
    except ValueError as error:
        return f"{where}: {error}"
    problem = _values_problem(options) if options else None
    return problem and f"{where}: options fakestt_...: {problem}"


def markers_problem(items: Iterable[pytest.Item]) -> str | None:
    """What is wrong with the markers of these tests, a line for each mistake; None when nothing is."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        problem = _marker_problem(item)
        if problem is not None:
            tests.setdefault(problem, []).append(item)
    if not tests:
        return None
    return "\n".join(_at(first, len(others)) + problem for problem, (first, *others) in tests.items())


def check_keys(keys: Mapping[str, object], known: Iterable[str], call: str) -> None:
    """Complain about an unknown keyword.

    Raises:
        fakestt.ConfigurationError: a keyword is unknown. The message names the nearest known one.
    """
    known = list(known)
    for name in keys:
        if name not in known:
            from fakestt import ConfigurationError

            raise ConfigurationError(f"{call}: {_unknown(name, known, 'key')}")


def _written(config: pytest.Config) -> list[str]:
    """The names in the ini file. pytest keeps them in an attribute that is private and that pytest 9 renamed."""
    found = getattr(config, "_inicfg", None)
    if found is None:
        found = getattr(config, "inicfg", {})
    return list(found)


def _options(config: pytest.Config) -> dict[str, Any]:
    given = {name: config.getini(f"fakestt_{name}") for name in KEYS}
    # Older versions of pytest give an empty text or list for an option that is not there.
    return {name: KEYS[name].read(value) for name, value in given.items() if value not in (None, "", [])}


def _marked(item: pytest.Item) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for marker in item.iter_markers("fakestt"):  # the closest first
        given = {**marker.kwargs, **given}
    return given


def _marker_problem(item: pytest.Item) -> str | None:
    marked = False
    for marker in item.iter_markers():
        if marker.name in _FIXTURES:
            return (
                f"@pytest.mark.{marker.name}: {marker.name} is a fixture, and no marker. Name it among the arguments "
                f"of the test, or write @pytest.mark.usefixtures({marker.name!r}). How a fake is made is for "
                "@pytest.mark.fakestt(...) to say."
            )
        if marker.name != "fakestt":
            continue
        marked = True
        if marker.args:
            listed = ", ".join(map(repr, marker.args))
            return f"@pytest.mark.fakestt({listed}): every value needs its key. {_possible(KEYS)}"
        for name, value in marker.kwargs.items():
            if name not in KEYS:
                return f"@pytest.mark.fakestt({name}={value!r}): {_unknown(name, KEYS, 'key')}"
    if not marked:
        return None
    options, own = _options(item.config), _marked(item)
    problem = _values_problem({**options, **own})
    if problem is None:
        return _means_nothing(item)
    inherited = [f"{name}={value!r} is the ini option's" for name, value in options.items() if name not in own]
    return f"@pytest.mark.fakestt: {problem}" + (f" ({'; '.join(inherited)}.)" if inherited else "")


def _means_nothing(item: pytest.Item) -> str | None:
    """What is wrong with a marker that is written on the test itself, which has no fake; else None."""
    if _uses_fixture(item) or not any(marker.name == "fakestt" for marker in item.own_markers):
        return None
    if "request" in signature(getattr(item, "function", print)).parameters:
        return None  # it may ask for its fixture while it runs
    first, *others = _FIXTURES
    return (
        "@pytest.mark.fakestt: the test uses no fixture of fakestt, so the marker means nothing. Name "
        f"{first}, {' or '.join(others)} among the arguments of the test, or write "
        f"@pytest.mark.usefixtures({first!r}). On a class or a module the marker may stand for those tests that do."
    )


def _uses_fixture(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())  # a doctest has none
    return any(name in names for name in _FIXTURES)


def _values_problem(values: Mapping[str, Any]) -> str | None:
    """What is wrong with these values, or None. FakeSTT itself is asked: to make one costs next to nothing."""
    from fakestt import ConfigurationError, FakeSTT

    block_network = values.get("block_network", False)
    if not isinstance(block_network, bool):
        return f"block_network={block_network!r}: give True or False."
    try:
        FakeSTT(**{name: value for name, value in values.items() if name != "block_network"})
    except ConfigurationError as error:
        return str(error)
    return None


def _unknown(name: str, known: Iterable[str], what: str) -> str:
    from fakestt.errors import nearest

    return f"there is no {what} {name!r}.{nearest(name, known)} {_possible(known)}"


def _possible(known: Iterable[str]) -> str:
    return f"All: {', '.join(known)}."


def _at(item: pytest.Item, others: int) -> str:
    path, line, name = item.location
    more = f" (and {others} more)" if others else ""
    return f"{path}:{(line or 0) + 1}: {name}{more}: "
