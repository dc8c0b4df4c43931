"""fake_stt and fake_stt_factory: what leads where, whose time it is, and what is left behind."""

from __future__ import annotations

import os

import pytest
import requests

import fakestt

AUTH = ("apikey", "any")
VENDOR = "https://api.us-south.speech-to-text.watson.cloud.ibm.com"


def models_of(base_url: str) -> int:
    answer = requests.get(f"{base_url}/v1/acoustic_customizations", auth=AUTH, timeout=5)
    assert answer.status_code == 200
    return len(answer.json()["customizations"])


@pytest.mark.parametrize(
    "base_url", [VENDOR, "https://fakestt.test", "https://stream.watsonplatform.net/speech-to-text/api"]
)
def test_known_hosts_lead_to_the_fake(fake_stt, base_url):
    fake_stt.acoustic_models.add(name="car")
    assert models_of(base_url) == 1


def test_the_url_of_the_fake_leads_to_it(fake_stt):
    assert models_of(fake_stt.url) == 0
    assert fake_stt.journal.count("listAcousticModels") == 1


def test_the_official_client_works_unchanged(fake_stt):
    made = fake_stt.client().create_acoustic_model("car", "en-US_BroadbandModel").get_result()
    assert made["customization_id"] in fake_stt.acoustic_models


@pytest.mark.fakestt(edition="cloud2025", start="2018-10-27T00:00:00Z", seed=7, auth=None)
def test_the_marker_makes_the_fake(fake_stt):
    assert (fake_stt.edition.name, fake_stt.clock.now()) == ("cloud2025", 1540598400)
    assert fake_stt.owner == fakestt.FakeSTT(seed=7).owner
    assert requests.get(fake_stt.url + "/v1/acoustic_customizations", timeout=5).status_code == 200  # auth=None


def test_with_a_fake_the_vendors_hosts_are_its_own_whatever_else_is_made(fake_stt_factory, fake_stt):
    other = fake_stt_factory()
    other.acoustic_models.add(name="car")
    assert models_of(VENDOR) == 0
    assert models_of(other.url) == 1


def test_without_a_fake_the_vendors_hosts_go_to_the_first_one_made(fake_stt_factory):
    first, second = fake_stt_factory(), fake_stt_factory()
    first.acoustic_models.add(name="car")
    assert (models_of(VENDOR), models_of(first.url), models_of(second.url)) == (1, 1, 0)


def test_a_fake_that_is_asked_for_later_takes_the_vendors_hosts_over(request):
    first = request.getfixturevalue("fake_stt_factory")()
    fake = request.getfixturevalue("fake_stt")
    fake.acoustic_models.add(name="car")
    assert (models_of(VENDOR), models_of(first.url), models_of(fake.url)) == (1, 0, 1)


def test_made_fakes_have_hosts_of_their_own(fake_stt, fake_stt_factory):
    made = [fake_stt, fake_stt_factory(), fake_stt_factory(), fake_stt_factory(host="icp.example")]
    assert [stt.host for stt in made] == ["fakestt.test", "fakestt-2.test", "fakestt-3.test", "icp.example"]
    assert models_of(made[-1].url) == 0


def test_made_fakes_are_different_instances(fake_stt, fake_stt_factory):
    made = [fake_stt, fake_stt_factory(), fake_stt_factory()]
    assert len({stt.owner for stt in made}) == len({stt.api_key for stt in made}) == 3


def test_two_editions_stand_side_by_side(fake_stt, fake_stt_factory):
    other = fake_stt_factory(edition="cloud2025", auth="strict")
    assert (fake_stt.edition.name, other.edition.name) == ("icp2018", "cloud2025")
    assert requests.get(other.url + "/v1/models", auth=AUTH, timeout=5).status_code == 401
    assert requests.get(fake_stt.url + "/v1/models", auth=AUTH, timeout=5).status_code == 200


