"""An explored test is one item with one report; its failures are told apart, and each has a line to paste."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from fakestt.exploring.search import Budget

Run = Callable[..., pytest.RunResult]

BEGIN = """
import time, unittest
import pytest, requests
import fakestt

made = []

def models(stt):
    return requests.get(stt.url + "/v1/acoustic_customizations", auth=("apikey", "any"))

def train(stt):
    model = stt.acoustic_models.add(name="car", base_model_name="en-US_BroadbandModel", status="ready")
    url = f"{stt.url}/v1/acoustic_customizations/{model.id}"
    requests.post(url + "/train", auth=("apikey", "any")).raise_for_status()
    while (status := requests.get(url, auth=("apikey", "any")).json()["status"]) == "training":
        time.sleep(600)
    return status
"""
CAREFUL = """
@fakestt.explore(faults=["fail(503)"], outcomes=False)
def test_it(fake_stt):
    for _ in range(2):
        if models(fake_stt).status_code == 200:
            return
    assert False, "twice"
"""


@pytest.fixture
def explored(run: Run) -> Callable[..., pytest.RunResult]:
    """`explored(source, *arguments)`: with what the tests here have in common before it."""
    return lambda source, *arguments, **more: run(BEGIN + source, *arguments, **more)


def pasted(result: pytest.RunResult) -> list[str]:
    return re.findall(r"@fakestt\.replay\((.*)\)", "\n".join(result.outlines))


def test_a_test_that_bears_it_all_passes_and_says_how_much(explored: Run) -> None:
    result = explored(CAREFUL)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*explored*", "test_it.py::test_it: 2 schedules with at most 1 fault, 0 failed"])


def test_two_faults_are_one_bound_more(explored: Run) -> None:
    result = explored(CAREFUL.replace("outcomes=False", "max_faults=2"))
    result.assert_outcomes(failed=1)
    assert pasted(result) == ['"r1:listAcousticModels=fail(503); r2:listAcousticModels=fail(503)"']
    result.stdout.fnmatch_lines(
        ["*AssertionError: twice*", "*3 schedules with at most 2 faults, 1 failed, smallest: r1:*"]
    )


def test_a_failure_is_told_once_in_full_with_what_happened(explored: Run) -> None:
    result = explored(
        """
@fakestt.explore(faults=["fail(503)", "fail(504)", "reset()"])
def test_it(fake_stt):
    assert train(fake_stt) == "available"
"""
    )
    result.assert_outcomes(failed=1)
    out = result.stdout.str()
    assert out.count("_ test_it _") == 1
    assert out.count("fakestt: what happened") == 1
    assert "HTTPError: 503 Server Error" in out
    # A poll that fails has no status: by two faults, at the first, the second and the last poll that said `training`,
    # at the one that said `available`, and there again where the training has failed.
    assert re.search(r"10 x KeyError at test_it\.py:\d+ in train, hit at getAcousticModel\n +'status'\n", out)
    assert re.search(r"1 x AssertionError at test_it\.py:\d+ in test_it, hit at training\n", out)
    assert '@fakestt.replay("training:car=failed")' in out


def test_it_says_where_the_schedule_that_is_told_left_the_default_run(
    explored: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = """
@fakestt.explore(faults=["fail(503)"], outcomes=False, operations=["train*"])
def test_it(fake_stt):
    assert train(fake_stt) == "available"
"""
    out = explored(test).stdout.str()
    assert (
        "1 failed, smallest: r1:trainAcousticModel=fail(503)\n"
        "left the default run at #1: +0:00:00  POST  <car>/train  503  trainAcousticModel  [fault: fail(503)]  "
        "'Service Unavailable'\n"
        "           the default run: +0:00:00  POST  <car>/train  200  trainAcousticModel; "
        "car: ready -> training by trainAcousticModel\n"
    ) in out
    monkeypatch.setenv("COLUMNS", "80")
    lines = explored(test, "--tb=short").outlines
    told = lines[next(at for at, line in enumerate(lines) if "fakestt: explored" in line) :]
    assert [line for line in told if len(line) > 80] == []


def test_what_is_pasted_fails_as_it_was_told(explored: Run) -> None:
    test = """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    assert train(fake_stt) == "available"
