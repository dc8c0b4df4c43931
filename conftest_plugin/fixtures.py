"""The fixtures, and what the hooks ask about the fakes that they made."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pytest

from conftest_plugin import settings

if TYPE_CHECKING:
    from datetime import datetime

    from fakestt import Edition, FakeSTT
    from fakestt.durations import Duration
    from fakestt.fake import Served
    from fakestt.transports.live import Workers

    class FakeKeys(TypedDict, total=False):
        """The keywords of FakeSTT, and block_network."""

        edition: str | Edition
        time: str | None
        start: str | float | datetime | None
        horizon: Duration
        seed: int
        auth: str | None
        host: str
        block_network: bool


__all__ = [
    "FakeSTTFactory",
    "fake_stt",
    "fake_stt_factory",
    "fake_stt_server",
    "forget",
    "next_test",
    "put_right",
    "remember_environment",
    "server_failures",
    "time_problem",
    "unused",
    "what_happened",
]

_CREDENTIALS_FILE = "IBM_CREDENTIALS_FILE"
# The vendor's SDK looks elsewhere unless the variable names a real file, and any empty one will do.
_EMPTY_FILE = str(Path(__file__).with_name("py.typed"))

# Imported by the first fake whose time is the client's, not by us.
_CLIENT_TIME = "fakestt.intercept.client_time"

_FAKES = pytest.StashKey["_Fakes"]()
_DEVELOPERS_FILE = pytest.StashKey["str | None"]()
_GUARDED = pytest.StashKey[bool]()
_WORKERS = pytest.StashKey["Workers"]()


class FakeSTTFactory:
    """Makes fakes for one test, each reachable at once under a host of its own.

    The vendor's hosts lead to the test's `fake_stt`, else to the first that is made here. Marker and ini options are
    the defaults of each; the n-th has a seed of its own, so that no two are the same instance. All share one time.
    """

    def __init__(self, fakes: _Fakes, stack: ExitStack, *, vendor: bool) -> None:
        self._fakes = fakes
        self._stack = stack
        self._vendor = vendor
        self._made = 0

    def __call__(self, **keys: Unpack[FakeKeys]) -> FakeSTT:
        """Make one more: `fake_stt_factory(edition="cloud2025")`.

        Args:
            keys: those of FakeSTT, and block_network. The first fake of a test says what time it is: `time`, `start`
                and `horizon` are for it alone.

        Raises:
            fakestt.ConfigurationError: they mean nothing.
        """
        self._made += 1
        number = self._made + 1
        own: dict[str, Any] = {"host": f"fakestt-{number}.test", "seed": self._fakes.seed + self._made, **keys}
        return self._fakes.open(self._stack, own, vendor=self._vendor and self._made == 1)

    def __repr__(self) -> str:
        return f"<fake_stt_factory, {self._made} made>"


class _Fakes:
    """The fakes of one test, in the order in which they were made."""

    def __init__(self, item: pytest.Item) -> None:
        self.made: list[FakeSTT] = []
        self.servers: list[Served] = []
        self._config = item.config
        self._settings = settings.of_test(item)
        self.seed: int = self._settings.get("seed", 0)

    def open(self, stack: ExitStack, keys: dict[str, Any], *, vendor: bool) -> FakeSTT:
        """Make a fake, and lead its hosts to it."""
        stt, block_network = self._make(keys)
        stack.enter_context(stt.reachable(vendor=vendor, block_network=block_network))
        return stt

    def serve(self, stack: ExitStack, keys: dict[str, Any], *, alone: bool) -> FakeSTT:
        """Make a fake behind a server, whose URL becomes its own. In process no host leads to it.

        Args:
            alone: no other fake is to share its time.
        """
        # A subprocess can't be seen waiting, so where it is alone its clock is moved by hand unless the test says more.
        if alone and not self.made:
            keys = {"time": self._settings.get("time") or "manual", **keys}
        stt, block_network = self._make(keys)
        stack.enter_context(stt.clock.time)  # the waiting in this process is virtual where it moves the clock
        if block_network:
            from fakestt.intercept.hosts import reachable

            stack.enter_context(reachable({}, block_network=True))
        server = stt.serve(workers=_workers(self._config))
        stack.callback(server.close)  # what its fake has raised, server_failures tells
        self.servers.append(server)
        stt.url = server.url
        return stt

    def _make(self, keys: dict[str, Any]) -> tuple[FakeSTT, bool]:
        """A fake, and whether the network is blocked beside it."""
        from fakestt import ConfigurationError, FakeSTT
        from fakestt.timing.policies import is_set_by_test

        settings.check_keys(keys, (*settings.KEYS, "host"), "fake_stt_factory")
        values = {**self._settings, **keys}
        if self.made:
            for name in ("time", "start", "horizon"):
                if keys.get(name) is not None:
                    raise ConfigurationError(
                        f"fake_stt_factory({name}={keys[name]!r}): the fakes of a test share one time, and the first "
                        f"has set it. Give {name}= to @pytest.mark.fakestt, or to the first that is made."
                    )
                values.pop(name, None)
            values["time"] = self.made[0].clock
        elif values.get("time") is None and not (is_set_by_test() and values.get("start") is None):
            values["time"] = "on_sleep"  # None, as not given: FakeSTT's default is another
        block_network = values.pop("block_network", False)
        stt = FakeSTT(**values)
        _guard_vendor(self._config)
        self.made.append(stt)
        return stt, block_network


@pytest.fixture
def fake_stt(request: pytest.FixtureRequest) -> Iterator[FakeSTT]:
    """A new fakestt.FakeSTT for this test: the service's hosts and `fake_stt.url` lead to it, in process."""
    with ExitStack() as stack:
        stack.enter_context(_no_developers_credentials(request.config))
        yield _fakes(request).open(stack, {}, vendor=True)


