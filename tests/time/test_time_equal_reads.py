"""A client that reads the same again and again while nothing can change is told of, and nobody else is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from asking import MODELS, START, add, ask, create

import fakestt
from fakestt import Choices, ClientNeverStopped, FakeSTT
from fakestt.faults.rules import Rule
from fakestt.intercept import client_time  # before any run of pytester's inside, which would take it back
from fakestt.timing import equal_reads
from fakestt.wire import WireBreak

MOST = 5
LIST = "/v1/models"
T = TypeVar("T")
Do = Callable[[FakeSTT], object]


class Client:
    """Stands for the client's time, and writes down what it is told."""

    def __init__(self, world: Any, **keywords: Any) -> None:
        self.world = world
        self.keywords = keywords
        self.begun = 0
        self.told: list[tuple[int, str]] = []
        self.answer: bool | None = False  # None: raise

    def reads_began_anew(self) -> None:
        self.begun += 1

    def note_equal_reads(self, count: int, text: str) -> bool:
        self.told.append((count, text))
        if self.answer is None:
            raise ClientNeverStopped(text)
        return self.answer

    @property
    def counts(self) -> list[int]:
        return [count for count, _ in self.told]

    def advance(self, seconds: float, *, counted: bool = False) -> None:
        self.world.advance_to(self.world.now_s() + seconds)

    def note_request(self) -> None: ...

    def note_served(self) -> None: ...

    def take_error(self) -> None: ...

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None: ...


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> list[Client]:
    """The client's time of each fake that a test makes."""
    made: list[Client] = []

    def virtual_time(world: Any, **keywords: Any) -> Client:
        made.append(Client(world, **keywords))
        return made[-1]

    monkeypatch.setattr(client_time, "virtual_time", virtual_time)
    return made


class Made:
    """A fake under `on_sleep`, and its client's time."""

    def __init__(self, client: list[Client], **keys: Any) -> None:
        self.stt = FakeSTT(**{"time": "on_sleep", "start": START, "equal_reads": MOST, **keys})
        self.client = client[-1]

    def read(self, times: int = 1, target: str = LIST, **more: Any) -> None:
        for _ in range(times):
            ask(self.stt, more.get("method", "GET"), target, key=more.get("key", ""))


@pytest.fixture
def made(client: list[Client]) -> Made:
    one = Made(client)
    one.stt.clock.time.__enter__()
    return one


# What counts


def test_the_request_behind_so_many_equal_reads_is_told_of_before_it_is_looked_at(made: Made) -> None:
    made.read(1 + MOST)  # the first one is equal to none
    assert made.client.told == []
    assert len(made.stt.journal) == 6
    made.client.answer = None
    with pytest.raises(ClientNeverStopped):
        made.read()
    assert (made.client.counts, len(made.stt.journal)) == ([5], 6)


def test_each_further_request_is_told_of(made: Made) -> None:
    made.read(1 + MOST + 3)
    assert made.client.counts == [5, 6, 7]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_read_is_any_request_that_changes_nothing(made: Made, method: str) -> None:
    made.read(1 + MOST + 1, method=method)
    assert made.client.counts == [5]


def test_the_reads_of_several_targets_are_one_row_and_the_first_of_each_counts_for_nothing(made: Made) -> None:
    for _ in range(3):
        for target in (LIST, MODELS, "/nowhere"):
            made.read(target=target)
    assert made.client.counts == [5]
    made.read()
    assert made.client.counts == [5, 6]  # of ten reads the first three are equal to none, and the last has just come


def test_one_who_goes_through_many_models_once_is_not_endless(made: Made) -> None:
    for number in range(3 * MOST):
        made.read(target=f"{MODELS}/{number}")
    assert made.client.told == []


@pytest.mark.parametrize(("targets", "is_found"), [(3, True), (4, False)])
def test_so_many_targets_are_remembered(
    made: Made, monkeypatch: pytest.MonkeyPatch, targets: int, is_found: bool
) -> None:
    monkeypatch.setattr(equal_reads, "MOST_TARGETS", 3)
    for number in range(targets * 4):
        made.read(target=f"/v1/models/{number % targets}")
    assert bool(made.client.told) is is_found


# fmt: off
OTHERS: list[tuple[str, Do]] = [
    ("a write",                        lambda stt: create(stt)),
    ("a write that is refused",        lambda stt: ask(stt, "DELETE", f"{MODELS}/nobody")),
    ("a write that nobody knows",      lambda stt: ask(stt, "POST", "/nowhere")),
    ("another body",                   lambda stt: _renamed(stt)),
    ("another status",                 lambda stt: ask(stt, "GET", MODELS, key="")),
    ("time that the author moves",     lambda stt: stt.clock.advance(60)),
    ("a restored state",               lambda stt: stt.restore(stt.snapshot())),
    ("another test",                   lambda stt: stt.clock.time.forget_reads()),
]
# fmt: on