"""
    for text in pasted(explored(test)):
        result = explored(re.sub(r"@fakestt.explore.*", f"@fakestt.replay({text})", test))
        result.assert_outcomes(failed=1)
        assert "explored" not in result.stdout.str()


def test_a_replay_may_come_by_the_command_line(explored: Run) -> None:
    test = "def test_it(fake_stt):\n    assert train(fake_stt) == 'failed'\n\ndef test_without():\n    pass\n"
    explored(test, "--fakestt-replay", "training=failed").assert_outcomes(passed=2)
    explored(test).assert_outcomes(passed=1, failed=1)


def test_a_replay_that_no_longer_fits_says_where_it_left_the_road(explored: Run) -> None:
    test = "def test_it(fake_stt):\n    models(fake_stt)\n"
    for result in (
        explored(f'@fakestt.replay("r3=fail(503)")\n{test}'),
        explored(test, "--fakestt-replay", "r3=fail(503)"),
        explored(test, "--fakestt-replay", "r3=fail(503)", "--fakestt-report=always"),
    ):
        result.assert_outcomes(failed=1)  # and no error of the tear-down beside a test that passed
        said = "The test never came to r3=fail(503): its last request was r1:listAcousticModels."
        result.stdout.fnmatch_lines([f"{said} *", "*fakestt: what happened*", "This run was to follow"])
        assert "and did not" not in result.stdout.str()
        assert result.stdout.str().count("fakestt: what happened") == 1


def test_a_test_that_is_expected_to_pass_and_leaves_its_schedule_has_failed(explored: Run) -> None:
    marks = '@pytest.mark.xfail\n@fakestt.replay("r3=fail(503)")\n'
    explored(f"{marks}def test_it(fake_stt):\n    models(fake_stt)\n").assert_outcomes(failed=1)
    explored(f"{marks}def test_it(fake_stt):\n    assert False\n").assert_outcomes(xfailed=1)


def test_a_replay_that_fails_otherwise_says_that_it_did_not_follow(explored: Run) -> None:
    test = "def test_it(fake_stt):\n    models(fake_stt)\n    assert False\n"
    out = explored(test, "--fakestt-replay", "r1:getAcousticModel=fail(503)").stdout.str()
    assert 'This run was to follow\n@fakestt.replay("r1:getAcousticModel=fail(503)")\nand did not. ' in out
    assert "its request 1 was listAcousticModels, and not getAcousticModel" in out
    out = explored(test, "--fakestt-replay", "r1=fail(503)").stdout.str()
    assert 'This run followed\n@fakestt.replay("r1=fail(503)")\n' in out
    assert "and did not" not in out


AT_THE_END = """
@pytest.fixture
def prepared(fake_stt):
    models(fake_stt).raise_for_status()
    yield
    models(fake_stt).raise_for_status()

@fakestt.explore(faults=["fail(503)"], outcomes=False)
def test_it(prepared):
    pass
"""


@pytest.mark.slow
def test_a_fault_at_the_beginning_or_the_end_of_a_fixture_is_met_there(explored: Run) -> None:
    result = explored(AT_THE_END)
    result.assert_outcomes(errors=1)
    assert counts(result) == Counter(
        {
            "HTTPError at test_it.py:20 in prepared, hit at listAcousticModels": 1,
            "HTTPError at test_it.py:22 in prepared, hit at listAcousticModels": 1,
        }
    )
    at_the_end = AT_THE_END.replace(
        '@fakestt.explore(faults=["fail(503)"], outcomes=False)', '@fakestt.replay("r2=fail(503)")'
    )
    result = explored(at_the_end)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*HTTPError: 503*", "This run followed"])
    # What fails before may follow as well.
    result = explored(at_the_end.replace("    pass", "    assert False"))
    result.assert_outcomes(failed=1, errors=1)
    assert "and did not" not in result.stdout.str()
    # What fails otherwise is told once, and what is skipped need not follow.
    explored(at_the_end.replace("r2", "r9").replace("    pass", "    assert False")).assert_outcomes(failed=1)
    explored(at_the_end.replace("r2", "r9").replace("    pass", "    pytest.skip()")).assert_outcomes(skipped=1)


STORM = """
def test_it(fake_stt):
    fake_stt.faults.storm(fakestt.fail(503), fakestt.reset(), rate=0.5, seed=3)
    for _ in range(4):
        try:
            models(fake_stt)
        except OSError:
            pass
    assert [one.status for one in fake_stt.journal] == [200] * 4
