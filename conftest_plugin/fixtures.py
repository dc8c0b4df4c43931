"""The fixtures, and what the hooks ask about the fakes that the fixtures made."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pytest

from conftest_plugin import by_hand, settings, trials

if TYPE_CHECKING:
    from fakestt import FakeSTT, FakeSTTFactory
    from fakestt.options import FactoryOptions
    from fakestt.served import Served
    from fakestt.transports.live import Workers


__all__ = [
    "complain",
    "fake_stt",
    "fake_stt_factory",
    "fake_stt_server",
    "forget",
    "guard_vendor",
    "interrupted_by_rule",
    "is_complaint",
    "made",
    "next_test",
    "put_right",
    "remember_environment",
    "server_failures",
    "time_problem",
    "unused",
    "what_happened",
]

_CREDENTIALS_FILE = "IBM_CREDENTIALS_FILE"
# Unless the variable names a real file, the vendor's SDK looks elsewhere. Any empty file will do.
_EMPTY_FILE = str(Path(__file__).with_name("py.typed"))

# The first fake imports the first of these, and the first fake whose time is the client's the second.
_HOSTS = "fakestt.intercept.hosts"
_CLIENT_TIME = "fakestt.intercept.client_time"

_FAKES = pytest.StashKey["_Fakes"]()
_COMPLAINT = pytest.StashKey[BaseException]()
_DEVELOPERS_FILE = pytest.StashKey["str | None"]()
_GUARDED = pytest.StashKey[bool]()
_WORKERS = pytest.StashKey["Workers"]()


class _Factory:
    """The fakestt.FakeSTTFactory of a test.

    The vendor's hosts lead to the test's `fake_stt`; in a test without it, to the first fake that is made here. Marker
    and ini options are the defaults of each fake. Each has a seed of its own, so that no two are the same instance. All
    share one time.
    """

    def __init__(self, fakes: _Fakes, stack: ExitStack, *, vendor: bool) -> None:
        self._fakes = fakes
        self._stack = stack
        self._vendor = vendor
        self._made = 0

    def __call__(self, **keys: Unpack[FactoryOptions]) -> FakeSTT:
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
        self._settings = trials.settings_of(item, settings.of_test(item))
        self._item = item
        self.seed: int = self._settings.get("seed", 0)

    def open(self, stack: ExitStack, keys: dict[str, Any], *, vendor: bool) -> FakeSTT:
        """Make a fake, and lead its hosts to it."""
        stt, block_network = self._make(keys)
        stack.enter_context(stt.reachable(vendor=vendor, block_network=block_network))
        return stt

    def serve(self, stack: ExitStack, keys: dict[str, Any], *, alone: bool) -> FakeSTT:
        """Make a fake behind a server. The server's URL is the fake's, and in process no host leads to it.

        Args:
            alone: whether the test asks for no other fake, which would share its time.
        """
        # Nobody can see a subprocess wait. So the test moves the clock of a fake that is alone, unless it says more.
        if alone and not self.made:
            keys = {"time": self._settings.get("time") or "manual", **keys}
        stt, block_network = self._make(keys)
        stack.enter_context(stt.clock.time)  # waiting in this process is virtual if it moves the clock
        if block_network:
            from fakestt.intercept.hosts import reachable

            stack.enter_context(reachable({}, block_network=True))
        server = stt.serve(workers=_workers(self._config))
        stack.callback(server.close)  # `server_failures` tells what the fake has raised
        self.servers.append(server)
        stt._led_to(server)
        return stt

    def _make(self, keys: dict[str, Any]) -> tuple[FakeSTT, bool]:
        """Make a fake. Return it, and whether the network is blocked beside it."""
        from fakestt import ConfigurationError, FakeSTT
        from fakestt.timing.policies import is_set_by_test

        settings.check_keys(keys, (*settings.KEYS, "host", "choices"), "fake_stt_factory")
        values = {**self._settings, **keys}
        if self.made:
            for name in ("time", "start", "horizon", "patience", "equal_reads"):
                if keys.get(name) is not None:
                    raise ConfigurationError(
                        f"fake_stt_factory({name}={keys[name]!r}): the fakes of a test share one time, and the first "
                        f"has set it. Give {name}= to @pytest.mark.fakestt, or to the first that is made."
                    )
                values.pop(name, None)
            values["time"] = self.made[0].clock
        elif values.get("time") is None and not (is_set_by_test() and values.get("start") is None):
            values["time"] = "on_sleep"  # None counts as not given, and FakeSTT has another default
        block_network = values.pop("block_network", False)
        stt = FakeSTT(**values)
        trials.offer(self._item, stt)
        guard_vendor(self._config)  # for a test that asked for its fixture while it ran
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
        yield _Factory(_fakes(request), stack, vendor="fake_stt" not in request.fixturenames)


@pytest.fixture
def fake_stt_server(request: pytest.FixtureRequest) -> Iterator[FakeSTT]:
    """A new fakestt.FakeSTT for subprocesses: it stands behind a real server on loopback, at `fake_stt_server.url`."""
    fakes = _fakes(request)
    keys: dict[str, Any] = {"host": "fakestt-server.test"}
    if "fake_stt" in request.fixturenames:
        keys["seed"] = fakes.seed - 1  # two instances, with keys of their own
    with ExitStack() as stack:
        stack.enter_context(_no_developers_credentials(request.config))
        alone = not {"fake_stt", "fake_stt_factory"}.intersection(request.fixturenames)
        yield fakes.serve(stack, keys, alone=alone)
    # The server is closed, so no failure comes any more. Those that the end of the test has told are not told again.
    complain(request.node, server_failures(request.node))


def remember_environment(config: pytest.Config) -> None:
    """Note the developer's own environment, before any test can change it."""
    config.stash[_DEVELOPERS_FILE] = os.environ.get(_CREDENTIALS_FILE)


