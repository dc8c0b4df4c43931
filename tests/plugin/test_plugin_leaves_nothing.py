"""Two hundred fixtures in a row: no thread, socket, file or patched attribute is left of them."""

from __future__ import annotations

import pytest

FIXTURES = ("fake_stt", "fake_stt_server", "fake_stt_factory")

# Each test uses what its fixture gives, in ways that patch, listen, wait and fail.
USES = """
import asyncio, ssl, threading, time, urllib.request
import httpx, pytest, requests

AUTH = ("apikey", "any")
CONTEXT = ssl.create_default_context()  # reading the authorities takes longer than all else

def ask(stt):
    session = requests.Session()
    session.trust_env = False
    with session:
        return session.get(stt.url + "/v1/models", auth=AUTH, timeout=5).status_code

async def ask_from_a_loop(url):
    async with httpx.AsyncClient(auth=AUTH, verify=CONTEXT) as client:
        await asyncio.sleep(60)
        return (await client.get(url + "/v1/models")).status_code

def use_fake_stt(stt, n):
    stt.faults.on("listModels", nth=2).reset()
    assert ask(stt) == 200
    with pytest.raises(requests.ConnectionError):
        ask(stt)
    assert asyncio.run(ask_from_a_loop(stt.url)) == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(stt.url + "/v1/models")
    refused.value.close()
    sleeper = threading.Thread(target=time.sleep, args=(60,))
    sleeper.start()
    sleeper.join()

def use_fake_stt_server(stt, n):
    stt.faults.on("listModels", nth=2).reset()
    assert ask(stt) == 200
    with pytest.raises(requests.ConnectionError):
        ask(stt)

def use_fake_stt_factory(factory, n):
    one, two = factory(), factory(edition="cloud2025", auth=None)
    assert (ask(one), ask(two)) == (200, 200)
    with one.serve(tls=n == 2):
        time.sleep(60)
"""
# How much there is, after the first few tests and after the last: what all tests share is there by then.
COUNTS = """
import gc, os, threading

def counts():
    gc.collect()
    return sorted(thread.name for thread in threading.enumerate()), len(os.listdir("/proc/self/fd"))

seen = []

def pytest_runtest_logfinish(nodeid):
    if nodeid.endswith(("test_008", "test_199")):
        seen.append(counts())

def pytest_sessionfinish(session):
    assert session.testscollected == 1 or (len(seen) == 2 and seen[0] == seen[1]), seen
"""
# What the names of all modules and classes are bound to, before the run and after it.
SCRIPT = """
import gc, os, sys, threading
import asyncio, http.client, selectors, ssl, urllib.request
import freezegun, httpx, pytest, requests, trustme, urllib3
import fakestt, fakestt.intercept.client_time, fakestt.intercept.hosts, fakestt.transports.live

def bindings():
    found = {}
    for name, module in list(sys.modules.items()):
        # pytest is at work, and imports what it is given again; typing_extensions changes `typing` when it is imported.
        if name.partition(".")[0] in ("_pytest", "pytest", "pluggy", "typing", "__main__", "conftest", "test_it"):
            continue
        for one in (module, *(one for one in vars(module).values() if isinstance(one, type))):
            for key, value in list(vars(one).items()):
                if callable(value) or isinstance(value, (staticmethod, classmethod, property)):
                    found[name, getattr(one, "__qualname__", ""), key] = value
    return found

def run(*arguments):
    assert pytest.main(["-p", "conftest_plugin", "-p", "no:cacheprovider", "-q", *arguments]) == 0
    gc.collect()

def open_files():
    links = (os.path.join("/proc/self/fd", number) for number in os.listdir("/proc/self/fd"))
    return sorted(os.readlink(link) for link in links if os.path.lexists(link))

run("test_none.py")  # whatever a run does by itself
before, threads, files, environ = bindings(), threading.enumerate(), open_files(), dict(os.environ)
run("test_it.py")
after = bindings()
changed = [where for where, value in before.items() if where in after and after[where] is not value]
ours = [
    where
    for where, value in after.items()
    if where not in before and not where[0].startswith(("fakestt", "conftest_plugin"))
    and (getattr(value, "__module__", None) or "").startswith(("fakestt", "conftest_plugin"))
]
assert (changed, ours) == ([], []), (changed, ours)
assert threading.enumerate() == threads
assert open_files() == files
assert dict(os.environ) == environ
"""


@pytest.mark.slow
@pytest.mark.skipif("not __import__('os').path.isdir('/proc/self/fd')", reason="the system does not list open files")
def test_two_hundred_fixtures_in_a_row_leave_nothing_behind(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makeconftest(COUNTS)
    tests = []
    for number in range(200):
        fixture = FIXTURES[number % 3]
        if number % 20 == 19:  # one that fails
            tests.append("@pytest.mark.xfail(raises=ZeroDivisionError, strict=True)")
        tests.append(f"def test_{number:03}({fixture}):\n    use_{fixture}({fixture}, {number})")
        if number % 20 == 19:
            tests.append("    1 / 0")
    pytester.makepyfile(test_it=USES + "\n".join(tests), test_none="def test_it():\n    pass", script=SCRIPT)
    result = pytester.runpython("script.py")
    assert result.ret == 0