"""


def test_what_chance_did_is_a_line_to_paste(explored: Run) -> None:
    result = explored(STORM)
    result.stdout.fnmatch_lines(["*fakestt: replay*", "What the storm did. Without the storm, this does the same:"])
    [text] = pasted(result)
    statuses = re.findall(r"assert (\[.*\]) == ", result.stdout.str())
    without = STORM.replace(re.findall(r".*storm.*", STORM)[0], "").replace(
        "def test", f"@fakestt.replay({text})\ndef test", 1
    )
    again = explored(without)
    again.assert_outcomes(failed=1)
    assert re.findall(r"assert (\[.*\]) == ", again.stdout.str()) == statuses


def test_an_ordinary_failure_has_no_line_to_paste(explored: Run) -> None:
    result = explored(
        "def test_it(fake_stt):\n    fake_stt.faults.on('*').fail(503)\n    models(fake_stt).raise_for_status()\n"
        "def test_without():\n    assert False\n"
        "def test_no_hit(fake_stt):\n    fake_stt.faults.storm(rate=0.5, seed=3, optional=True)\n    assert False\n"
    )
    result.assert_outcomes(failed=3)
    assert "fakestt: replay" not in result.stdout.str()


FIXTURES = """
@pytest.fixture(scope="module")
def of_module():
    made.append("module")
    yield
    assert made == ["module"] + ["function"] * 5 + ["gone"], made

@pytest.fixture
def of_function():
    made.append("function")

@fakestt.explore(faults=["fail(503)", "reset()"])
def test_it(of_module, of_function, fake_stt, tmp_path):
    (tmp_path / "new").mkdir()
    assert len(fake_stt.acoustic_models) == 0
    for _ in range(2):
        try:
            models(fake_stt).raise_for_status()
        except OSError:
            pass

def test_next(of_module):
    made.append("gone")
"""


def test_its_own_fixtures_are_made_anew_and_wider_ones_once(explored: Run) -> None:
    explored(FIXTURES).assert_outcomes(passed=2)


def test_an_error_of_a_wider_fixture_at_its_end_is_told(explored: Run) -> None:
    source = FIXTURES.replace('+ ["gone"]', "")
    only = source[: source.index("def test_next")]
    explored(only).assert_outcomes(passed=1)
    explored(only.replace("* 5", "* 6")).assert_outcomes(passed=1, errors=1)


KINDS = {
    "a method": """
class TestIt:
    @fakestt.explore(faults=["fail(503)"])
    def test_it(self, fake_stt):
        assert not hasattr(self, "used")
        self.used = True
        assert models(fake_stt).status_code in (200, 503)
""",
    "parameters": """
@pytest.mark.parametrize("number", [1, 2])
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt, number):
    for _ in range(number):
        assert models(fake_stt).status_code in (200, 503)
""",
    "a TestCase": """
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _stt(self, fake_stt):
        self.stt = fake_stt

    @fakestt.explore(faults=["fail(503)"])
    def test_it(self):
        self.assertIn(models(self.stt).status_code, (200, 503))
""",
    "a factory": """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt_factory):
    for _ in range(2):
        assert models(fake_stt_factory()).status_code in (200, 503)
""",
    "a server": """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt_server):
    assert models(fake_stt_server).status_code in (200, 503)
