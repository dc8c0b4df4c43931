"""What a finding says and cites, what is remembered, and when nobody looks."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import requests
from asking import EDITIONS, MODELS, START, ask
from conduct_clients import BREAKS
from conduct_rig import BASE, Client, all_of, watched
from hypothesis import given, settings
from hypothesis import strategies as st

from fakestt import Assumed, BadConduct, ConductWarning, ConfigurationError, FakeSTT, Finding, Source, StateError
from fakestt.conduct import monitor
from fakestt.conduct.models import Leftovers
from fakestt.conduct.monitor import MOST_FINDINGS, Setting
from fakestt.conduct.watch import RULES, Conduct, status_of
from fakestt.contract.documents import DOCUMENTS
from fakestt.contract.messages import Reply
from fakestt.contract.own_pages import own
from fakestt.core.families import FAMILIES
from fakestt.editions import EDITIONS as FOUND
from fakestt.journal.record import Exchange


def polled(stt: FakeSTT, times: int, every_s: float) -> None:
    """A model in training, polled by hand of the test: no client's clock is needed for that."""
    model = stt.acoustic_models.add(status="training", name="car")
    for _ in range(times):
        ask(stt, "GET", f"{MODELS}/{model.id}")
        stt.clock.advance(every_s)


def test_a_finding_has_its_rule_its_exchanges_its_source_and_what_to_do_in_three_lines() -> None:
    stt = FakeSTT(start=START, conduct="warn")
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    [finding] = stt.findings()
    assert finding.rule == "unknown_names"
    assert finding.exchanges == (1,)
    assert finding.how == Source("icp2018 acoustic-models.md", "listModels")
    assert str(finding).splitlines() == [
        "unknown_names: listAcousticModels: unknown parameter 'langauge'; did you mean 'language'? (#1)",
        "    Correct the name, or leave it out: the service takes no notice of it.",
        f"    icp2018 acoustic-models.md#listModels ({DOCUMENTS['icp2018 acoustic-models.md'].address})",
    ]


def test_an_assumption_has_no_address() -> None:
    finding = Finding("limits", (3,), "Too much", "Send less.", Assumed("nobody says it"))
    assert finding.address is None
    assert str(finding).splitlines()[-1] == "    assumed: nobody says it"


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_s_finding_cites_its_own_page(edition: str) -> None:
    with watched(edition=edition) as stt:
        stt.script.training(fails="no speech")
        client = Client(stt)
        if edition == "cp4d2025":
            client.http.auth = None
            client.http.headers["Authorization"] = f"Bearer {stt.auth.hand_out(stt.api_key).text}"
        model = stt.acoustic_models.add(status="ready").id
        client.train(model)
        client.wait(model, "failed", every_s=10)
    polling, unread = all_of(stt)
    anchor = "monitorTraining" if edition == "icp2018" else "monitorTraining-acoustic"
    assert polling.how == Source(f"{edition} acoustic-create.md", anchor)
    assert isinstance(unread.how, Source)
    assert unread.how.document == f"{edition} acoustic-models.md"


def test_what_is_found_of_a_language_model_is_in_its_own_words_and_cites_its_own_pages() -> None:
    with watched() as stt:
        client = Client(stt)
        client.models = f"{stt.url}/v1/customizations"
        stt.faults.on("createLanguageModel", times=1).lose_reply()
        for _ in range(2):
            with suppress(requests.ConnectionError):
                client.create()
        model = stt.language_models.add(status="training").id
        for _ in range(200):
            client.status(model)
            time.sleep(10)
        stt.client().create_acoustic_model("car", BASE)
    found = sorted(all_of(stt), key=lambda one: one.rule)
    assert [(one.rule, str(one.how)) for one in found] == [
        ("blind_repeat", "RFC 9110#9.2.2"),
        ("leftovers", "icp2018 language-models.md#deleteModel"),
        ("leftovers", "icp2018 acoustic-models.md#deleteModel"),
        ("polling_on", "icp2018 language-create.md#monitorTraining"),
    ]
    assert [one.exchanges for one in found[1:3]] == [(1, 2), (203,)]
    assert not any("audio" in f"{one.said} {one.remedy}" for one in found)


def test_models_of_each_kind_have_a_page_that_tells_how_they_are_deleted() -> None:
    assert set(Leftovers.HOW) == {one.name for one in FAMILIES if one.parent is None}


@pytest.mark.parametrize("edition", FOUND.values(), ids=FOUND)
def test_every_source_can_be_read(edition: Any) -> None:
    for rule in RULES.values():
        for how in rule.hows:
            cited = own(how, edition)
            assert isinstance(cited, Source)
            assert cited.document in DOCUMENTS


def test_names_of_rules_are_promises() -> None:
    assert list(RULES) == [
        "polling", "polling_on", "retry_after", "blind_repeat", "busy", "unread_failure", "leftovers", "unknown_names",
        "limits", "plain_http",
    ]  # fmt: skip