@pytest.fixture
def fake_stt_factory(request: pytest.FixtureRequest) -> Iterator[FakeSTTFactory]:
    """Makes more fakes, each under a host of its own: `other = fake_stt_factory(edition="cloud2025")`."""
    with ExitStack() as stack:
        stack.enter_context(_no_developers_credentials(request.config))
        yield FakeSTTFactory(_fakes(request), stack, vendor="fake_stt" not in request.fixturenames)


@pytest.fixture
def fake_stt_server(request: pytest.FixtureRequest) -> Iterator[FakeSTT]:
    """A new fakestt.FakeSTT behind a real server on loopback, whose URL is `fake_stt_server.url`: for subprocesses."""
    fakes = _fakes(request)
    keys: dict[str, Any] = {"host": "fakestt-server.test"}
    if "fake_stt" in request.fixturenames:
        keys["seed"] = fakes.seed - 1  # two instances, with keys of their own
    with ExitStack() as stack:
        stack.enter_context(_no_developers_credentials(request.config))
        alone = not {"fake_stt", "fake_stt_factory"}.intersection(request.fixturenames)
        yield fakes.serve(stack, keys, alone=alone)
    # The server is closed: nothing comes any more. What the end of the test has told already is not told again.
    problem = server_failures(request.node)
    if problem is not None:
        raise problem


def remember_environment(config: pytest.Config) -> None:
    """Note what the developer's own shell says, before any test has changed it."""
    config.stash[_DEVELOPERS_FILE] = os.environ.get(_CREDENTIALS_FILE)


def next_test() -> None:
    """A test begins. There may be a fake already that is the session's own, and its time virtual."""
    client_time = sys.modules.get(_CLIENT_TIME)
    if client_time is not None:
        client_time.next_test()


def put_right() -> None:
    """A test is over, all of its fixtures are closed: nothing of ours stays where its own patches have put it back."""
    client_time = sys.modules.get(_CLIENT_TIME)
    if client_time is not None:
        client_time.put_right()


def unused(item: pytest.Item) -> BaseException | None:
    """The complaint about what this test has prepared and never came, or could not be matched, or None."""
    if _FAKES not in item.stash:
        return None
    from fakestt import FakesttError

    for stt in item.stash[_FAKES].made:
        try:
            stt.check_used()
        except FakesttError as problem:
            return problem.with_traceback(None)
    return None


