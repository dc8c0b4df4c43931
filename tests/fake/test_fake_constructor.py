"""A fake is made as it was asked for, or an error says what is possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakestt import EDITIONS, ConfigurationError, FakeSTT


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"edition": "icp2081"}, ["edition='icp2081'", "Did you mean 'icp2018'?", "icp2020, cloud2025, cp4d2025"]),
        ({"edition": 3}, ["edition=3", "icp2018, icp2020, cloud2025, cp4d2025"]),
        ({"edition": None}, ["edition=None", "icp2018"]),
        ({"time": "manuel"}, ["time='manuel'", "Did you mean 'manual'?", "on_sleep, manual, follow"]),
        ({"time": 3}, ["time=3", "on_sleep, manual, follow"]),
        ({"start": "yesterday"}, ["'yesterday'", "seconds since the epoch", "'2018-10-27T00:00:00Z'"]),
        ({"seed": "7"}, ["seed='7'", "give an int"]),
        ({"seed": True}, ["seed=True", "give an int"]),
        ({"auth": "lax"}, ["auth='lax'", "'lenient'", "'strict'", "None"]),
        ({"auth": True}, ["auth=True", "'lenient'"]),
        ({"host": "https://x.test"}, ["host='https://x.test'", "'fakestt.test'"]),
        ({"host": ""}, ["host=''", "give the name of a host"]),
        ({"journal": 9}, ["journal=9", "10 or more"]),
        ({"journal": True}, ["journal=True", "10 or more"]),
        ({"journal": "99"}, ["journal='99'", "10 or more"]),
        ({"host": 3}, ["host=3", "give the name of a host"]),
    ],
    ids=str,
)
def test_an_error_shows_the_value_what_is_possible_and_what_to_do(settings: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FakeSTT(**settings)
    assert [part for part in parts if part not in str(caught.value)] == []


def test_an_unknown_setting_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="editon"):
        FakeSTT(editon="icp2018")  # type: ignore[call-arg]  # that is the point


def test_settings_are_given_by_name() -> None:
    with pytest.raises(TypeError):
        FakeSTT("icp2018")  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize("name", EDITIONS)
def test_every_edition_can_be_played(name: str) -> None:
    stt = FakeSTT(edition=name)
    assert stt.edition is EDITIONS[name]
    assert len(stt.base_models) == len(EDITIONS[name].base_models)


def test_an_edition_of_ones_own_is_taken() -> None:
    strict = replace(EDITIONS["icp2018"], name="mine", limits=replace(EDITIONS["icp2018"].limits, min_audio_s=5.0))
    stt = FakeSTT(edition=strict)
    assert stt.edition.limits.min_audio_s == 5


def test_equal_seeds_give_equal_ids_and_keys() -> None:
    one, same, other = FakeSTT(seed=1), FakeSTT(seed=1), FakeSTT(seed=2)
    told = [(stt.owner, stt.api_key, stt.acoustic_models.add().id) for stt in (one, same, other)]
    assert told[0] == told[1]
    assert not set(told[0]) & set(told[2])


def test_a_host_of_ones_own_is_in_the_url() -> None:
    assert FakeSTT(host="icp.example").url == "https://icp.example/speech-to-text/api"


def test_the_clouds_url_names_the_instance() -> None:
    stt = FakeSTT(edition="cloud2025")
    assert stt.url == f"https://fakestt.test/instances/{stt.owner}"


def test_without_a_start_the_clock_is_cut_to_the_second() -> None:
    stt = FakeSTT()
    assert stt.clock.now() == stt.started_at_s == int(stt.clock.now())


def test_two_fakes_share_nothing() -> None:
    one, other = FakeSTT(start=0), FakeSTT(start=0)
    model = one.acoustic_models.add(status="training")
    one.clock.advance("1d")
    one.base_models.publish("en-US_BroadbandModel", "new")
    one.script.training(takes="1s")
    assert (len(other.acoustic_models), other.clock.now(), len(other.journal)) == (0, 0, 0)
    assert "new" not in other.base_models.versions("en-US_BroadbandModel")
    assert other.acoustic_models.add(status="training").id == model.id
    assert other.clock.pending()[0].at_s == 2160