def test_too_large_a_file_is_over_a_documented_limit_and_too_large_a_json_is_not() -> None:
    edition = FOUND["icp2018"]
    limits = replace(edition.limits, max_upload_bytes=1_000, max_json_bytes=1_000)
    stt = FakeSTT(edition=replace(edition, limits=limits), conduct="warn")
    model = stt.acoustic_models.add().id
    assert ask(stt, "POST", MODELS, {"name": "n" * 2_000, "base_model_name": BASE}).status == 413
    assert stt.findings() == []
    audio = {"Content-Type": "audio/flac"}
    assert ask(stt, "POST", f"{MODELS}/{model}/audio/one", b"x" * 2_000, audio).status == 413
    [finding] = stt.findings()
    assert finding.rule == "limits"
    assert "larger than" in finding.said
    assert finding.how == edition.provenance["max_upload_bytes"]


# When nobody looks


def test_by_default_nobody_looks() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    stt.check_used()
    assert "unknown_names" not in stt.report(test_is_over=True)
    with pytest.raises(StateError, match="conduct='off'"):
        stt.findings()


@pytest.mark.parametrize("time", ["manual", "follow"])
def test_a_clock_that_the_test_moves_shows_no_waiting(time: str) -> None:
    stt = FakeSTT(time=time, conduct="warn")
    model = stt.acoustic_models.add(status="training").id
    for _ in range(30):
        ask(stt, "GET", f"{MODELS}/{model}")
    assert all_of(stt) == []


@pytest.mark.parametrize("time", ["on_sleep", "next_event", "real", "real:x600"])
def test_any_other_does(time: str) -> None:
    stt = FakeSTT(time=time, conduct="warn")
    model = stt.acoustic_models.add(status="training").id
    for _ in range(30):
        ask(stt, "GET", f"{MODELS}/{model}")
    assert [finding.rule for finding in all_of(stt)] == ["polling"]


@pytest.mark.parametrize("kept", [True, False], ids=["one connection", "a connection each"])
def test_a_client_behind_a_server_is_found_though_the_server_has_many_threads(kept: bool) -> None:
    with watched(time="real") as stt, stt.serve() as server:
        model = stt.acoustic_models.add(status="training").id
        client = Client(stt)
        client.models = f"{server.url}/v1/acoustic_customizations"
        client.http.headers["Connection"] = "keep-alive" if kept else "close"
        for _ in range(2000):  # a busy machine spreads them by chance, as a back-off is spread
            client.status(model)
            if all_of(stt):
                break
    assert [finding.rule for finding in all_of(stt)] == ["polling"]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_ignored_finds_nothing(rule: str) -> None:
    with watched(conduct_ignore=[rule]) as stt:
        BREAKS[rule][0](stt, Client(stt))
    assert [finding.rule for finding in all_of(stt)] == []


@pytest.mark.parametrize("unknown", ["ignore", "error"])
def test_unknown_names_are_told_once_or_not_at_all(unknown: str) -> None:
    stt = FakeSTT(unknown=unknown, conduct="warn")
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    assert all_of(stt) == []


def test_where_no_credentials_are_asked_for_nobody_looks_for_them() -> None:
    stt = FakeSTT(auth=None, conduct="warn")
    ask(stt, "GET", MODELS, key=None, **{"wsgi.url_scheme": "http"})
    assert all_of(stt) == []


@pytest.mark.parametrize(
    ("keys", "parts"),
    [
        ({"conduct": "wran"}, ["conduct='wran'", "'off' or 'warn' or 'fail'", "Did you mean 'warn'?"]),
        ({"conduct": None}, ["conduct=None", "'off' or 'warn' or 'fail'"]),
        ({"conduct_ignore": "leftover"}, ["there is no rule 'leftover'", "Did you mean 'leftovers'?", "plain_http"]),
        ({"conduct_ignore": ["busy", "poling"]}, ["no rule 'poling'", "Did you mean 'polling'?"]),
        ({"conduct_ignore": [[]]}, ["no rule []", "All: polling"]),
        ({"conduct_ignore": 3}, ["conduct_ignore=3", "All: polling"]),
    ],
    ids=str,
)
def test_a_wrong_word_gets_the_nearest_right_one(keys: Any, parts: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FakeSTT(**keys)
    assert [part for part in parts if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"status": "training"}, "training"),
        ({"container": {"status": "being_processed"}, "audio": [{"status": "ok"}]}, "being_processed"),
        ({"container": {}}, ""),
        ({"container": "ok", "status": "ok"}, "ok"),
        ({"status": 3}, ""),
        (["training"], ""),
        (None, ""),
    ],
    ids=str,
)
def test_the_status_that_a_read_has_shown(said: Any, status: str) -> None:
    assert status_of(said) == status


# At the end


