"""The journal: one exchange a request, what is asked of it, its text, and what it must never hold."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import pickle
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from asking import MODELS, NOBODY, START, add, ask, basic, create, environ_of

import fakestt
from fakestt import FakeSTT
from fakestt.contract.messages import Reply
from fakestt.contract.operation import Operation
from fakestt.core.acoustic.phases import AudioPhase
from fakestt.core.changes import Change
from fakestt.core.phases import ModelPhase
from fakestt.errors import StateError, UnknownOperation
from fakestt.journal.journal import Journal
from fakestt.journal.polling import last_doings
from fakestt.journal.record import Exchange, RequestFacts
from fakestt.journal.timeline import change_text, since, timeline
from fakestt.wire import Arrival, How

GRANT = "grant_type=urn:ibm:params:oauth:grant-type:apikey"


def test_an_exchange_holds_what_was_asked_said_and_changed() -> None:
    stt = FakeSTT(start=START, edition="cloud2025")
    model_id = create(stt)
    stt.clock.advance("90s")
    rule = stt.faults.on("addAudio").do(fakestt.slow(1))
    heard = add(
        stt, model_id, data=b"some bytes", content_type="audio/wav", headers={"X-Watson-Metadata": "customer_id=1"}
    )
    one = stt.journal[1]
    assert (one.seq, one.at_s - stt.started_at_s) == (2, 90)
    assert (one.operation, one.method, one.path) == ("addAudio", "POST", f"{MODELS}/{model_id}/audio/audio1")
    assert (one.status, one.rule, one.reply.json) == (heard.status, rule, {})
    assert one.call is not None
    assert one.call.content_type == "audio/wav"
    assert one.call.values["X-Watson-Metadata"] == "customer_id=1"
    assert one.call.upload is not None
    assert one.call.upload.size_bytes == 10
    assert len(one.call.upload.sha256) == 64
    assert [str(change) for change in one.changes] == [
        f"{model_id}/audio1: (new) -> being_processed by addAudio",
        f"{model_id}: pending -> pending by addAudio",
    ]


def test_a_request_without_a_body_has_no_size_and_no_digest() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS)
    assert (stt.journal[0].request.size_bytes, stt.journal[0].request.sha256) == (0, None)


def test_a_change_belongs_to_the_first_exchange_after_it() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training", minutes_of_audio=10)
    stt.clock.advance("1d")
    for _ in range(2):
        ask(stt, "GET", f"{MODELS}/{model.id}")
    assert [change.cause for change in stt.journal[0].changes] == ["hand", "hand", "training"]
    assert stt.journal[0].changes[-1].at_s - stt.started_at_s == 30 * 60
    assert stt.journal[1].changes == ()


def test_a_journal_is_a_sequence() -> None:
    stt = FakeSTT()
    for target in ("/v1/models", MODELS, "/recognize"):
        ask(stt, "GET", target)
    journal = stt.journal
    assert (len(journal), journal[-1].operation, len(journal[:2])) == (3, None, 2)
    assert [exchange.seq for exchange in journal] == [1, 2, 3]
    assert repr(journal) == "<Journal of 3 exchanges>"
    assert journal.count("listModels") == 1
    assert journal.calls("addAudio") == []
    assert journal.last().path == "/recognize"
    assert journal.last("listModels").seq == 1
    assert journal.summary() == "The exchanges were: 1 x listModels, 1 x listAcousticModels, 1 x not understood."


def test_gaps_are_seconds_of_the_fakes_time() -> None:
    stt = FakeSTT(start=START)
    for step in (10, 0.5, 3600):
        ask(stt, "GET", "/v1/models")
        ask(stt, "GET", MODELS)
        stt.clock.advance(step)
    assert stt.journal.gaps("listModels") == [10, 0.5]
    assert stt.journal.gaps("addAudio") == []


@pytest.mark.parametrize("question", ["count", "calls", "gaps", "last"])
def test_a_misspelt_operation_never_counts_zero(question: str) -> None:
    stt = FakeSTT()
    with pytest.raises(UnknownOperation) as caught:
        getattr(stt.journal, question)("trainAcousticModl")
    assert "no operation 'trainAcousticModl'. Did you mean 'trainAcousticModel'? All: listModels," in str(caught.value)


def test_the_last_of_none_is_an_error_that_says_what_there_was() -> None:
    stt = FakeSTT()
    with pytest.raises(StateError, match=r"last\(\): there was no request. There were no exchanges."):
        stt.journal.last()
    ask(stt, "GET", MODELS)
    with pytest.raises(StateError, match="The exchange was: 1 x listAcousticModels"):
        stt.journal.last("addAudio")
    assert stt.journal.count("getToken") == 0


def test_no_credential_is_kept_anywhere() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    secrets = ["sesame-basic", "sesame-form", "sesame-query", "sesame-bearer", "sesame-param", stt.api_key]
    ask(stt, "GET", "/v1/models", key="sesame-basic")
    ask(
        stt,
        "GET",
        f"https://apikey:sesame-query@fakestt.test{MODELS}?x=1",
        headers={"Authorization": "Bearer sesame-bearer"},
    )
    tokens = [
        ask(stt, "POST", "/identity/token", f"{GRANT}&apikey=sesame-form".encode(), key=None).json["access_token"],
        ask(stt, "POST", f"/identity/token?apikey=sesame-query&{GRANT}", key=None).json["access_token"],
    ]
    for name in (
        "apikey",
        "api_key",
        "API_KEY",
        "access_token",
        "watson-token",
        "token",
        "password",
        "api%6Bey",
        "ap%69_key",
    ):
        ask(stt, "GET", f"{MODELS}?a=1&{name}=sesame-param&b=2")
        ask(stt, "GET", f"/v1/nothing?{name}=sesame-param")
    ask(stt, "GET", MODELS, headers={"Authorization": basic("sesame-basic") + "?"})
    stt.faults.on("listModels").fail(503)
    ask(stt, "GET", "/v1/models", key="sesame-basic")
    kept = all_of(list(stt.journal)) + stt.journal.timeline() + stt.report() + repr(stt.snapshot())
    for secret in (*secrets, *tokens, basic("sesame-basic")):
        assert secret not in kept
    assert "apikey=…" in kept
    assert f"{MODELS}?…=…&watson-token=…&…=…" in kept


def all_of(one: object) -> str:
    """Whatever can be reached from an exchange, as text."""
    if isinstance(one, (tuple, list)):
        return " ".join(map(all_of, (*one, *getattr(one, "_fields", ()))))
    if isinstance(one, dict):
        return " ".join(map(all_of, one.items()))
    if dataclasses.is_dataclass(one) and not isinstance(one, Operation):
        return " ".join(all_of(getattr(one, field.name)) for field in dataclasses.fields(one))
    return repr(one)


def test_what_is_shown_of_a_request_is_a_list_of_what_may_be_shown() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    sent = {
        "Authorization": "sesame", "Cookie": "sesame", "X-Watson-Authorization-Token": "sesame", "X-Mine": "sesame",
        "X-Request-Id": "sesame", "Accept": "application/json", "accept-encoding": "gzip", "User-Agent": "a" * 999,
        "Origin": "https://page.test", "X-Global-Transaction-Id": "mine", "X-Watson-Learning-Opt-Out": "1",
        "Contained-Content-Type": "audio/wav",
    }  # fmt: skip
    add(stt, model_id, data=b"some bytes", content_type="audio/wav", headers=sent, key=None)
    asked = stt.journal[-1].request
    assert asked.headers == {
        "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "…", "Content-Length": "10",
        "Content-Type": "audio/wav", "Host": "fakestt.test", "Origin": "https://page.test",
        "X-Global-Transaction-Id": "mine", "X-Watson-Learning-Opt-Out": "1", "Contained-Content-Type": "audio/wav",
    }  # fmt: skip
    assert (asked.method, asked.target) == ("POST", f"{MODELS}/{model_id}/audio/audio1")
    assert (asked.size_bytes, asked.sha256) == (10, hashlib.sha256(b"some bytes").hexdigest())
    assert asked.thread == threading.current_thread().name
    assert "sesame" not in all_of(stt.journal[-1])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("language=ja-JP", "language=ja-JP"), ("l%61nguage=ja-JP&force=true", "language=ja-JP&force=true"),
        ("language+=sesame", "…=…"), ("Language=sesame", "Language=…"), ("sesame", "…"), ("force", "force"),
        ("x=&&y=sesame=1", "…=&&…=…"), ("anything=sesame", "…=…"), ("force=sesame", "force=…"), ("=sesame", "=…"),
        ("custom_language_model=sesame", "custom_language_model=…"), ("re%66resh_token=sesame", "refresh_token=…"),
        ("refresh_tokensesame=", "…="), ("language=a&" * 30, "language=a&" * 20 + "…"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [MODELS, "/v1/recognize"])
def test_of_a_query_the_values_of_known_parameters_are_shown(path: str, query: str, shown: str) -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", f"{path}?{query}")
    assert stt.journal[0].path == f"{path}?{shown}"


def test_a_body_has_a_size_and_a_digest_but_not_where_it_may_hold_a_credential() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    bodies: list[tuple[str, bytes]] = [
        (MODELS, b"{}"), (f"{MODELS}/{NOBODY}/train", b"ignored"), ("/identity/token", b"apikey=k"),
        ("/v1/authorize", b"{}"), ("/identity/tokens", b"apikey=k"), (MODELS, b""),
    ]  # fmt: skip
    for target, body in bodies:
        ask(stt, "POST", target, body, {"Content-Type": "application/json"})
    told = [(exchange.request.size_bytes, exchange.request.sha256 is not None) for exchange in stt.journal]
    assert told == [(2, True), (7, True), (8, False), (2, False), (8, False), (0, False)]


def test_a_call_is_kept_checked_and_its_caller_with_it() -> None:
    stt = FakeSTT(edition="icp2020", start=START)
    stt.auth.add_key("other", owner=NOBODY)
    model_id = create(stt)
    for query in ("force=true", "force=perhaps"):
        ask(stt, "POST", f"{MODELS}/{model_id}/upgrade_model?{query}")
    ask(stt, "GET", f"{MODELS}/{model_id}", key="other")
    ask(stt, "GET", f"{MODELS}/{model_id}", key=None)
    ask(stt, "GET", "/nowhere")
    calls = [exchange.call for exchange in stt.journal]
    assert [call and call.values.get("force") for call in calls] == [None, True, "…", None, None, None]
    assert [exchange.caller and exchange.caller.owner for exchange in stt.journal] == [
        stt.owner, stt.owner, stt.owner, NOBODY, None, stt.owner
    ]  # fmt: skip
    assert calls[1] is not None
    assert calls[1].caller == stt.journal[1].caller


@pytest.mark.parametrize(
    ("at_s", "text"),
    [(0, "+0:00:00"), (0.5, "+0:00:00.500"), (59.9996, "+0:01:00"), (3661.25, "+1:01:01.250"), (360_000, "+100:00:00")],
)
def test_instants_are_counted_from_the_fakes_start(at_s: float, text: str) -> None:
    assert since(1_540_598_400 + at_s, 1_540_598_400) == text


def test_a_change_between_equal_statuses_names_the_phases() -> None:
    change = Change(0, "1234abcd-0000-4000-8000-000000000000/a", ModelPhase.EMPTY, ModelPhase.ANALYSING, "addAudio")
    assert change_text(change) == "1234abcd/a: pending (empty) -> pending (analysing) by addAudio"
    made = Change(0, "a", None, AudioPhase.OK, "x")
    assert change_text(made) == "a: (new) -> ok by x"
    gone = Change(0, "a", AudioPhase.OK, None, "x")
    assert change_text(gone) == str(gone) == "a: ok -> (gone) by x"


def test_a_change_in_an_assertion_is_read_at_once() -> None:
    change = Change(0, "a", ModelPhase.ONLY_INVALID, ModelPhase.TRAINING, "x")
    before, after = "<ModelPhase.ONLY_INVALID: 'pending'>", "<ModelPhase.TRAINING: 'training'>"
    assert repr(change) == f"Change(at_s=0, subject='a', before={before}, after={after}, cause='x')"


def expired(stt: FakeSTT) -> str:
    token = stt.auth.hand_out(stt.api_key).text
    stt.auth.expire_tokens()
    return f"Bearer {token}"


def revoked(stt: FakeSTT) -> str:
    stt.auth.revoke("sesame")
    return basic("sesame")


NOT_BOTH = "the credentials are neither 'Basic ...' nor 'Bearer ...'"
NOT_OURS = "strict: the key or token is not one of this fake's"
BEARER = "strict: cp4d2025 takes bearer credentials"
TWO_FORMS = "strict: cloud2025 takes basic or bearer credentials"
NO_TOKEN = "no token that this fake has handed out"
REFUSED: dict[str, tuple[str, str, Callable[[FakeSTT], str | None], str]] = {
    "none": ("lenient", "icp2018", lambda stt: None, "no credentials"),
    "a bare key": ("lenient", "icp2018", lambda stt: stt.api_key, NOT_BOTH),
    "another form": ("lenient", "icp2018", lambda stt: f"Digest {stt.api_key}", NOT_BOTH),
    "no base64": ("lenient", "icp2018", lambda stt: "Basic ?", "the basic credentials can't be read"),
    "an empty key": ("lenient", "icp2018", lambda stt: basic(""), "the key is empty"),
    "a revoked key": ("lenient", "icp2018", revoked, "the key was revoked"),
    "an expired token": ("lenient", "cloud2025", expired, "the token has expired"),
    "an unknown key": ("strict", "cloud2025", lambda stt: basic("sesame"), NOT_OURS),
    "a form that the edition has not": ("strict", "cp4d2025", lambda stt: basic(stt.api_key), BEARER),
    "a form where there are two": ("strict", "cloud2025", lambda stt: f"Digest {stt.api_key}", TWO_FORMS),
    "a token of nobody's": ("strict", "cloud2025", lambda stt: "Bearer sesame", f"strict: it is {NO_TOKEN}"),
    "a key as a token": ("strict", "cloud2025", lambda stt: f"Bearer {stt.api_key}", f"strict: an API key is {NO_TOKEN}"),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize(("auth", "edition", "header", "why"), REFUSED.values(), ids=REFUSED)
def test_the_journal_knows_why_credentials_were_refused(
    auth: str, edition: str, header: Callable[[FakeSTT], str | None], why: str
) -> None:
    stt = FakeSTT(auth=auth, edition=edition, start=START)
    authorization = header(stt)
    headers = {} if authorization is None else {"Authorization": authorization}
    heard = ask(stt, "GET", "/v1/models", key=None, headers=headers)
    assert (heard.status, stt.journal[-1].note) == (401, why)
    assert f"'Unauthorized'  [note: {why}]" in stt.report()
    assert why.encode() not in heard.body, "the client is not told"
    for secret in (authorization, "sesame", stt.api_key):
        assert secret is None or secret not in repr(list(stt.journal)) + stt.report()


def test_the_journal_knows_that_a_token_is_of_the_wrong_kind() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    token = stt.auth.hand_out(stt.api_key).text
    ask(stt, "GET", "/v1/models", key=None, headers={"X-Watson-Authorization-Token": token})
    assert stt.journal[-1].note == "an IAM token is no Watson token: it is a bearer token"


def test_the_journal_knows_why_a_good_key_is_forbidden_something() -> None:
    stt = FakeSTT(auth="strict", edition="cloud2025", start=START)
    ask(stt, "GET", f"/instances/{NOBODY}/v1/models")
    assert stt.journal[-1].note == "strict: the URL names another instance"


def test_the_journal_knows_why_no_token_was_given() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    stt.auth.revoke("sesame")
    ask(stt, "POST", "/identity/token", f"{GRANT}&apikey=sesame".encode(), key=None)
    assert stt.journal[-1].note == "the key was revoked"
    for key in (None, "sesame"):
        ask(stt, "GET", "/authorization/api/v1/token", key=key)
    assert [one.note for one in stt.journal[1:]] == ["no basic credentials", "the key was revoked"]


def test_an_answer_that_a_fault_makes_has_no_note_of_the_work_that_it_hides() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").fail(503, commits=True)
    ask(stt, "GET", "/v1/models", key=None)
    assert (stt.journal[-1].status, stt.journal[-1].note) == (503, None)


def test_what_the_answer_says_of_itself_is_shown_when_it_is_an_error() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels", nth=1).fail(503, "it says")
    stt.faults.on("listModels", nth=2).fail(503, body={"error": "it says"})  # may have been copied from anywhere
    for _ in range(2):
        ask(stt, "GET", "/v1/models")
    lines = stt.journal.timeline().splitlines()[1:]
    assert ["it says" in line.rpartition("]")[2] for line in lines] == [True, False]


ARRIVALS: list[tuple[How, float | None, bool, int, str]] = [
    (How.WHOLE,     0,    True,  61, "  200"),
    (How.UNDER_WAY, None, True,  10, "  200"),
    (How.UNDER_WAY, None, False, 0,  "  no answer yet"),
    (How.LATE,      45,   True,  61, "  200  45 s late"),
    (How.LATE,      0,    True,  61, "  200  late"),
    (How.TIMED_OUT, 30,   False, 0,  "  no answer  the client gave up after 30 s"),
    (How.TIMED_OUT, 0.5,  True,  10, "  200  the client gave up after 0.5 s, with 10 of 61 bytes"),
    (How.TIMED_OUT, 0,    False, 0,  "  no answer  the client gave up"),
    (How.CUT,       0,    True,  10, "  200  cut after 10 of 61 bytes"),
    (How.CLOSED,    0,    True,  10, "  200  the client let go after 10 of 61 bytes"),
    (How.CLOSED,    0,    False, 0,  "  no answer"),
    (How.RESET,     0,    False, 0,  "  no answer  reset"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "after_s", "has_head", "size_bytes", "words"), ARRIVALS)
def test_what_does_not_arrive_whole_and_at_once_is_said_in_words(
    how: How, after_s: float | None, has_head: bool, size_bytes: int, words: str
) -> None:
    arrival = Arrival()
    arrival.how, arrival.has_head, arrival.size_bytes = how, has_head, size_bytes
    arrival.at_s = None if after_s is None else 100.0 + after_s
    one = Exchange(1, 100.0, RequestFacts("GET", "/x"), None, None, None, Reply(200, (), b"x" * 61), arrival, ())
    assert timeline([one], 100.0).splitlines()[1] == f"    +0:00:00  GET  /x{words}"


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (fakestt.slow("45s"), "200  listModels  [fault: slow('45s')]  45 s late"),
        (fakestt.reset(), "no answer  listModels  [fault: reset()]  reset"),
        (fakestt.truncate(7), "200  listModels  [fault: truncate(7)]  cut after 7 of 3 bytes"),
        (fakestt.truncate_head(7), "no answer  listModels  [fault: truncate_head(7)]"),
    ],
)
def test_the_last_doing_is_told_as_it_came(effect: fakestt.Effect, words: str) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").do(effect)
    with suppress(OSError):
        ask(stt, "GET", "/v1/models")
    size_bytes = len(stt.journal[0].reply.body)
    assert stt.journal.timeline().endswith(words.replace("of 3", f"of {size_bytes}"))
    assert last_doings(stt.journal).endswith(f", answered {'200' if '200' in words else 'by nothing'}.")


def test_what_is_not_answered_yet_is_no_answer_of_none() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").slow(1)
    seen: list[str] = []
    stt.at(1, lambda: seen.append(last_doings(stt.journal)))
    ask(stt, "GET", "/v1/models")
    assert seen == ["The last request was listModels, not yet answered."]


def test_a_request_that_the_authors_mistake_kept_from_an_answer_says_so() -> None:
    mistake = "on('*').ok(): its when= raised KeyError('x')"
    arrival = Arrival()
    arrival.end(How.CLOSED)
    asked, reply = RequestFacts("GET", "/v1/models"), Reply(503, (), b"{}")
    one = Exchange(1, 0.0, asked, None, None, None, reply, arrival, (), mistake)
    assert timeline([one], 0).splitlines()[1] == (
        "    +0:00:00  GET  /models  no answer  [mistake: on('*').ok(): its when= raised KeyError('x')]"
    )


def test_an_exchange_can_be_copied_and_pickled_without_its_fake() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS)
    exchange = stt.journal[0]
    assert exchange.arrival.at_s == stt.clock.now()
    for twin in (copy.deepcopy(exchange), pickle.loads(pickle.dumps(exchange))):
        assert (twin.status, twin.arrival.how, twin.arrival.at_s) == (200, "whole", exchange.arrival.at_s)
        assert "now_s" not in vars(twin.arrival)


def test_a_journal_is_read_while_others_write_it() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS)
    journal, one = Journal(["listAcousticModels"], lambda: 0.0, keeps=100), stt.journal[0]
    interval_s, done = sys.getswitchinterval(), threading.Event()

    def write() -> None:
        while not done.is_set():
            journal.add(one)

    writer = threading.Thread(target=write)
    sys.setswitchinterval(1e-6)
    try:
        writer.start()
        for _ in range(300):
            journal.count("listAcousticModels")
            journal.gaps("listAcousticModels")
            journal.summary()
            journal.kept()
    finally:
        done.set()
        writer.join()
        sys.setswitchinterval(interval_s)


def test_a_key_that_came_as_a_grant_type_is_not_kept() -> None:
    stt, key = FakeSTT(start=START), "aB3-secret-KEY-9x"
    heard = ask(stt, "POST", "/identity/token", f"grant_type={key}".encode(), key=None)
    assert (heard.status, key in heard.body.decode()) == (400, False)
    assert key not in stt.report() + repr(stt.journal[0])


def test_the_bytes_of_a_cut_token_are_counted_as_they_were_promised() -> None:
    stt = FakeSTT(start=START)
    whole = ask(stt, "POST", "/identity/token", f"{GRANT}&apikey=x".encode(), key=None)
    stt.faults.on("getToken").truncate(20)
    with pytest.raises(ConnectionError):
        ask(stt, "POST", "/identity/token", f"{GRANT}&apikey=x".encode(), key=None)
    assert f"cut after 20 of {len(whole.body)} bytes" in stt.report()


def test_a_client_that_asks_for_no_more_than_the_last_byte_has_the_whole() -> None:
    stt = FakeSTT(start=START)
    chunks = iter(stt.app(environ_of("GET", MODELS, headers={"Authorization": basic(stt.api_key)}), lambda *_: None))
    next(chunks)
    del chunks
    assert (stt.journal[0].arrival.how, "let go" in stt.report()) == ("whole", False)


def test_one_that_came_late_and_whole_is_late_whatever_is_let_go_after_it() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").slow("2s")
    chunks = iter(stt.app(environ_of("GET", MODELS, headers={"Authorization": basic(stt.api_key)}), lambda *_: None))
    next(chunks)
    del chunks
    assert (stt.journal[0].arrival.how, "let go" in stt.report()) == ("late", False)