""",
}
SCHEDULES = {"parameters": [2, 3], "a factory": [3]}


@pytest.mark.parametrize("kind", KINDS)
def test_it_explores(kind: str, explored: Run) -> None:
    counts = SCHEDULES.get(kind, [2])
    result = explored(KINDS[kind])
    result.assert_outcomes(passed=len(counts))
    assert [int(one) for one in re.findall(r": (\d+) schedules", result.stdout.str())] == counts
    failing = explored(KINDS[kind].replace("(200, 503)", "(200,)"))
    failing.assert_outcomes(failed=len(counts))
    assert "r1:listAcousticModels=fail(503)" in failing.stdout.str()


@pytest.mark.parametrize("plugin", ["pytest_asyncio.plugin", "anyio"])
def test_it_explores_coroutines(plugin: str, explored: Run) -> None:
    pytest.importorskip(plugin.partition(".")[0])
    result = explored(
        f"""
import httpx

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.{"anyio" if plugin == "anyio" else "asyncio"}
@fakestt.explore(faults=["fail(503)"])
async def test_it(fake_stt):
    async with httpx.AsyncClient(auth=("apikey", "any")) as client:
        answer = await client.get(fake_stt.url + "/v1/acoustic_customizations")
    assert answer.status_code == 200
""",
        "-p",
        plugin,
    )
    result.assert_outcomes(failed=1)
    assert pasted(result) == ['"r1:listAcousticModels=fail(503)"']


def test_a_test_that_fails_by_itself_or_is_skipped_is_not_explored(explored: Run) -> None:
    result = explored(
        """
@fakestt.explore
def test_wrong(fake_stt):
    assert models(fake_stt).status_code == 404

@fakestt.explore
def test_skipped(fake_stt):
    pytest.skip("not today")

@fakestt.explore
@pytest.mark.xfail(raises=AssertionError, strict=True)
def test_expected(fake_stt):
    assert models(fake_stt).status_code == 404
""",
        "-rs",
    )
    result.assert_outcomes(failed=1, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines(["*assert 200 == 404*", "not explored: the test fails without any fault"])


@pytest.mark.slow
def test_what_is_told_as_a_failure_is_not_told_again_at_the_end(explored: Run) -> None:
    test = CAREFUL.replace("outcomes=False", "max_faults=2")
    assert explored(test).stdout.str().count("smallest: ") == 1
    result = explored(test, "--tb=no")
    assert result.stdout.str().count("smallest: ") == 1
    result.stdout.fnmatch_lines(["test_it.py::test_it: 3 schedules *"])


def test_operations_narrow_the_faults_and_not_the_outcomes(explored: Run) -> None:
    result = explored(
        """
@fakestt.explore(faults=["fail(503)"], operations=["train*"])
def test_it(fake_stt):
    assert train(fake_stt) == "available"
"""
    )
    result.assert_outcomes(failed=1)
    assert pasted(result) == ['"r1:trainAcousticModel=fail(503)"', '"training:car=failed"']


@pytest.mark.parametrize(
    ("adds", "found"),
    [
        ('client.add_corpus(model.id, "stays", io.BytesIO(b"We booked at HHonors."))', "analysis:stays=invalid"),
        (
            'client.add_grammar(model.id, "stays", io.BytesIO(b"#ABNF 1.0; $a = b;"), "application/srgs")',
            "analysis:stays=invalid",
        ),
        ('client.add_words(model.id, [CustomWord(word="HHonors")])', "analysis:hotels=invalid"),
    ],
)
def test_the_analyses_of_texts_and_words_may_end_badly_as_well(adds: str, found: str, explored: Run) -> None:
    result = explored(
        f"""
import io
from ibm_watson.speech_to_text_v1 import CustomWord

@pytest.mark.fakestt(edition="cloud2025")
@fakestt.explore(faults=[])
def test_it(fake_stt):
    model, client = fake_stt.language_models.add(name="hotels", status="pending"), fake_stt.client()
    {adds}
    time.sleep(600)
    assert client.get_language_model(model.id).get_result()["status"] == "ready"
"""
    )
    result.assert_outcomes(failed=1)
    assert pasted(result) == [f'"{found}"']


def test_what_a_schedule_keeps_from_being_met_is_no_mistake(explored: Run) -> None:
    explored(
        """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    fake_stt.faults.on("listAcousticModels", nth=2).fail(500)
    fake_stt.at("10m", lambda: None)
    if models(fake_stt).status_code == 200:
        models(fake_stt)
        time.sleep(600)
