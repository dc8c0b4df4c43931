"""What the code under test reads for the time, by whatever name it was bound, and what freezes change in it."""

# ruff: noqa: DTZ012, DTZ002, DTZ003, DTZ005, DTZ011 (clients do all of it)

from __future__ import annotations

import datetime
import sys
import threading
import time
import types
import warnings
from datetime import date as early_date
from datetime import datetime as early_datetime
from time import localtime as early_localtime
from time import monotonic as early_monotonic
from time import perf_counter as early_perf_counter
from time import sleep as early_sleep
from time import time as early_time

import pytest
from waiting_rig import START_S, BareWorld, bare, elapsed

from fakestt.intercept.client_time import virtual_time
from fakestt.intercept.waiting.real import REAL

UTC = datetime.UTC
LATER_S = START_S + 90.5


def utcnow():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return datetime.datetime.utcnow()


WALL = (
    # what                            reads                                            as seconds since the epoch
    ("time.time", lambda: time.time(), float),
    ("time bound early", lambda: early_time(), float),
    ("time_ns", lambda: time.time_ns(), lambda ns: ns / 1e9),
    ("clock_gettime", lambda: time.clock_gettime(time.CLOCK_REALTIME), float),
    ("clock_gettime_ns", lambda: time.clock_gettime_ns(time.CLOCK_REALTIME), lambda ns: ns / 1e9),
    ("datetime.now", lambda: datetime.datetime.now(), lambda it: it.timestamp()),
    ("datetime.now(tz)", lambda: datetime.datetime.now(UTC), lambda it: it.timestamp()),
    ("datetime.now bound early", lambda: early_datetime.now(UTC), lambda it: it.timestamp()),
    ("datetime.today", lambda: datetime.datetime.today(), lambda it: it.timestamp()),
    ("datetime.utcnow", utcnow, lambda it: it.replace(tzinfo=UTC).timestamp()),
)

TICKS = (
    ("monotonic", lambda: time.monotonic()),
    ("monotonic bound early", lambda: early_monotonic()),
    ("monotonic_ns", lambda: time.monotonic_ns() / 1e9),
    ("perf_counter", lambda: time.perf_counter()),
    ("perf_counter bound early", lambda: early_perf_counter()),
    ("perf_counter_ns", lambda: time.perf_counter_ns() / 1e9),
    ("clock_gettime", lambda: time.clock_gettime(time.CLOCK_MONOTONIC)),
    ("clock_gettime_ns", lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1e9),
)

TEXTS = (
    ("localtime", lambda: time.localtime(), lambda: time.localtime(LATER_S)),
    ("localtime bound early", lambda: early_localtime(), lambda: time.localtime(LATER_S)),
    ("localtime(None)", lambda: time.localtime(None), lambda: time.localtime(LATER_S)),
    ("localtime(0)", lambda: time.localtime(0), lambda: time.localtime(0)),
    ("gmtime", lambda: time.gmtime(), lambda: time.gmtime(LATER_S)),
    ("gmtime(0)", lambda: time.gmtime(0), lambda: time.gmtime(0)),
    ("strftime", lambda: time.strftime("%c"), lambda: time.strftime("%c", time.localtime(LATER_S))),
    ("strftime(…, t)", lambda: time.strftime("%Y", time.gmtime(0)), lambda: "1970"),
    ("ctime", lambda: time.ctime(), lambda: REAL["ctime"](LATER_S)),
    ("ctime(0)", lambda: time.ctime(0), lambda: REAL["ctime"](0)),
    ("asctime", lambda: time.asctime(), lambda: REAL["ctime"](LATER_S)),
    ("date.today", lambda: datetime.date.today(), lambda: datetime.date.fromtimestamp(LATER_S)),
    ("date.today bound early", lambda: early_date.today(), lambda: datetime.date.fromtimestamp(LATER_S)),
)


@pytest.mark.parametrize(("read", "as_s"), [row[1:] for row in WALL], ids=[row[0] for row in WALL])
def test_the_wall_clock_is_the_fakes(read, as_s):
    with bare():
        assert as_s(read()) == START_S
        early_sleep(90.5)
        assert as_s(read()) == LATER_S
    assert abs(as_s(read()) - time.time()) < 60


@pytest.mark.parametrize("read", [row[1] for row in TICKS], ids=[row[0] for row in TICKS])
def test_a_clock_that_ticks_goes_on_from_where_it_was(read):
    before = read()
    with bare():
        began = read()
        assert before <= began
        time.sleep(90.5)
        assert read() - began == pytest.approx(90.5, abs=1e-6)