@pytest.mark.fakestt(edition="cloud2025", seed=40)
def test_the_marker_is_the_default_of_made_fakes(fake_stt_factory):
    assert fake_stt_factory().edition.name == "cloud2025"
    assert fake_stt_factory(seed=5).owner == fakestt.FakeSTT(seed=5).owner
    assert fake_stt_factory(edition="icp2020").edition.name == "icp2020"


def test_the_fakes_of_a_test_share_one_time(fake_stt, fake_stt_factory):
    other = fake_stt_factory()
    model = other.acoustic_models.add(name="car", status="training")
    fake_stt.clock.advance("1d")
    assert other.clock.now() == fake_stt.clock.now()
    assert model.status == "available"


@pytest.mark.parametrize("keys", [{"time": "follow"}, {"start": 5.0}, {"patience": "1s"}, {"equal_reads": 9}])
def test_the_second_fake_of_a_test_cannot_have_a_time_of_its_own(fake_stt, fake_stt_factory, keys):
    with pytest.raises(fakestt.ConfigurationError, match="share one time"):
        fake_stt_factory(**keys)


@pytest.mark.fakestt(horizon="1d", patience="3s", equal_reads=9)
def test_what_the_marker_says_of_the_time_is_for_the_first_and_no_error_for_the_second(fake_stt, fake_stt_factory):
    assert fake_stt_factory().clock.time is fake_stt.clock.time


def test_the_first_one_made_says_what_time_it_is(fake_stt_factory):
    assert fake_stt_factory(start="2018-10-27T00:00:00Z").clock.now() == 1540598400
    assert fake_stt_factory().clock.now() == 1540598400


def test_a_misspelt_keyword_of_the_factory_names_the_right_one(fake_stt_factory):
    with pytest.raises(fakestt.ConfigurationError, match=r"no key 'editon'\. Did you mean 'edition'"):
        fake_stt_factory(editon="cloud2025")


@pytest.mark.fakestt(block_network=True)
def test_other_hosts_are_refused_where_the_network_is_blocked(fake_stt):
    with pytest.raises(requests.ConnectionError, match="block_network is on"):
        requests.get("https://example.invalid/", timeout=5)
    assert models_of(VENDOR) == 0


def test_fakes_are_closed_at_the_end_and_the_vendor_is_never_reached(run):
    result = run(
        """
        import pytest, requests
        def test_first(fake_stt, fake_stt_factory):
            other = fake_stt_factory()
            requests.get(other.url + "/v1/models", auth=("apikey", "any"), timeout=5)
        HOSTS = ["api.eu-de.speech-to-text.watson.cloud.ibm.com", "IAM.cloud.ibm.com", "fakestt.test"]
        @pytest.mark.parametrize("host", HOSTS)
        def test_second(host):
            with pytest.raises(requests.ConnectionError, match="no fake is open.*fakestt_allow_vendor"):
                requests.get(f"https://{host}/v1/models", timeout=5)
        """
    )
    result.assert_outcomes(passed=4)


def test_a_late_thread_does_not_reach_the_vendor(run):
    result = run(
        """
        import threading, requests
        over, seen = threading.Event(), []
        def late():
            over.wait(5)
            try:
                requests.get("https://iam.cloud.ibm.com/identity/token", timeout=5)
            except requests.ConnectionError as error:
                seen.append(str(error))
        thread = threading.Thread(target=late, daemon=True)
        def test_first(fake_stt):
            thread.start()
        def test_second():
            over.set()
            thread.join(5)
            assert "no fake is open" in seen[0]
        """
    )
    result.assert_outcomes(passed=2)