"""
    ).assert_outcomes(passed=1)


def test_a_budget_that_cut_the_search_is_told(explored: Run) -> None:
    both = """faults=["fail(503)", "reset()"], max_faults=2, schedules=2"""
    result = explored(CAREFUL.replace("""faults=["fail(503)"], outcomes=False""", both))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_it: 2 schedules with at most 2 faults, 0 failed. The budget was spent: "
            "it left out 1 schedule with 1 deviation."
        ]
    )


def test_a_budget_that_cut_behind_a_whole_bound_says_so(explored: Run) -> None:
    both = """faults=["fail(503)", "reset()"], max_faults=2, schedules=4"""
    result = explored(CAREFUL.replace("""faults=["fail(503)"], outcomes=False""", both))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "4 schedules with at most 2 faults, 2 failed, smallest: *",
            "The budget was spent: it left out 1 schedule with 2 deviations, and none with fewer.",
            "left the default run at #1: *",
        ]
    )


def test_dry_counts_and_runs_the_ordinary_schedule_alone(explored: Run) -> None:
    result = explored(CAREFUL, "--fakestt-explore-dry")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*test_it: 2 schedules have at most one deviation; only the ordinary one was run"])


MANY = """
@fakestt.explore(faults=["fail(503)", "reset()", "lose_reply()"], max_faults=2)
def test_it(fake_stt):
    assert train(fake_stt) in ("available", "failed")
"""


WRITTEN = """
@pytest.mark.fakestt(start="2018-10-27T00:00:00Z")
@fakestt.explore(faults=["fail(503)", "lose_reply()"], max_faults=2)
def test_it(fake_stt):
    try:
        assert train(fake_stt) == "available"
    finally:
        met = [(one.at_s, one.path, one.status, one.arrival.how.value, one.reply.body) for one in fake_stt.journal]
        with open("schedules.txt", "a") as file:
            file.write(f"{met}\\n")

def test_beside(fake_stt):
    models(fake_stt)
"""
WAYS = {
    "again": {},
    "in another order": {"conftest": "def pytest_collection_modifyitems(items): items.reverse()"},
    "in another process": {"apart": True},
}


@pytest.mark.parametrize(
    "way", ["again", *(pytest.param(way, marks=pytest.mark.slow) for way in (*list(WAYS)[1:], "distributed"))]
)
def test_an_exploration_runs_the_same_schedules_each_time(way: str, explored: Run, pytester: pytest.Pytester) -> None:
    written = pytester.path / "schedules.txt"
    explored(WRITTEN).assert_outcomes(passed=1, failed=1)
    once = written.read_text().splitlines()
    written.unlink()
    if way == "distributed":
        explored(WRITTEN, "-p", "xdist", "-n", "2", apart=True)
    else:
        explored(WRITTEN, **WAYS[way])
    assert written.read_text().splitlines() == once
    assert len(once) > 10


def counts(result: pytest.RunResult) -> Counter[str]:
    """How often each kind of failure was found: by exception, place and what was hit."""
    told = re.findall(r"^ +(\d+) x (.*)$", result.stdout.str(), re.MULTILINE)
    return Counter({what: int(count) for count, what in told})


@pytest.mark.slow
@pytest.mark.parametrize("distributed", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_shards_find_together_what_one_run_finds(explored: Run, distributed: bool) -> None:
    more = ("-p", "xdist", "-n", "2") if distributed else ()
    whole = explored(MANY, *more, apart=distributed)
    parts = [explored(MANY, "--fakestt-shard", f"{number}/3", *more, apart=distributed) for number in (1, 2, 3)]
    together: Counter[str] = sum(map(counts, parts), Counter())
    assert together == counts(whole)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fakestt-shard", "4/3"), "--fakestt-shard=4/3: give K/N, such as 3/16"),
        (("--fakestt-shard", "x"), "--fakestt-shard=x: give K/N"),
        (("--fakestt-replay", "r3"), "'r3' is not label=option"),
        (("--fakestt-replay", "r3=fial(503)"), "no effect 'fial'. Did you mean 'fail'?"),
    ],
)
def test_an_option_that_makes_no_sense_ends_the_run_before_it_begins(
    arguments: tuple[str, ...], said: str, explored: Run
) -> None:
    result = explored(CAREFUL, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()


def test_a_test_that_does_not_do_the_same_each_time_is_told_so(explored: Run) -> None:
    result = explored(
        """
