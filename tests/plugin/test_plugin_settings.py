"""The marker before the ini option before the default; and what means nothing is refused before a test runs."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import get_type_hints

import pytest

from conftest_plugin import settings
from fakestt import FakeSTT
from fakestt.options import Options

# An error at collection ends the run, and pytest then reads its own source for a traceback that nobody looks at.
GO_ON = "--continue-on-collection-errors"


def test_the_ini_options_make_the_fake(run):
    run(
        """
        import fakestt, requests, pytest
        def test_it(fake_stt):
            assert (fake_stt.edition.name, fake_stt.clock.now()) == ("cloud2025", 1540598400)
            assert fake_stt.owner == fakestt.FakeSTT(seed=7).owner
            assert fake_stt.journal._latest.maxlen == 18
            assert requests.get(fake_stt.url + "/v1/models", verify=fake_stt.ca_file, timeout=5).status_code == 200
            with pytest.raises(requests.exceptions.SSLError):
                requests.get(fake_stt.url + "/v1/models", timeout=5)
            with pytest.raises(requests.ConnectionError):
                requests.get("https://example.invalid/", timeout=5)
        """,
        ini="""
fakestt_edition = cloud2025
fakestt_time = manual
fakestt_start = 2018-10-27T00:00:00Z
fakestt_seed = 7
fakestt_journal = 20
fakestt_auth = none
fakestt_tls = self-signed
fakestt_unknown = ignore
fakestt_block_network = true
""",
    ).assert_outcomes(passed=1)


def test_pyproject_options_do_too(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyprojecttoml(
        """
        [tool.pytest.ini_options]
        fakestt_edition = "icp2020"
        fakestt_seed = "7"
        fakestt_block_network = true
        """
    )
    pytester.makepyfile(
        """
        import fakestt
        def test_it(fake_stt):
            assert (fake_stt.edition.name, fake_stt.owner) == ("icp2020", fakestt.FakeSTT(seed=7).owner)
        """
    )
    pytester.runpytest_inprocess("-p", "conftest_plugin").assert_outcomes(passed=1)


def test_for_each_key_the_closest_wins(run):
    run(
        """
        import pytest
        pytestmark = pytest.mark.fakestt(edition="icp2020", start=1)
        def test_module(fake_stt):
            assert (fake_stt.edition.name, fake_stt.clock.now(), fake_stt.auth.mode) == ("icp2020", 1, "strict")
        @pytest.mark.fakestt(start=2, auth="lenient")
        class TestClass:
            def test_class(self, fake_stt):
                assert (fake_stt.edition.name, fake_stt.clock.now(), fake_stt.auth.mode) == ("icp2020", 2, "lenient")
            @pytest.mark.fakestt(edition="cloud2025", start=3)
            @pytest.mark.fakestt(edition="cp4d2025")
            def test_function(self, fake_stt):
                assert (fake_stt.edition.name, fake_stt.clock.now(), fake_stt.auth.mode) == ("cp4d2025", 3, "lenient")
            @pytest.mark.parametrize("n", [pytest.param(4, marks=pytest.mark.fakestt(start=4))])
            def test_parameter(self, fake_stt, n):
                assert fake_stt.clock.now() == n
        """.replace("fake_stt.auth.mode", "fake_stt._service.auth._mode"),
        ini="fakestt_auth = strict\nfakestt_edition = cloud2025",
    ).assert_outcomes(passed=4)


# fmt: off
WRONG_MARKERS = [
    ('editon="cloud2025"',               "*no key 'editon'. Did you mean 'edition'? All: edition, time,*"),
    ('edition="cloud2024"',              "*edition='cloud2024'*Did you mean 'cloud2025'*"),
    ('time="follows"',                   "*time='follows'*Did you mean 'follow'*"),
    ('start="yesterday"',                "*start*'yesterday' is not an instant*"),
    ('seed="seven"',                     "*seed='seven': give an int*"),
    ('auth="strickt"',                   "*auth='strickt': give 'lenient'*'strict'*None*"),
    ('tls="selfsigned"',                 "*tls='selfsigned': give 'trusted' or 'self-signed'. Did you*"),
    ('patience="0s"',                    "*patience='0s': give a positive duration, such as '10s'*"),
    ('equal_reads=1',                    "*equal_reads=1: give how many equal reads in a row*2 or more*"),
    ('journal=3',                        "*journal=3: give how many exchanges are kept, 10 or more*"),
    ('block_network="yes"',              "*block_network='yes': give True or False*"),
    ('time="follow", start=5',           "*start=5 with time='follow'*"),
    ('allow_vendor=True',                "*no key 'allow_vendor'*"),
    ('"cloud2025"',                      "*fakestt('cloud2025'): every value needs its key. All: edition,*"),
]
# fmt: on


@pytest.mark.parametrize(("marker", "message"), WRONG_MARKERS, ids=[marker for marker, _ in WRONG_MARKERS])
def test_a_marker_that_means_nothing_is_an_error_at_collection(run, marker, message):
    test = f"import pytest\n\n@pytest.mark.fakestt({marker})\ndef test_marked(): pass\ndef test_other(): pass"
    result = run(test, GO_ON)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR collecting test_it.py*", "test_it.py:3: test_marked: @pytest.mark.fakestt*"])
    result.stdout.fnmatch_lines([message])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("fake_stt", "@pytest.mark.fake_stt(edition='cloud2025')\ndef test_it(): pass"),
        (
            "fake_stt_server",
            "@pytest.mark.fake_stt_server\nclass TestIt(unittest.TestCase):\n    def test_it(self): pass",
        ),
        ("fake_stt", "pytestmark = pytest.mark.fake_stt\ndef test_it(fake_stt): pass"),
        (
            "fake_stt_factory",
            "@pytest.mark.parametrize('n', [pytest.param(1, marks=[pytest.mark.fake_stt_factory])])\n"
            "def test_it(n): pass",
        ),
    ],
    ids=["function", "class", "module", "parameter"],
)
def test_a_fixture_is_no_marker(run, name, source):
    result = run(f"import pytest, unittest\n{source}", "-o", f"markers={name}", GO_ON)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*: @pytest.mark.{name}: {name} is a fixture, and no marker. *usefixtures('{name}')*"]
    )


@pytest.mark.parametrize(
    "source",
    [
        "@pytest.mark.fakestt(seed=1)\ndef test_it(): pass",
        "@pytest.mark.fakestt\ndef test_it(tmp_path): pass",
        "class TestIt(unittest.TestCase):\n    @pytest.mark.fakestt(seed=1)\n    def test_it(self): pass",
        "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.fakestt(seed=1))])\ndef test_it(n): pass",
        "@pytest.fixture(autouse=True)\ndef own(request): pass\n@pytest.mark.fakestt\ndef test_it(): pass",
    ],
    ids=["function", "without keys", "TestCase", "parameter", "another's request"],
)
def test_a_marker_on_a_test_without_a_fake_is_refused(run, source):
    result = run(f"import pytest, unittest\n{source}", GO_ON)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*: @pytest.mark.fakestt: the test uses no fixture of fakestt*usefixtures('fake_stt')*"]
    )


def test_a_marker_may_stand_where_it_can_mean_something(run):
    run(
        """
        import pytest, unittest
        pytestmark = pytest.mark.fakestt(seed=1)
        def test_without(): pass
        @pytest.mark.fakestt(seed=2)
        class TestIt:
            def test_without(self): pass
            @pytest.mark.fakestt(seed=3)
            def test_with(self, fake_stt): pass
        @pytest.mark.fakestt(seed=4)
        def test_that_asks_later(request):
            request.getfixturevalue("fake_stt")
        @pytest.fixture
        def own(fake_stt_factory): pass
        @pytest.mark.fakestt(seed=5)
        def test_through_another(own): pass
        @pytest.mark.fakestt(seed=6)
        @pytest.mark.usefixtures("fake_stt_server")
        def test_used(): pass
        class TestCase(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _fake(self, fake_stt): pass
            @pytest.mark.fakestt(seed=7)
            def test_it(self): pass
        """
    ).assert_outcomes(passed=7)


@pytest.mark.parametrize("base", ["", "(unittest.TestCase)"])
def test_a_class_that_is_marked_wrongly_is_named_once(run, base):
    result = run(
        f"""
        import pytest, unittest
        @pytest.mark.fakestt(sed=1)
        class TestIt{base}:
            def test_one(self): pass
            def test_two(self): pass
        """,
        GO_ON,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["test_it.py:*: TestIt.test_one (and 1 more): *Did you mean 'seed'*"])


@pytest.mark.slow
def test_a_wrong_marker_is_an_error_for_workers_too(run):
    result = run("import pytest\n@pytest.mark.fakestt(sed=1)\ndef test_it(): pass", "-p", "xdist", "-n", "1")
    result.stdout.fnmatch_lines(["*Did you mean 'seed'*"])
    assert result.ret != 0
    assert "INTERNALERROR" not in result.stdout.str()


def test_a_wrong_marker_that_is_added_after_the_collection_fails_the_set_up(run):
    result = run(
        "def test_it(fake_stt): pass",
        conftest="""
        import pytest
        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items):
            items[0].add_marker(pytest.mark.fakestt(sed=1))
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ConfigurationError*Did you mean 'seed'*"])