@pytest.mark.slow
def test_the_vendor_may_be_allowed(run):
    # The name resolution is cut short: what is asserted is that urllib3 gets as far as that.
    result = run(
        """
        import socket, pytest, requests
        def test_first(fake_stt): pass
        def test_second(monkeypatch):
            def asked(host, *rest, **more):
                raise OSError("asked for " + host)
            monkeypatch.setattr(socket, "getaddrinfo", asked)
            with pytest.raises(requests.ConnectionError, match="asked for iam.cloud.ibm.com"):
                requests.get("https://iam.cloud.ibm.com/identity/token", timeout=5)
        """,
        ini="fakestt_allow_vendor = true",
        apart=True,  # the guard of the run around this one holds in its whole process
    )
    result.assert_outcomes(passed=2)


@pytest.mark.slow
def test_nothing_stays_cut_when_the_run_is_over(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_it="def test_it(fake_stt): pass")
    script = pytester.makepyfile(
        script="""
        import os, threading, pytest, requests, urllib3
        def attributes():
            pool = urllib3.connectionpool.HTTPConnectionPool
            environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
            return {**vars(pool), **vars(requests.sessions), **environment, "threads": threading.active_count()}
        before = attributes()
        assert pytest.main(["-p", "conftest_plugin", "test_it.py"]) == 0
        assert attributes() == before
        """
    )
    assert pytester.runpython(script).ret == 0


def test_the_developers_own_credentials_file_is_not_read(run, pytester, monkeypatch):
    real = pytester.path / "real.env"
    real.write_text("SPEECH_TO_TEXT_APIKEY=real-key\nSPEECH_TO_TEXT_AUTH_TYPE=iam\n")
    monkeypatch.setenv("IBM_CREDENTIALS_FILE", str(real))
    result = run(
        """
        import os
        from ibm_cloud_sdk_core import read_external_sources
        def test_during(fake_stt):
            assert "APIKEY" not in read_external_sources("speech_to_text")
        def test_after():
            assert os.environ["IBM_CREDENTIALS_FILE"].endswith("real.env")
        """
    )
    result.assert_outcomes(passed=2)


def test_a_credentials_file_in_the_working_directory_is_not_read(fake_stt, tmp_path, monkeypatch):
    from ibm_cloud_sdk_core import read_external_sources

    (tmp_path / "ibm-credentials.env").write_text("SPEECH_TO_TEXT_APIKEY=real-key\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "APIKEY" not in read_external_sources("speech_to_text")


@pytest.fixture
def own_credentials_file(tmp_path, monkeypatch):
    path = tmp_path / "own.env"
    path.write_text("SPEECH_TO_TEXT_APIKEY=test-key\n")
    monkeypatch.setenv("IBM_CREDENTIALS_FILE", str(path))
    return path


def test_a_credentials_file_that_the_test_names_is_read(own_credentials_file, fake_stt):
    assert os.environ["IBM_CREDENTIALS_FILE"] == str(own_credentials_file)


def test_the_fixtures_serve_a_testcase(run):
    result = run(
        """
        import unittest, pytest, requests
        @pytest.mark.fakestt(edition="icp2020")
        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _fake(self, fake_stt):
                self.stt = fake_stt
            def test_it(self):
                requests.get(self.stt.url + "/v1/models", auth=("apikey", "any"), timeout=5)
                self.assertEqual((self.stt.journal.count("listModels"), self.stt.edition.name), (1, "icp2020"))
        """
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--import-mode=importlib",),
        pytest.param(("-p", "xdist", "-n", "2"), marks=pytest.mark.slow),
        ("-p", "no:randomly", "--strict-config"),
    ],
    ids=" ".join,
)
def test_every_way_to_run_pytest_will_do(run, arguments):
    result = run(
        """
        import pytest
        @pytest.mark.parametrize("n", range(4))
        @pytest.mark.fakestt(seed=3)
        def test_it(fake_stt, n):
            assert fake_stt.journal.count("listModels") == 0
        """,
        *arguments,
    )
    assert result.ret == 0


def test_a_clock_that_is_shared_has_started_already():
    with pytest.raises(fakestt.ConfigurationError, match="it has started already"):
        fakestt.FakeSTT(time=fakestt.FakeSTT().clock, start="2018-10-27T00:00:00Z")