count = 0

@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    global count
    count += 1
    assert models(fake_stt).status_code == 200 or count > 2
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*passed when it was run once more: the test does not do the same each time*"])


CLEANS_UP = """
def models_url(stt):
    return stt.url + "/v1/acoustic_customizations"

def clean(stt, tries):
    helper = stt.acoustic_models.add(name="mine")
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    made = requests.post(models_url(stt), json=body, auth=("apikey", "any"))
    if made.status_code != 201:
        return
    url = models_url(stt) + "/" + made.json()["customization_id"]
    for _ in range(tries):
        if requests.delete(url, auth=("apikey", "any")).status_code == 200:
            return
"""


def test_leftovers_are_what_requests_made_and_nobody_deleted(explored: Run) -> None:
    test = """
@fakestt.explore(faults=["fail(503)"], check=["leftovers"])
def test_it(fake_stt):
    clean(fake_stt, tries={})
"""
    explored(CLEANS_UP + test.format(2)).assert_outcomes(passed=1)
    result = explored(CLEANS_UP + test.format(1))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["leftovers: acoustic model 'car', pending"])
    assert pasted(result) == ['"r2:deleteAcousticModel=fail(503)"']


CLEANING = """
@pytest.fixture{scope}
def cleaning({needs}):
    made = []
    yield made
    for stt, url in made:
        requests.delete(url, auth=("apikey", "any")).raise_for_status()

@fakestt.explore(faults=["fail(503)"], operations=["create*"], check=["leftovers", "metamorphic"])
def test_it(cleaning, fake_stt):
    body = {{"name": "car", "base_model_name": "en-US_BroadbandModel"}}
    for _ in range(2):
        made = requests.post(models_url(fake_stt), json=body, auth=("apikey", "any"))
        if made.status_code == 201:
            break
    {then}.append((fake_stt, models_url(fake_stt) + "/" + made.json()["customization_id"]))
"""


def test_a_fixture_may_clean_up_at_its_end(explored: Run) -> None:
    cleaning = CLEANS_UP + CLEANING.format(scope="", needs="fake_stt", then="cleaning")
    explored(cleaning).assert_outcomes(passed=1)
    explored(cleaning.replace("requests.delete", "requests.get")).assert_outcomes(failed=1)