def _renamed(stt: FakeSTT) -> None:
    stt.acoustic_models.add()
    ask(stt, "GET", MODELS)


@pytest.mark.parametrize("do", [do for _, do in OTHERS], ids=[name for name, _ in OTHERS])
def test_a_row_begins_anew_with(made: Made, do: Do) -> None:
    stt = made.stt
    rule = stt.faults.on("listAcousticModels").fail(503)
    made.read(target=MODELS)
    stt.faults.remove(rule)
    if do is OTHERS[3][1]:
        made.read(target=MODELS)  # answered otherwise already: the new row begins here
    made.read(MOST)
    begun = made.client.begun
    do(stt)
    assert made.client.begun == begun + 1
    made.read(MOST)
    assert made.client.told == []
    made.read(2)
    assert made.client.counts == [MOST]


def test_a_read_that_is_answered_otherwise_is_the_first_of_the_next_row(made: Made) -> None:
    made.read(3, target=MODELS)
    made.stt.acoustic_models.add()
    made.read(1 + MOST, target=MODELS)
    assert made.client.told == []
    made.read()
    assert made.client.counts == [MOST]


def test_other_bytes_are_another_answer_whoever_sends_them(made: Made) -> None:
    for number in range(4 * MOST):
        rule = made.stt.faults.on("listModels").fail(503, f"number {number}")
        made.read()
        made.stt.faults.remove(rule)
    assert made.client.told == []


def test_an_answer_that_arrives_in_another_way_is_another_answer(made: Made) -> None:
    made.read(MOST)
    begun = made.client.begun
    made.stt.faults.on("listModels", times=1).lose_reply()
    with suppress(WireBreak):
        made.read()
    assert made.client.begun == begun + 1


@pytest.mark.parametrize(("edition", "key"), [("cloud2025", "wrong"), ("icp2018", "wrong"), ("cloud2025", "")])
def test_the_id_of_a_transaction_makes_no_answer_another(client: list[Client], edition: str, key: str) -> None:
    one = Made(client, edition=edition, auth="strict")
    with one.stt.clock.time:
        one.read(1 + MOST + 1, key=key or None)
    said = [exchange.reply for exchange in one.stt.journal]
    assert {reply.status for reply in said} == {401}
    assert (len({reply.body for reply in said}) > 1) is (edition == "cloud2025")
    assert one.client.counts == [MOST]


@pytest.mark.parametrize(
    ("first", "second", "equal"),
    [
        (b'{"trace": "1", "error": "x"}', b'{"error": "x", "trace": "2"}', True),
        (b'{"trace": "1", "error": "x"}', b'{"trace": "1", "error": "y"}', False),
        (b'{"trace": "1", "error": "x"}', b'{"error": "x"}', False),
        (b'["trace", 1]', b'["trace", 2]', False),
        (b'{"trace": 1', b'{"trace": 2', False),
        (b'{"error": 1}', b'{"error": 2}', False),
    ],
)
def test_of_two_answers_only_the_id_may_differ(made: Made, first: bytes, second: bytes, equal: bool) -> None:
    made.read()
    stt, [heard] = made.stt, made.stt.journal
    begun = made.client.begun
    for body in (first, second):
        stt.clock.time.served(stt.journal, heard._replace(reply=heard.reply._replace(body=body)))
    assert made.client.begun == begun + (1 if equal else 2)  # the first differs from what was read in truth


def test_where_ids_differ_a_status_tells_answers_apart(made: Made) -> None:
    made.read()
    stt, [heard] = made.stt, made.stt.journal
    begun = made.client.begun
    for status, body in ((401, b'{"trace": 1}'), (403, b'{"trace": 2}')):
        stt.clock.time.served(stt.journal, heard._replace(reply=heard.reply._replace(status=status, body=body)))
    assert made.client.begun == begun + 2


def test_a_token_neither_counts_nor_ends_a_row(client: list[Client]) -> None:
    one = Made(client, edition="cloud2025")
    grant = f"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey={one.stt.api_key}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with one.stt.clock.time:
        for _ in range(MOST):
            assert ask(one.stt, "POST", "/identity/token", grant, form, key=None).status == 200
            one.read()
            one.read(target="/v1/preauth/validateAuth")
        assert one.client.told == []
        one.read(2)
    assert (one.client.counts, one.client.begun) == ([MOST], 1)