@pytest.mark.parametrize(("read", "told"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_time_without_an_argument_is_the_fakes_and_one_with_it_is_that(read, told):
    with bare():
        time.sleep(90.5)
        assert read() == told()


@pytest.mark.parametrize("seconds", [-1, "1", None], ids=repr)
def test_sleep_objects_to_what_the_real_one_objects_to(seconds):
    with pytest.raises((TypeError, ValueError)) as real:
        REAL["sleep"](seconds)
    with bare(), pytest.raises((TypeError, ValueError)) as ours:
        time.sleep(seconds)
    assert str(ours.value) == str(real.value)


def test_what_counts_as_a_whole_number_is_slept_virtually():
    class Int64:
        """One of numpy's."""

        def __index__(self):
            return 90

    with bare() as (world, _):
        time.sleep(Int64())
        assert elapsed(world) == 90


def test_sleeping_for_nothing_lets_others_have_their_turn():
    with bare() as (world, _):
        told = []
        thread = threading.Thread(target=told.append, args=(1,))
        thread.start()
        time.sleep(0)
        assert told == [1]
        assert elapsed(world) == 0
        thread.join()


def test_utcnow_warns_where_the_real_one_does():
    def warned():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            datetime.datetime.utcnow()
        return [(one.category, one.filename) for one in caught]

    with bare():
        inside = warned()
    assert inside == warned()


def test_the_clock_never_goes_back_for_the_client_when_a_fake_does():
    class Restored(BareWorld):
        def restore(self):
            self._now_us -= 30_000_000

    world = Restored()
    with bare(world):
        time.sleep(60)
        at_s = time.monotonic()
        world.restore()
        assert time.time() == START_S + 30
        assert time.monotonic() == at_s
        time.sleep(10)
        assert time.monotonic() == at_s + 10
        assert time.time() == START_S + 40


def test_moving_the_clock_by_hand_is_seen_everywhere():
    with bare() as (world, virtual):
        at_s = time.monotonic()
        virtual.advance(45)
        assert time.time() == START_S + 45
        assert time.monotonic() == at_s + 45
        world.advance_to(START_S + 100)
        assert time.monotonic() == at_s + 100


# The classes


def test_the_classes_are_the_real_ones_inside_too():
    with bare():
        assert datetime.datetime is early_datetime
        assert datetime.date is early_date


def test_a_class_derived_inside_has_the_fakes_now_and_the_real_one_afterwards():
    with bare():

        class Stamp(datetime.datetime):
            pass

        assert type(Stamp.now()) is Stamp
        assert Stamp.now(UTC).timestamp() == START_S
        assert isinstance(Stamp.now(), Stamp)
        assert not isinstance(datetime.datetime.now(), Stamp)
    assert abs(Stamp.now().timestamp() - time.time()) < 60


def test_a_function_kept_in_a_class_body_does_not_become_a_method():
    with bare():

        class Client:
            clock = time.time

        assert Client().clock() == START_S
    assert abs(Client().clock() - time.time()) < 60


def test_a_module_imported_inside_has_the_real_functions_afterwards(monkeypatch):
    module = types.ModuleType("waiting_imported_inside")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with bare():
        exec("from time import sleep, time\nfrom datetime import datetime", vars(module))
        assert module.time() == START_S
    assert module.sleep is REAL["sleep"]
    assert module.time is time.time
    assert module.datetime is datetime.datetime
    with bare():
        assert module.time() == START_S
    assert module.time is time.time


# Time that the test has set itself

FROZEN_S = 1577836800.0  # 2020-01-01


def readings():
    return {
        "time": time.time(),
        "early time": early_time(),
        "time_ns": time.time_ns() / 1e9,
        "now": datetime.datetime.now(UTC).timestamp(),
        "early now": early_datetime.now(UTC).timestamp(),
        "today": datetime.date.today().toordinal(),
        "gmtime": tuple(time.gmtime())[:8],  # freezegun says that it does not know of summer time
    }


def expected(at_s):
    wall = dict.fromkeys(("time", "early time", "time_ns", "now", "early now"), at_s)
    return {
        **wall,
        "today": datetime.date.fromtimestamp(at_s).toordinal(),
        "gmtime": tuple(time.gmtime(at_s))[:8],
    }


@pytest.mark.slow
def test_a_freeze_that_begins_inside_is_what_is_read_while_it_lasts():
    freezegun = pytest.importorskip("freezegun")
    with bare() as (world, _):
        assert readings() == expected(START_S)
        with freezegun.freeze_time("2020-01-01") as frozen:
            assert readings() == expected(FROZEN_S)
            frozen.tick(60)
            assert readings() == expected(FROZEN_S + 60)
            with freezegun.freeze_time("2020-01-01"):
                assert readings() == expected(FROZEN_S)
            frozen.move_to("2020-01-01")
            assert readings() == expected(FROZEN_S)
            at_s = time.monotonic()
            time.sleep(90)
            assert time.monotonic() == at_s
        assert readings() == expected(START_S + 90)
        time.sleep(1)
        assert readings() == expected(START_S + 91)
        assert elapsed(world) == 91
    assert time.time is time.time
    assert time.monotonic is REAL["monotonic"]


@pytest.mark.slow
def test_freezegun_may_be_imported_inside(monkeypatch):
    pytest.importorskip("freezegun")
    for module in [name for name in sys.modules if name.partition(".")[0] == "freezegun"]:
        monkeypatch.delitem(sys.modules, module)
    finders = list(sys.meta_path)
    with bare():
        import freezegun

        with freezegun.freeze_time("2020-01-01"):
            assert readings() == expected(FROZEN_S)
        assert readings() == expected(START_S)
    assert freezegun.api.real_time is time.time
    assert freezegun.api.real_datetime is datetime.datetime
    assert sys.meta_path == finders
    assert time.time is time.time


def test_a_freeze_that_began_before_is_what_is_read():
    freezegun = pytest.importorskip("freezegun")
    with freezegun.freeze_time("2020-01-01"):
        fakes = (time.time, datetime.datetime)
        with bare() as (world, _):
            assert readings() == expected(FROZEN_S)
            time.sleep(90)
            assert readings() == expected(FROZEN_S)
            assert elapsed(world) == 90
        assert (time.time, datetime.datetime) == fakes
        assert readings() == expected(FROZEN_S)
    assert time.time is time.time
    assert datetime.datetime is datetime.datetime


@pytest.mark.slow
def test_a_name_that_was_bound_early_is_frozen_in_a_later_test_as_well(monkeypatch):
    freezegun = pytest.importorskip("freezegun")
    module = types.ModuleType("clients_clock")
    module.monotonic = time.monotonic
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with bare(), freezegun.freeze_time("2020-01-01"):
        assert module.monotonic() == module.monotonic()
    with freezegun.freeze_time("2020-01-01"):
        assert module.monotonic() == module.monotonic()
    assert module.monotonic is REAL["monotonic"]


@pytest.mark.parametrize("first", ["freeze", "virtual time"])
def test_time_outs_pass_while_the_test_is_frozen(first):
    freezegun = pytest.importorskip("freezegun")
    import asyncio
    import queue

    freeze, virtual = freezegun.freeze_time("2020-01-01"), virtual_time(world := BareWorld())
    outer, inner = (freeze, virtual) if first == "freeze" else (virtual, freeze)
    with outer, inner:
        with pytest.raises(queue.Empty):
            queue.Queue().get(timeout=30)
        assert not threading.Semaphore(0).acquire(timeout=30)
        asyncio.run(asyncio.sleep(30))
        assert elapsed(world) == 90


def test_a_freeze_that_leaves_asyncio_its_time_leaves_it_the_virtual_one():
    freezegun = pytest.importorskip("freezegun")
    import asyncio

    time_before = asyncio.SelectorEventLoop.time
    with bare(horizon_s=600) as (world, _), freezegun.freeze_time("2020-01-01", real_asyncio=True):
        asyncio.run(asyncio.sleep(60))
        assert elapsed(world) == 60
    assert asyncio.SelectorEventLoop.time is time_before


def test_a_traveller_sees_where_they_have_travelled_to():
    time_machine = pytest.importorskip("time_machine")
    with bare() as (world, _):
        with time_machine.travel(FROZEN_S, tick=False) as traveller:
            assert readings() == expected(FROZEN_S)
            traveller.shift(60)
            assert readings() == expected(FROZEN_S + 60)
            time.sleep(90)
            assert readings() == expected(FROZEN_S + 60)
        assert readings() == expected(START_S + 90)
        assert elapsed(world) == 90


def test_a_module_in_the_place_of_one_that_has_gone_is_looked_at():
    # A new object is often made where the last one was, so that it has the same id.
    for _ in range(50):
        module = types.ModuleType("passing_by")
        exec("from time import time as now", vars(module))
        sys.modules["passing_by"] = module
        with bare():
            time.sleep(86_400)
            seen_s = module.now()
        del sys.modules["passing_by"], module
        assert seen_s == START_S + 86_400


class Keeps:
    """As caches do: its clock is what was the default then."""

    __slots__ = ("__clock", "__weakref__")

    def __init__(self, clock=time.monotonic):
        self.__clock = clock

    def read(self):
        return self.__clock()


@pytest.mark.slow
def test_what_an_object_or_a_closure_keeps_is_virtual_whenever_it_was_made():
    def closure(clock):
        return lambda: clock()

    def by_keyword(*, clock=time.monotonic):
        return clock()

    for _ in range(2):
        with bare():
            time.sleep(1)
        kept = Keeps(), types.SimpleNamespace(read=closure(time.monotonic)), Keeps(time.perf_counter)
        kept += (types.SimpleNamespace(read=by_keyword),)
        with bare():
            before = [one.read() for one in kept]
            time.sleep(3600)
            assert [one.read() - began for one, began in zip(kept, before, strict=True)] == [3600] * 4
    assert kept[0].read() - REAL["monotonic"]() < 1


def test_nothing_is_kept_alive_for_it():
    import weakref

    kept = Keeps()
    gone = weakref.ref(kept)
    with bare():
        pass
    del kept
    assert gone() is None
