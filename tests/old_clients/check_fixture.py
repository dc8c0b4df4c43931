"""The lives of `drive.py` through the plugin's fixture: whichever SDK is installed, and a clock moved by hand."""

import drive
import language
import pytest

START = "2018-10-27T00:00:00Z"


@pytest.mark.fakestt(time="manual", start=START)
def test_a_private_cloud_of_2018_by_its_url(fake_stt):
    drive.life(fake_stt, drive.basic(fake_stt.api_key, fake_stt.url))


@pytest.mark.fakestt(edition="cloud2025", time="manual", start=START, block_network=True)
def test_the_cloud_by_the_sdks_own_url_and_a_token(fake_stt):
    drive.life(fake_stt, drive.iam(fake_stt.api_key))
    assert fake_stt.journal.count("getToken") == 1


@pytest.mark.parametrize("edition", ["icp2018", "cloud2025"])
def test_a_language_model(edition, request):
    request.node.add_marker(pytest.mark.fakestt(edition=edition, time="manual", start=START))
    fake_stt = request.getfixturevalue("fake_stt")
    language.words(fake_stt, drive.basic(fake_stt.api_key))


@pytest.mark.fakestt(time="manual")
def test_refusals(fake_stt):
    drive.refusals(fake_stt, drive.basic(fake_stt.api_key))


@pytest.mark.fakestt(time="manual")
def test_broken_connections(fake_stt):
    drive.breaks(fake_stt, drive.basic(fake_stt.api_key))


@pytest.mark.fakestt(time="manual", block_network=True)
def test_keys_and_tokens(fake_stt):
    drive.credentials(fake_stt)
    drive.tokens(fake_stt)
