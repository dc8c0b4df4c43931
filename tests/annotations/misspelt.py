"""Each line that ends in a comment has a mistake that a type checker has to find before the test runs.

Pyright looks at no comparison inside an assertion.
"""

from __future__ import annotations

from fakestt import FakeSTT, FakeSTTFactory


def test_settings(fake_stt_factory: FakeSTTFactory) -> None:
    FakeSTT(edition="cloud2018")  # wrong
    FakeSTT(auth="strickt")  # wrong
    FakeSTT(tls="selfsigned")  # wrong
    FakeSTT(unknown="errors")  # wrong
    FakeSTT(conduct="strict")  # wrong
    FakeSTT(editon="icp2018")  # wrong
    fake_stt_factory(auth="strickt")  # wrong
    fake_stt_factory(block_netwerk=True)  # wrong


def test_words(fake_stt: FakeSTT) -> None:
    fake_stt.acoustic_models.add(status="trained")  # wrong
    fake_stt.language_models.add(status="redy")  # wrong
    fake_stt.journal.count("trainAcousticModell")  # wrong
    fake_stt.journal.last("train*")  # wrong
    fake_stt.url = "https://example.test"  # wrong
    fake_stt.clok.advance("1h")  # wrong


def test_a_loop(fake_stt: FakeSTT) -> None:
    while fake_stt.acoustic_models.named("car").status != "avialable":  # wrong
        fake_stt.clock.advance_to_next()


def test_an_assertion(fake_stt: FakeSTT) -> None:
    assert fake_stt.acoustic_models.named("car").audio["a1"].status == "valid"  # wrong to mypy


def test_another(fake_stt: FakeSTT) -> None:
    assert fake_stt.language_models.named("words").corpora["trip"].status == "invalid"  # wrong to mypy
