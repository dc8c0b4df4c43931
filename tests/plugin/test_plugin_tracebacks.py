"""Where a traceback ends: at the author's line, unless the mistake may be fakestt's own."""

from __future__ import annotations

import re

import pytest

TESTS = """
import time
import pytest, requests
from fakestt import FakeSTT, fail, slow
from fakestt.media import forge

def get(stt):
    return requests.get(stt.url + "/v1/models", auth=("apikey", "any"))

MISTAKES = {
    "edition": lambda stt: FakeSTT(edition="icp2017"),
    "policy": lambda stt: FakeSTT(time="per_request:soon"),
    "credentials": lambda stt: FakeSTT(auth="any"),
    "duration": lambda stt: stt.clock.advance("soon"),
    "moment": lambda stt: stt.at("soon", print),
    "moment's own": lambda stt: (stt.at("1m", lambda: stt.at("1s", print)), time.sleep(61)),
    "watched model": lambda stt: stt.clock.on_change("nobody", print),
    "script": lambda stt: stt.script.training(takes="soon"),
    "fault": lambda stt: stt.faults.on("addAudios"),
    "failure": lambda stt: stt.faults.on("addAudio").fail(200),
    "effect": lambda stt: slow("soon"),
    "status": lambda stt: stt.acoustic_models.add(status="tired"),
    "model": lambda stt: stt.acoustic_models["none"],
    "snapshot": lambda stt: stt.restore({}),
    "host": lambda stt: stt.reachable("a b"),
    "port": lambda stt: stt.serve(port=99999),
    "call": lambda stt: stt.journal.calls("addAudios"),
    "audio": lambda stt: forge.wav(-1),
    "long wait": lambda stt: time.sleep(10**7),
}

@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_it(fake_stt, mistake):
    mistake(fake_stt)

@pytest.mark.fakestt(time="next_event")
def test_nothing_is_due(fake_stt):
    time.sleep(1)

def test_factory(fake_stt_factory):
    fake_stt_factory(tme="manual")

def test_check(fake_stt):
    fake_stt.journal.check(["addAudio"])

def check_uploaded(stt):
    __tracebackhide__ = True
    stt.journal.check(["addAudio"])

def test_check_of_a_helper(fake_stt):
    check_uploaded(fake_stt)
"""
TEST_CASE = """
import pytest, unittest
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def test_it(self):
        self.stt.clock.advance("soon")
"""
REQUESTS = """
import pytest, requests
def get(stt):
    return requests.get(stt.url + "/v1/models", auth=("apikey", "any"))

def test_late_reply(fake_stt):
    fake_stt.faults.on("*").slow("30d")
    get(fake_stt)

@pytest.mark.fakestt(time="next_event")
def test_condition(fake_stt):
    fake_stt.faults.on("*", when=lambda call: call.nothing).fail(500)
    get(fake_stt)
"""
BROKEN = """
def test_it(fake_stt):
    del fake_stt._service.world.machine
    fake_stt.clock.advance("1h")
"""
CLIENTS = """
import asyncio, urllib.request
import httpx, pytest, requests, urllib3
from fakestt import FakeSTT

KEY = "sesame-open-sesame"
HEADERS = {"Authorization": "Bearer " + KEY, "Cookie": "token=" + KEY}

async def awaited(url):
    async with httpx.AsyncClient() as client:
        await client.post(url, headers=HEADERS, content=KEY)

WAYS = {
    "requests": lambda url: requests.post(url, KEY, headers=HEADERS),
    "urllib3": lambda url: urllib3.PoolManager().request("POST", url, body=KEY, headers=HEADERS, retries=False),
    "httpx": lambda url: httpx.post(url, headers=HEADERS, content=KEY),
    "asyncio": lambda url: asyncio.run(awaited(url)),
    "urllib": lambda url: urllib.request.urlopen(urllib.request.Request(url, KEY.encode(), HEADERS)),
}
PATH = "/v1/acoustic_customizations?apikey=" + KEY
GRANT = "/identity/token?grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=" + KEY

@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
class TestIt:
    def test_reset(self, fake_stt, way):
        fake_stt.faults.on("createAcousticModel", optional=True).reset()
        way(fake_stt.url + PATH)

    def test_bug(self, fake_stt, way, monkeypatch):
        monkeypatch.setattr(fake_stt.auth, "_problem_of", None)
        way(fake_stt.url + PATH)

    def test_condition(self, fake_stt, way):
        fake_stt.faults.on("*", path="*", when=lambda call: call.nothing).fail(500)
        way(fake_stt.url + PATH)

def test_token(fake_stt, monkeypatch):
    monkeypatch.setattr(fake_stt.auth, "_problem_of", None)
    WAYS["requests"](fake_stt.url + GRANT)

@pytest.mark.parametrize("path", [PATH, GRANT], ids=["operation", "token"])
def test_server(path, monkeypatch):
    stt = FakeSTT(start=0)
    monkeypatch.setattr(stt.auth, "_problem_of", None)
    with stt.serve() as server:
        WAYS["requests"](server.url + path)

def test_key(fake_stt):
    fake_stt.auth.add_key(KEY + chr(10))

def test_host():
    FakeSTT(host="user:" + KEY + "@fakestt.test")

def test_pattern(fake_stt):
    with fake_stt.reachable("user:" + KEY + "@fakestt.test"):
        pass
"""
SHOWN = re.compile(r"^(\S+\.py):\d+: in ")
HEAD = re.compile(r"^_+ (\S.*\S) _+$")