def guard_vendor(config: pytest.Config) -> None:
    """Refuse requests to the vendor that meet no fake, until the end of the run: a thread may send one late."""
    if _GUARDED in config.stash:
        return
    config.stash[_GUARDED] = True
    if not settings.allow_vendor(config):
        from fakestt.editions.hosts import VENDOR_HOSTS
        from fakestt.intercept.hosts import guarded

        remedy = (
            "Give the test the fixture fake_stt (or fake_stt_server, whose URL is for clients other than requests, "
            "urllib3, httpx and urllib.request), or let it through: fakestt_allow_vendor = true."
        )
        guard = guarded(VENDOR_HOSTS, remedy)
        guard.__enter__()
        config.add_cleanup(lambda: guard.__exit__(None, None, None))


def next_test() -> None:
    """Tell virtual time that a test begins. A fake of the whole session may have begun it already."""
    client_time = sys.modules.get(_CLIENT_TIME)
    if client_time is not None:
        client_time.next_test()


def put_right() -> None:
    """Put the real things back for good: a test's own patches may have restored ours when its fixtures closed."""
    for name in (_CLIENT_TIME, _HOSTS):
        module = sys.modules.get(name)
        if module is not None:
            module.put_right()


def complain(item: pytest.Item, problem: BaseException | None) -> None:
    """Fail with it. The report has the message alone, for no line of the traceback is the author's."""
    __tracebackhide__ = True
    if problem is not None:
        item.stash[_COMPLAINT] = problem
        raise problem


def is_complaint(item: pytest.Item, error: BaseException) -> bool:
    """Whether this test was failed with it."""
    return item.stash.get(_COMPLAINT, None) is error


def unused(item: pytest.Item) -> BaseException | None:
    """The complaint about what this test prepared in vain, or None. It never came, or nothing ever matched it."""
    own = made(item)
    return by_hand.first_complaint(item, own) or by_hand.unused(item, own)


def made(item: pytest.Item) -> list[FakeSTT]:
    """The fakes that our fixtures made for this test."""
    return item.stash[_FAKES].made if _FAKES in item.stash else []


def time_problem(item: pytest.Item) -> BaseException | None:
    """The first error that nobody has seen yet: raised by a callback, or by a thread whose wait was ended. Or None.

    Each error is told once.
    """
    if _FAKES not in item.stash:
        return None
    problems = (stt.clock.time.problem() for stt in item.stash[_FAKES].made)
    return next((problem for problem in problems if problem is not None), None)


def interrupted_by_rule(interrupt: KeyboardInterrupt) -> BaseException | None:
    """The failure of a test that an `interrupt()` of its own ended. None if somebody has pressed Ctrl-C."""
    wire = sys.modules.get("fakestt.wire")
    if wire is None or not isinstance(interrupt, wire.Interrupted):
        return None
    return pytest.fail.Exception(
        "interrupt() of a fault raised KeyboardInterrupt in the client, and the test did not catch it: "
        "with pytest.raises(KeyboardInterrupt): ..."
    )


def server_failures(item: pytest.Item) -> BaseException | None:
    """The complaint about errors that fakes behind this test's servers raised, or None. Each error is told once."""
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
    return pytest.fail.Exception("\n".join([head, *told]))


def what_happened(item: pytest.Item, title: str) -> list[tuple[str, str]]:
    """A section of the report for each fake of this test, and for each by hand that it can reach, or could."""
    told = dict.fromkeys([*made(item), *by_hand.made()])
    return [(title if len(told) == 1 else f"{title} at {stt.host}", _report(stt)) for stt in told]


def forget(item: pytest.Item) -> None:
    """Drop the fakes of a test that was reported. Its item stays: pytest keeps all items until the end of the run."""
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
    """The threads behind all servers. The first server of the run starts them, and the end of the run stops them."""
    if _WORKERS not in config.stash:
        from fakestt.transports.live import Workers

        workers = config.stash[_WORKERS] = Workers()
        config.add_cleanup(workers.close)
    return config.stash[_WORKERS]


@contextmanager
def _no_developers_credentials(config: pytest.Config) -> Iterator[None]:
    """Keep the SDK from the `ibm-credentials.env` in a developer's home, whose real key beats what a test sets.

    A test that names a file of its own keeps it.
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