def test_what_a_wider_fixture_would_clean_up_is_left(explored: Run) -> None:
    result = explored(CLEANS_UP + CLEANING.format(scope="(scope='module')", needs="", then="[]"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["leftovers: acoustic model 'car', pending", "*fakestt: what happened*"])


def test_what_ends_alike_leaves_alike(explored: Run) -> None:
    test = """
@fakestt.explore(faults=["fail(503)"], check=["metamorphic"])
def test_it(fake_stt):
    for name in ("car", "bus"):
        body = {"name": name, "base_model_name": "en-US_BroadbandModel"}
        for _ in range(TRIES):
            if requests.post(models_url(fake_stt), json=body, auth=("apikey", "any")).status_code == 201:
                break
"""
    explored(CLEANS_UP + test.replace("TRIES", "2")).assert_outcomes(passed=1)
    result = explored(CLEANS_UP + test.replace("TRIES", "1"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "metamorphic: nothing ended otherwise than in the ordinary run, and this one left acoustic model 'bus', "
            "pending; the ordinary one acoustic model 'bus', pending; acoustic model 'car', pending"
        ]
    )


def test_an_activity_that_ends_otherwise_may_leave_other_things(explored: Run) -> None:
    explored(
        """
@fakestt.explore(faults=[], check=["metamorphic"])
def test_it(fake_stt):
    train(fake_stt)
"""
    ).assert_outcomes(passed=1)


def test_exceptions_that_are_allowed_are_no_failures(explored: Run) -> None:
    test = """
@fakestt.explore(faults=["fail(503)", "reset()"], allow={})
def test_it(fake_stt):
    models(fake_stt).raise_for_status()
"""
    explored(test.format("requests.RequestException")).assert_outcomes(passed=1)
    result = explored(test.format("(requests.HTTPError, KeyError)"))
    result.assert_outcomes(failed=1)
    assert pasted(result) == ['"r1:listAcousticModels=reset()"']


def test_what_is_drawn_is_shrunk_and_told_as_ever(explored: Run) -> None:
    result = explored(CAREFUL.replace("outcomes=False", 'max_faults=5, strategy="sample", examples=50'))
    result.assert_outcomes(failed=1)
    assert pasted(result) == ['"r1:listAcousticModels=fail(503); r2:listAcousticModels=fail(503)"']
    result.stdout.fnmatch_lines(["*schedules with at most 5 faults, drawn with seed 0, *failed, smallest: r1:*"])


@pytest.mark.slow
def test_a_test_of_several_shards_is_as_many_items(explored: Run) -> None:
    whole = explored(MANY)
    result = explored(MANY.replace("max_faults=2", "max_faults=2, shards=3"), "-v")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines([f"test_it.py::test_it?shard {number} of 3? FAILED*" for number in (1, 2, 3)])
    assert counts_in_all(result) == counts(whole)


@pytest.mark.slow
def test_shards_of_an_item_and_of_a_job_go_together(explored: Run) -> None:
    two = MANY.replace("max_faults=2", "max_faults=2, shards=2")
    jobs = [counts_in_all(explored(two, "--fakestt-shard", f"{job}/2")) for job in (1, 2)]
    assert sum(jobs, Counter()) == counts(explored(MANY))


def counts_in_all(result: pytest.RunResult) -> Counter[str]:
    told = re.findall(r"^ +(\d+) x (.*)$", result.stdout.str(), re.MULTILINE)
    found: Counter[str] = Counter()
    for count, what in told:
        found[what] += int(count)
    return found


def test_conduct_is_looked_at_under_each_schedule(explored: Run) -> None:
    test = """
@fakestt.explore(faults=["fail(503, retry_after=60)"], check=["conduct"])
def test_it(fake_stt):
    for _ in range(2):
        if models(fake_stt).status_code == 200:
            break
        time.sleep({})
"""
    explored(test.format(60)).assert_outcomes(passed=1)
    result = explored(test.format(1), ini="fakestt_conduct = off")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["conduct: retry_after: *"])
    assert pasted(result) == ['"r1:listAcousticModels=fail(503, retry_after=60)"']


def test_a_test_whose_fake_meets_no_request_is_not_explored_and_fails(explored: Run) -> None:
    test = """
@fakestt.explore
def test_by_hand():
    with fakestt.FakeSTT(time="on_sleep").reachable():
        pass

@fakestt.explore
def test_idle(fake_stt):
    pass
"""
    result = explored(test)
    result.assert_outcomes(failed=2)
    said = "not explored: no request of this test met a fake of fakestt's fixtures"
    assert result.stdout.str().count(f"{said}. Take @fakestt.explore from it, or let its client use fake_stt.") >= 2


def test_a_test_in_which_nothing_varies_is_told_so(explored: Run) -> None:
    result = explored("@fakestt.explore(faults=[])\ndef test_it(fake_stt):\n    models(fake_stt)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "not explored: nothing varies, for no fault is offered (faults=[[]]) and nothing in it ends by itself. "
            "Take @fakestt.explore from it, or give it faults=."
        ]
    )


def test_an_ending_that_there_is_not_is_told_once_with_what_happened(explored: Run) -> None:
    test = """
@fakestt.replay("training:car=fail")
def test_it(fake_stt):
    fake_stt.acoustic_models.add(name="car", status="training")
    time.sleep(24 * 3600)
    models(fake_stt)
"""
    result = explored(test)
    assert "Possible: available, failed." in result.stdout.str()
    assert "the report can't be made" not in result.stdout.str()
    assert "never came to" not in result.stdout.str()
    result.stdout.fnmatch_lines(["fake started at *", "*car: training -> available by training*"])