def shown(result: pytest.RunResult) -> dict[str, list[str]]:
    """The files of the lines that are shown, of each test."""
    files: dict[str, list[str]] = {}
    for line in result.outlines:
        head, place = HEAD.match(line), SHOWN.match(line)
        if head:
            last = files.setdefault(head[1], [])
        elif place:
            last.append(place[1])
    return files


def is_ours(file: str) -> bool:
    return re.search(r"(fakestt|conftest_plugin)/", file) is not None


def test_an_author_s_mistake_ends_in_the_author_s_line(run):
    result = run(TESTS, "--tb=short")
    result.assert_outcomes(failed=23)
    files = shown(result)
    assert len(files) == 23
    assert {name: files[name][-1] for name in files if files[name][-1] != "test_it.py"} == {}
    assert files["test_check_of_a_helper"] == ["test_it.py"], "the helper's line is left out, as it asks"


@pytest.mark.slow
def test_so_does_one_in_a_test_case(run):
    # Apart: a failure before it, in the same process, would have done for this one what it is to do by itself.
    assert shown(run(TEST_CASE, "--tb=short", apart=True)) == {"TestIt.test_it": ["test_it.py"]}


def test_what_is_raised_in_a_client_s_request_ends_in_the_client(run):
    result = run(REQUESTS, "--tb=short")
    result.assert_outcomes(failed=2)
    files = shown(result)
    assert [name for name in files if is_ours(files[name][-1])] == []


def test_a_mistake_that_may_be_fakestt_s_own_is_shown_to_its_last_line(run):
    files = shown(run(BROKEN, "--tb=short"))
    assert is_ours(files["test_it"][-1])


def entries(result: pytest.RunResult, *, short: bool) -> list[tuple[str, str]]:
    """The entries of all tracebacks: a file, and what is shown of its function. A short entry begins with its place,
    a long one ends with it."""
    parts = re.split(r"^(\S+\.py):\d+:.*$", result.stdout.str(), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2] if short else parts[::2], strict=False))


LONG = (("--tb=long",), ("-l", "--tb=long", "--full-trace"))


@pytest.mark.slow
@pytest.mark.parametrize("options", [("-l", "--tb=short"), *LONG])
def test_no_entry_of_ours_shows_a_value(run, options):
    result = run(CLIENTS, *options)
    result.assert_outcomes(failed=21)
    shown = entries(result, short="--tb=short" in options)
    ours = [(file, text) for file, text in shown if is_ours(file)]
    assert len(ours) > 50
    assert [one for one in ours if "sesame" in one[1]] == []
    assert any("sesame" in text for file, text in shown if not is_ours(file)), "the clients' own entries show it"


def test_what_stands_beside_the_tracebacks_shows_none_either(run):
    result = run(CLIENTS, "--tb=line", "-rA")
    result.assert_outcomes(failed=21)
    assert "sesame" not in result.stdout.str() + result.stderr.str()