def test_a_fake_that_warns_warns_of_each_finding() -> None:
    stt = FakeSTT(start=START, conduct="warn")
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    ask(stt, "POST", MODELS, {"name": "car", "base_model_name": BASE})
    with pytest.warns(ConductWarning) as warned:
        stt.check_used()
    assert [str(one.message).partition(":")[0] for one in warned] == ["unknown_names", "leftovers"]


def test_a_fake_that_fails_tells_all_in_one_message() -> None:
    stt = FakeSTT(start=START, conduct="fail")
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    ask(stt, "POST", MODELS, {"name": "car", "base_model_name": BASE})
    with pytest.raises(BadConduct) as caught:
        stt.check_used()
    assert str(caught.value).splitlines() == [
        "the client broke rules of good conduct:",
        *(line for finding in all_of(stt) for line in str(finding).splitlines()),
    ]


def test_what_is_left_undone_is_known_at_the_end() -> None:
    stt = FakeSTT(start=START, conduct="warn")
    ask(stt, "POST", MODELS, {"name": "car", "base_model_name": BASE})
    assert stt.findings() == []
    assert "leftovers" not in stt.report()
    assert "leftovers: a model was made" in stt.report(test_is_over=True)


def test_an_answer_that_is_under_way_at_the_end_is_told_as_well() -> None:
    stt = FakeSTT(start=START, conduct="warn")
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    stt.journal.last().arrival.at_s = None
    assert stt.findings() == []
    assert [finding.rule for finding in all_of(stt)] == ["unknown_names"]


def test_two_fakes_are_watched_apart() -> None:
    first, second = FakeSTT(conduct="warn"), FakeSTT(edition="cloud2025", conduct="warn")
    ask(first, "GET", f"{MODELS}?langauge=en-US")
    assert len(first.findings()) == 1
    assert second.findings() == []


def test_a_snapshot_that_is_restored_leaves_no_leftover() -> None:
    stt = FakeSTT(start=START, conduct="warn")
    before = stt.snapshot()
    ask(stt, "POST", MODELS, {"name": "car", "base_model_name": BASE})
    ask(stt, "GET", f"{MODELS}?langauge=en-US")
    stt.restore(before)
    assert [finding.rule for finding in all_of(stt)] == ["unknown_names"]


# What is remembered


def fed(conduct: Conduct, times: int, models: int) -> None:
    """Each of so many models in turn is polled, and audio is added with a parameter that there is not."""
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    ask(stt, "GET", f"{MODELS}/{model.id}")
    ask(stt, "POST", f"{MODELS}/{model.id}/audio/one?nonsense=1", b"x", {"Content-Type": "audio/flac"})
    for number in range(times):
        for one in stt.journal:
            assert one.call is not None
            call = one.call._replace(values={**one.call.values, "customization_id": f"m{number % models}"})
            conduct.see(one._replace(seq=number + 1, at_s=stt.clock.now() + number // models * 7.0, call=call))


def test_a_rule_tells_so_many_findings() -> None:
    conduct = Conduct(Setting(FOUND["icp2018"]))
    fed(conduct, times=6 * (MOST_FINDINGS + 5), models=MOST_FINDINGS + 5)
    found = [finding.rule for finding in conduct.findings()]
    assert found.count("polling") == MOST_FINDINGS


@pytest.mark.slow
def test_memory_is_flat_in_a_long_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "MOST_REMEMBERED", 100)  # the thousand takes ten times as long
    conduct = Conduct(Setting(FOUND["icp2018"]))
    models = 130
    tracemalloc.start()
    try:
        fed(conduct, 2 * models, models)
        gc.collect()
        few = tracemalloc.get_traced_memory()[0]
        fed(conduct, 4 * models, models)
        gc.collect()
        many = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert many - few < 50_000
    assert max(len(one.state) for one in conduct._monitors) == 100


GARBLED = st.one_of(
    st.binary(max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["status", "container", "error", "audio"]), inner, max_size=3)
        ),
        max_leaves=6,
    ).map(lambda said: json.dumps(said).encode()),
)


def one_of_each() -> list[Exchange]:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready").id
    for target, body in (("", b""), ("/audio/one", b""), ("/train", b"{}"), ("/audio/two", b"x")):
        ask(stt, "POST" if body else "GET", f"{MODELS}/{model}{target}", body)
    return list(stt.journal)


EXCHANGES = one_of_each()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(GARBLED, st.sampled_from([200, 400, 409, 413, 429, 503]), st.integers(0, 3)), max_size=8))
def test_no_answer_however_garbled_makes_a_monitor_raise(answers: list[tuple[bytes, int, int]]) -> None:
    conduct = Conduct(Setting(FOUND["icp2018"]))
    for body, status, which in answers:
        reply = Reply(status, (("Retry-After", body.decode("latin-1")),), body)
        conduct.see(EXCHANGES[which]._replace(reply=reply))
    for finding in conduct.findings(over=True):
        assert len(str(finding).splitlines()) >= 3