# What can change

# fmt: off
CHANGES: list[tuple[str, Do, bool]] = [
    # before the row                                                                              can change
    ("nothing",                          lambda stt: None,                                         False),
    ("a model that stands still",        lambda stt: stt.acoustic_models.add(),                    False),
    ("a training",                       lambda stt: stt.acoustic_models.add(status="training"),   True),
    ("a training that stalls",           lambda stt: _stalling(stt),                               False),
    ("an analysis",                      lambda stt: add(stt, create(stt)),                        True),
    ("a moment",                         lambda stt: stt.at("1d", print, optional=True),           True),
    ("a rule for all to come",           lambda stt: stt.faults.on("list*").fail(503),             False),
    ("a rule for one to come",           lambda stt: stt.faults.on("addAudio", nth=1).fail(503),   True),
    ("a rule that is used up",           lambda stt: stt.faults.on("listModels", times=2).ok(),    False),
    ("a rule from the second on",        lambda stt: stt.faults.add(Rule(effect=fakestt.ok(), nth=2)), False),
    ("a rule from the 99th on",          lambda stt: stt.faults.add(Rule(effect=fakestt.ok(), nth=99)), True),
    ("a rule with a when",               lambda stt: stt.faults.on("*", when=lambda call: False).ok(), True),
    ("effects that are offered",         lambda stt: stt.faults.offer(fakestt.fail(503)),          False),
    ("a script",                         lambda stt: stt.script.training(takes="1h"),              False),
]
# fmt: on


def _stalling(stt: FakeSTT) -> None:
    stt.script.training(stalls=True)
    stt.acoustic_models.add(name="car", status="training")