def time_problem(item: pytest.Item) -> BaseException | None:
    """What a callback of this test has raised, or has ended some thread's wait, unseen; or None. Each is told once."""
    if _FAKES not in item.stash:
        return None
    problems = (stt.clock.time.problem() for stt in item.stash[_FAKES].made)
    return next((problem for problem in problems if problem is not None), None)


def server_failures(item: pytest.Item) -> BaseException | None:
    """The complaint about servers of this test whose fake raised what it must not, or None. Each is told once."""
    if _FAKES not in item.stash:
        return None
    errors = []
    for server in item.stash[_FAKES].servers:
        while server.failures:
            errors.append(server.failures.pop(0))
    if not errors:
        return None
    from fakestt import FakesttError

    ours = not all(isinstance(error, FakesttError) for error in errors)
    whose = "This is a mistake in fakestt." if ours else "The test's own words to the fake are why."
    head = f"fake_stt_server: the fake raised, and its client got a 500. {whose}"
    told = ["".join(traceback.format_exception(type(error), error, error.__traceback__)) for error in errors]
    return pytest.fail.Exception("\n".join([head, *told]), pytrace=False)


def what_happened(item: pytest.Item, title: str) -> list[tuple[str, str]]:
    """A section of the report for each fake of this test."""
    if _FAKES not in item.stash:
        return []
    made = item.stash[_FAKES].made
    return [(title if len(made) == 1 else f"{title} at {stt.host}", _report(stt)) for stt in made]


def forget(item: pytest.Item) -> None:
    """The test is over, and reported: pytest keeps its items until the end of the run, but not their fakes."""
    if _FAKES in item.stash:
        del item.stash[_FAKES]


def _fakes(request: pytest.FixtureRequest) -> _Fakes:
    item = request.node
    if _FAKES not in item.stash:
        item.stash[_FAKES] = _Fakes(item)
    fakes: _Fakes = item.stash[_FAKES]
    return fakes


def _report(stt: FakeSTT) -> str:
    try:
        return stt.report(test_is_over=True)
    except Exception as error:
        # An exception here would end the whole run, and hide the failure that this is to explain.
        return f"the report can't be made: {error!r}"


def _workers(config: pytest.Config) -> Workers:
    """The threads behind all servers of the run, from the first one until its end."""
    if _WORKERS not in config.stash:
        from fakestt.transports.live import Workers

        workers = config.stash[_WORKERS] = Workers()
        config.add_cleanup(workers.close)
    return config.stash[_WORKERS]


def _guard_vendor(config: pytest.Config) -> None:
    """From now until the end of the run, a request to the vendor that meets no fake is refused, late threads' too."""
    if _GUARDED in config.stash:
        return
    config.stash[_GUARDED] = True
    if not settings.allow_vendor(config):
        from fakestt.editions.hosts import VENDOR_HOSTS
        from fakestt.intercept.hosts import guarded

        remedy = "Give the test the fixture fake_stt, or let it through: fakestt_allow_vendor = true."
        guard = guarded(VENDOR_HOSTS, remedy)
        guard.__enter__()
        config.add_cleanup(lambda: guard.__exit__(None, None, None))


@contextmanager
def _no_developers_credentials(config: pytest.Config) -> Iterator[None]:
    """Keep the SDK from the `ibm-credentials.env` in a developer's home: it beats what a test sets, and has a real key.

    A file that the test itself has named meanwhile is left to it.
    """
    before = os.environ.get(_CREDENTIALS_FILE)
    if before != config.stash.get(_DEVELOPERS_FILE, None):
        yield
        return
    os.environ[_CREDENTIALS_FILE] = _EMPTY_FILE
    try:
        yield
    finally:
        if os.environ.get(_CREDENTIALS_FILE) == _EMPTY_FILE:
            if before is None:
                del os.environ[_CREDENTIALS_FILE]
            else:
                os.environ[_CREDENTIALS_FILE] = before
