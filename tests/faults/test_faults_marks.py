"""An answer that a fault has made or changed says so in a header."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asking import MODELS, START, Heard, ask

import fakestt
from fakestt import Effect, FakeSTT
from fakestt.wire import WireBreak

EFFECTS: list[tuple[Effect, str | None]] = [
    # the effect                                     its mark; None: the answer is the service's own, whole
    (fakestt.fail(503),                              "fail(503)"),
    (fakestt.fail(503, "Grüße\n", retry_after=3),    "fail(503, 'Gr??e\\n', retry_after=3)"),
    (fakestt.fail(500, "x" * 900),                   f"fail(500, '{'x' * 189}"),
    (fakestt.fail(500, body={"a": "s3cret"}),        "fail(500, body=...)"),
    (fakestt.html(504, commits=True),                "html(504, commits=True)"),
    (fakestt.garble(),                               "garble()"),
    (fakestt.stale(),                                "stale()"),
    (Effect("by\r\nhand", fakestt.fail(503).answer), "by??hand"),
    (fakestt.ok(),                                   None),
    (fakestt.slow("1s"),                             None),
    (fakestt.drip("1s"),                             None),
    (fakestt.truncate(9_999),                        None),
]  # fmt: skip


def met(effect: Effect, say: Callable[[FakeSTT, Effect], object]) -> tuple[FakeSTT, Heard]:
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS)
    stt.acoustic_models.add()
    say(stt, effect)
    return stt, ask(stt, "GET", MODELS)


def ruled(stt: FakeSTT, effect: Effect) -> object:
    return stt.faults.on("listAcousticModels").do(effect)


@pytest.mark.parametrize(("effect", "mark"), EFFECTS, ids=[str(row[0])[:40] for row in EFFECTS])
def test_an_answer_says_which_effect_has_made_or_changed_it(effect: Effect, mark: str | None) -> None:
    stt, heard = met(effect, ruled)
    assert heard.headers.get("x-fakestt-fault") == mark
    assert dict(stt.journal[-1].reply.headers).get("X-Fakestt-Fault") == mark
    assert stt.journal[-1].rule is not None
    assert stt.journal[-1].rule.effect is effect


@pytest.mark.parametrize(("effect", "mark"), EFFECTS, ids=[str(row[0])[:40] for row in EFFECTS])
def test_a_rule_may_leave_it_unsaid(effect: Effect, mark: str | None) -> None:
    _, marked = met(effect, ruled)
    stt, heard = met(effect, lambda stt, effect: stt.faults.on("listAcousticModels", marked=False).do(effect))
    assert heard.headers == {name: one for name, one in marked.headers.items() if name != "x-fakestt-fault"}
    assert heard.body == marked.body
    assert stt.journal[-1].rule is not None


def test_what_comes_of_a_choice_is_marked_too() -> None:
    class Always(fakestt.Choices):
        def choose(self, point, options):  # type: ignore[no-untyped-def]  # whatever it is asked
            return options[-1]

    stt = FakeSTT(start=START, choices=Always())
    stt.faults.offer(fakestt.fail(503))
    assert ask(stt, "GET", MODELS).headers["x-fakestt-fault"] == "fail(503)"


def test_a_head_that_is_cut_is_the_services_own() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").truncate_head(9_000)
    assert "x-fakestt-fault" not in ask(stt, "GET", "/v1/models").headers
    stt.faults.on("listModels").truncate(5)
    with pytest.raises(WireBreak):
        ask(stt, "GET", "/v1/models")
    assert "X-Fakestt-Fault" not in dict(stt.journal[-1].reply.headers)