@pytest.mark.parametrize(("do", "can"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_as_long_as_something_can_change_nobody_is_endless(made: Made, do: Do, can: bool) -> None:
    do(made.stt)
    made.read(3 * MOST)
    assert bool(made.client.told) is not can


def test_what_choices_of_ones_own_decide_can_change(client: list[Client]) -> None:
    class Mine(Choices):
        pass

    one = Made(client, choices=Mine())
    one.stt.faults.offer(fakestt.fail(503))
    with one.stt.clock.time:
        one.read(3 * MOST)
    assert one.client.told == []


def test_reads_count_while_something_can_change_and_are_told_of_when_nothing_can(made: Made) -> None:
    stt = made.stt
    stt.at("1h", lambda: None)
    made.read(3 * MOST)
    assert made.client.told == []
    made.client.advance(3600)
    made.read()
    assert made.client.counts == [3 * MOST - 1]


def test_what_is_due_in_another_fake_of_the_same_time_can_change(made: Made) -> None:
    other = FakeSTT(time=made.stt.clock, seed=1)
    model = other.acoustic_models.add(status="training")
    made.read(3 * MOST)
    assert made.client.told == []
    made.client.advance(7200)
    assert model.status == "available"
    made.read()
    assert made.client.counts == [3 * MOST - 1]


def test_the_same_target_of_two_fakes_is_two_and_a_write_to_one_is_a_write(made: Made) -> None:
    other = FakeSTT(time=made.stt.clock, seed=1)
    other.acoustic_models.add()
    for _ in range(4):
        made.read(target=MODELS)
        ask(other, "GET", MODELS)
    assert made.client.counts == [5]
    create(other)
    assert made.client.counts == [5, 6]  # whatever comes behind the row is told of
    made.read(1 + MOST, target=MODELS)
    assert made.client.counts == [5, 6]


# When


@pytest.mark.parametrize("policy", ["manual", "next_event", "per_request:1s", "real", "follow"])
def test_only_a_client_whose_waits_take_as_long_as_they_say_is_told(client: list[Client], policy: str) -> None:
    stt = FakeSTT(time=policy, equal_reads=2)
    with stt.clock.time:
        for _ in range(10):
            ask(stt, "GET", LIST)
    assert [(one.told, one.begun) for one in client] == ([([], 0)] if policy == "next_event" else [])


def test_only_what_comes_while_the_time_is_the_clients_counts(client: list[Client]) -> None:
    one = Made(client)
    one.read(3 * MOST)
    with one.stt.clock.time:
        one.read(MOST)
    one.read(3 * MOST)
    with one.stt.clock.time, one.stt.clock.time:
        one.read(1 + MOST)
    assert (one.client.told, one.client.begun) == ([], 2)


def test_many_threads_lose_at_most_some_and_find_the_end(client: list[Client]) -> None:
    one = Made(client, equal_reads=100)
    with one.stt.clock.time:
        threads = [threading.Thread(target=one.read, args=(40,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert one.client.counts
    assert 100 <= min(one.client.counts) <= max(one.client.counts) < 320


# What is told


def test_the_text_says_what_was_read_that_nothing_can_change_and_what_to_do(made: Made) -> None:
    _stalling(made.stt)
    [model] = made.stt.acoustic_models
    for _ in range(3):
        made.read(target=LIST)
        made.read(target=f"{MODELS}/{model.id}")
        made.client.advance(60)
    made.read(4, target=f"/speech-to-text/api{MODELS}/{model.id}")
    [(count, text)] = made.client.told[:1]
    assert count == 5
    assert text == (
        f"The client has made 5 reads in a row (of GET /models, GET /acoustic_customizations/{model.id[:8]}, "
        f"GET /acoustic_customizations/{model.id[:8]}), and each was answered as the last one of its target. Nothing "
        "can change any more while it only reads: nothing is due, and no moment of at(...), no script and no fault is "
        "left that could change an answer. The last request was getAcousticModel, 2 times in a row, 0 s apart, "
        f"answered 200 'training'. The training of {model.id} stalls, as a script says. Let the client give up at some "
        "time. If it counts further than that, give a larger equal_reads=, of FakeSTT, marker or ini file."
    )


def test_the_text_is_made_once_a_row_and_names_what_was_read_of_late(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        made.read(target=f"/v1/models/{number}")
    monkeypatch.setattr(equal_reads, "_LATEST", 9)
    for number in range(10):
        made.read(target=f"/v1/models/{number % 5}")
    texts = [text for _, text in made.client.told]
    assert "(of GET /models/0, GET /models/1, GET /models/2 and 6 more)" in texts[0]
    assert made.client.counts == [5, 6, 7, 8, 9]
    assert {*texts} == {texts[0]}
    create(made.stt)
    made.read(1 + MOST + 1)
    assert "(of GET /models)" in made.client.told[-1][1]


def test_the_report_says_once_a_row_that_waits_are_longer(made: Made) -> None:
    made.client.answer = True
    stt = made.stt
    for _ in range(1 + MOST + 4):
        made.read()
        made.client.advance(60)
    create(stt)
    made.read(1 + MOST + 4)
    rows = [" ".join(line.split()) for line in stt.report().splitlines()]
    told = "(from here on the client's waits last longer than asked: 5 equal reads, and nothing can change)"
    assert [row for row in rows if "(from here" in row or ("listModels" in row and row.startswith("#"))] == [
        "#1–#6 +0:00:00 GET /models ×6 every 60 s 200 listModels",
        f"+0:06:00 {told}",
        "#7–#10 +0:06:00 GET /models ×4 every 60 s 200 listModels",
        "#12–#17 +0:10:00 GET /models ×6 at one instant 200 listModels",
        f"+0:10:00 {told}",
        "#18–#21 +0:10:00 GET /models ×4 at one instant 200 listModels",
    ]


def test_nothing_is_said_where_waits_stay_as_they_are(made: Made) -> None:
    made.read(3 * MOST)
    assert made.client.told != []
    assert made.stt.journal.remarks == []


def test_each_fake_that_was_read_says_so(made: Made) -> None:
    other, third = (FakeSTT(time=made.stt.clock, seed=seed) for seed in (1, 2))
    made.client.answer = True
    for _ in range(2 * MOST):
        made.read()
        ask(other, "GET", LIST)
    assert [len(stt.journal.remarks) for stt in (made.stt, other, third)] == [1, 1, 0]


# The settings


@pytest.mark.parametrize(
    ("keys", "patience_s"), [({}, 10.0), ({"patience": None}, 10.0), ({"patience": "1m"}, 60.0), ({"patience": 3}, 3.0)]
)
@pytest.mark.parametrize("policy", ["on_sleep", "next_event"])
def test_the_clients_time_is_told_of_the_patience(
    client: list[Client], policy: str, keys: dict[str, Any], patience_s: float
) -> None:
    FakeSTT(time=policy, **keys)
    told = client[-1].keywords
    assert (told["patience_s"], told["horizon_s"], told["jumps"]) == (patience_s, 7 * 86_400.0, policy == "next_event")


@pytest.mark.parametrize(("keys", "most"), [({}, 5_000), ({"equal_reads": None}, 5_000), ({"equal_reads": 2}, 2)])
def test_how_many_reads_may_be_equal(client: list[Client], keys: dict[str, Any], most: int) -> None:
    one = FakeSTT(time="on_sleep", **keys)
    with one.clock.time:
        for _ in range(1 + most + 1):
            ask(one, "OPTIONS", LIST)
    assert client[-1].counts == [most]