SAMPLED = """
@fakestt.explore(faults=["fail(503)"], max_faults=3, strategy="sample", examples=200{more})
def test_it(fake_stt):
    made.append("run")
    for _ in range({times}):
        models(fake_stt)

def test_beside():
    pass
"""


def test_a_sampled_test_that_does_not_do_the_same_each_time_fails_and_the_others_go_on(explored: Run) -> None:
    result = explored(SAMPLED.format(more="", times="len(made) % 3 + 1"))
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["Nothing has failed, but equal choices led to other requests: the test does not do the same each time. *"]
    )


def test_a_sample_ends_with_its_budget(explored: Run) -> None:
    result = explored(SAMPLED.format(more=', budget="50ms"', times="5"))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*test_it: * drawn with seed 0 before the budget was spent, 0 failed"])


def test_an_exploration_below_the_given_of_hypothesis_is_none_the_less_one(explored: Run) -> None:
    result = explored(
        """
from hypothesis import HealthCheck, given, settings, strategies

@settings(max_examples=2, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(number=strategies.integers(0, 1))
@fakestt.explore(faults=["fail(503)"], outcomes=False)
def test_it(fake_stt, number):
    models(fake_stt)
"""
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*test_it: 3 schedules with at most 1 fault, 0 failed"])


@pytest.mark.parametrize("bound", ["max_faults=0", "operations=['train*']"])
def test_a_bound_that_leaves_nothing_to_try_is_told(bound: str, explored: Run) -> None:
    result = explored(f"@fakestt.explore({bound})\ndef test_it(fake_stt):\n    models(fake_stt)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["not explored: nothing varies, for * Take @fakestt.explore from it, or *."])


def test_each_shard_of_a_sample_draws_for_itself(explored: Run) -> None:
    result = explored(SAMPLED.format(more=", shards=2", times="5"), "--fakestt-shard", "2/2")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([f"*shard {k} of 2?: * drawn with seed {k + 1}, 0 failed" for k in (1, 2)])


def test_what_is_no_function_is_not_explored_though_it_has_a_fake(explored: Run) -> None:
    document = '"""\n>>> 1 + 1\n2\n"""\nimport pytest\n@pytest.fixture(autouse=True)\ndef always(fake_stt):\n    pass\n'
    result = explored("", "--doctest-modules", "--fakestt-explore", "1s", "conftest.py", conftest=document)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["conftest.py::conftest: not explored: it is no function"])
    result = explored("", "--doctest-modules", "--fakestt-replay", "r1=fail(503)", "conftest.py", conftest=document)
    result.assert_outcomes(passed=1)


def test_only_the_budget_that_was_given_is_told_as_spent(explored: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    once = "def test_it(fake_stt):\n    models(fake_stt)\n"
    spent = "The budget was spent: it left out 1 schedule with 1 deviation."
    decorated = '@fakestt.explore(faults=["fail(503)"], schedules=1)\n'
    result = explored(decorated + once, "--fakestt-explore", "60s")
    result.stdout.fnmatch_lines([f"*0 failed. {spent}"])
    result = explored(once + "    time.thread_time_ns()\n", "--fakestt-explore", "1ms")
    result.stdout.fnmatch_lines(["*The budget was spent: * It was 1ms: --budget gives more."])
    # Two thousand schedules, the default, take a minute.
    monkeypatch.setattr("fakestt.exploring.marks.Budget", lambda _, budget_s: Budget(2, budget_s))
    result = explored(once, "--fakestt-explore", "60s")
    result.stdout.fnmatch_lines(["*It was 2 schedules: @fakestt.explore(schedules=...) gives more."])


@pytest.mark.parametrize("order", [0, 1])
def test_a_static_method_is_explored_with_its_decorators_in_either_order(order: int, explored: Run) -> None:
    decorators = ['    @fakestt.explore(faults=["fail(503)"])\n', "    @staticmethod\n"]
    test = "    def test_it(fake_stt):\n        models(fake_stt)\n"
    result = explored("class TestIt:\n" + decorators[order] + decorators[1 - order] + test)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*test_it: 2 schedules with at most 1 fault, 0 failed"])