def test_what_an_ini_option_has_part_in_is_said(run):
    result = run(
        "import pytest\n@pytest.mark.fakestt(time='follow')\ndef test_it(): pass", ini="fakestt_start = 2018-10-27"
    )
    result.stdout.fnmatch_lines(["*with time='follow'*(start='2018-10-27' is the ini option's.)"])


def test_the_marker_takes_an_ini_option_back(run):
    run(
        "import pytest\n@pytest.mark.fakestt(time='follow', start=None)\ndef test_it(fake_stt): pass",
        ini="fakestt_start = 2018-10-27",
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize("ini", ["", "fakestt_time = manual"])
@pytest.mark.parametrize(
    ("marker", "made"), [("time=None", "fake_stt_factory()"), ("seed=1", "fake_stt_factory(time=None)")]
)
def test_no_time_is_the_default_of_the_fixtures(run, ini, marker, made):
    run(
        f"""
        import pytest
        @pytest.mark.fakestt({marker})
        def test_it(fake_stt_factory):
            assert {made}.clock.time.policy == "on_sleep"
            assert fake_stt_factory(time=None, start=None).clock.time.policy == "on_sleep"
        """,
        ini=ini,
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize(("keys", "policy"), [("time=None", "follow"), ("time=None, start=0", "on_sleep")])
def test_no_time_is_that_of_a_frozen_test_unless_it_has_a_start(run, keys, policy):
    run(
        f"""
        import freezegun, pytest
        @pytest.fixture
        def frozen():
            with freezegun.freeze_time("2018-10-27"):
                yield
        @pytest.mark.fakestt({keys})
        def test_it(frozen, fake_stt):
            assert fake_stt.clock.time.policy == "{policy}"
        """
    ).assert_outcomes(passed=1)


# fmt: off
WRONG_OPTIONS = [
    ("fakestt_editon = cloud2025",       "*no option 'fakestt_editon'. Did you mean 'fakestt_edition'*"),
    ("fakestt_edition = cloud2024",      "*edition='cloud2024'*Did you mean 'cloud2025'*"),
    ("fakestt_time = on_slep",           "*time='on_slep'*"),
    ("fakestt_seed = seven",             "*seed='seven': give an int*"),
    ("fakestt_start = yesterday",        "*'yesterday' is not an instant*"),
    ("fakestt_tls = self signed",        "*tls='self signed': give 'trusted' or 'self-signed'*"),
    ("fakestt_patience = much",          "*patience: 'much' is not a duration*"),
    ("fakestt_patience = -1s",           "*patience: '-1s' is not a duration*"),
    ("fakestt_equal_reads = many",       "*equal_reads='many': give how many equal reads in a row*2 or more*"),
    ("fakestt_block_network = perhaps",  "*perhaps*"),
    ("fakestt_allow_vendor = perhaps",   "*perhaps*"),
]
# fmt: on


@pytest.mark.parametrize(("ini", "message"), WRONG_OPTIONS, ids=[ini for ini, _ in WRONG_OPTIONS])
def test_an_option_that_means_nothing_is_a_usage_error(run, ini, message):
    result = run("def test_it(): pass", ini=ini)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_an_option_of_the_command_line_is_checked_as_well(run):
    result = run("def test_it(): pass", "-o", "fakestt_edition=cloud2024")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Did you mean 'cloud2025'*"])


def test_the_marker_explains_itself(run):
    result = run("", "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.fakestt(edition=..., time=*): how the fakes of this test are made.*"])


def test_the_fixtures_and_options_explain_themselves(run):
    run("", "--fixtures").stdout.fnmatch_lines(["fake_stt --*", "*A new fakestt.FakeSTT*", "fake_stt_factory --*"])
    run("", "--help").stdout.fnmatch_lines(["*fakestt_edition*", "*fakestt_block_network*", "*fakestt_allow_vendor*"])


def test_the_options_of_a_fake_are_the_same_wherever_they_are_taken() -> None:
    options = get_type_hints(Options)
    taken = {name: one.annotation for name, one in signature(FakeSTT).parameters.items()}
    assert list(taken) == list(options)
    assert get_type_hints(FakeSTT.__init__) == {**options, "return": type(None)}
    by_ini = {*options} - {"host", "choices"} | {"block_network"}  # which a text can say
    assert set(settings.KEYS) == by_ini
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name in by_ini:
        assert f"{name}=..." in settings.MARKER
        assert f"\n| `{name}` | " in readme


@pytest.mark.parametrize(
    ("marker", "ini", "patience_s", "most"),
    [
        ("", "", 10, 5_000),
        ("", "fakestt_patience = 2m\nfakestt_equal_reads = 7", 120, 7),
        ("patience='3s', equal_reads=8", "", 3, 8),
        ("patience=0.5, equal_reads=8", "fakestt_patience = 2m\nfakestt_equal_reads = 7", 0.5, 8),
        ("patience=None, equal_reads=None", "fakestt_patience = 2m\nfakestt_equal_reads = 7", 10, 5_000),
    ],
)
def test_patience_and_equal_reads_are_the_markers_or_the_ini_files(run, marker, ini, patience_s, most):
    run(
        f"""
        import pytest
        @pytest.fixture
        def told(monkeypatch):
            import fakestt.intercept.client_time as client_time
            real, told = client_time.virtual_time, []
            def virtual_time(world, **keywords):
                told.append(keywords["patience_s"])
                return real(world, **keywords)
            monkeypatch.setattr(client_time, "virtual_time", virtual_time)
            return told
        @pytest.mark.fakestt({marker})
        def test_it(told, fake_stt):
            assert (told, fake_stt.clock.time._reads._most) == ([{patience_s}], {most})
        """,
        ini=ini,
    ).assert_outcomes(passed=1)
