"""An effect is read from the text that its author would write, and from no other text."""

from __future__ import annotations

import pytest

from fakestt import ConfigurationError, Effect, drip, fail, lose_reply, reset, slow
from fakestt.faults import effects
from fakestt.faults.spelled import MAKERS, effect_of


@pytest.mark.parametrize(
    "effect",
    [
        fail(503), fail(429, "slow down; please", retry_after=5), fail(504, commits=True), lose_reply(), slow("45s"),
        drip("1s", pieces=3), reset(commits=True),
    ],
    ids=str,
)  # fmt: skip
def test_an_effect_is_read_from_what_it_is_called(effect: Effect) -> None:
    assert effect_of(str(effect)) == effect_of(f" {effect}\n") == effect
    assert effect_of(effect) is effect


WRITE = " is no effect: write it as in a test, such as 'fail(503)' or 'lose_reply()'."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fial(503)", f"'fial(503)': no effect 'fial'. Did you mean 'fail'? All: {', '.join(MAKERS)}"),
        ("fail(int('503'))", f"\"fail(int('503'))\"{WRITE}"),
        ("__import__('os').system('x')", f"\"__import__('os').system('x')\"{WRITE}"),
        ("fail", f"'fail'{WRITE}"),
        ("fail(", f"'fail('{WRITE}"),
        ("fail(503); ok()", f"'fail(503); ok()'{WRITE}"),
        ("fail(*[503])", f"'fail(*[503])'{WRITE}"),
        ("fail(503, **{'commits': True})", f"\"fail(503, **{{'commits': True}})\"{WRITE}"),
        ("fail(503, when=1)", "'fail(503, when=1)': fail() got an unexpected keyword argument 'when'."),
        ("fail(200)", "fail(200): a failure has a status from 400 to 599, an int. For a late success: slow()."),
        (503, f"503{WRITE}"),
    ],
)
def test_nothing_but_an_effect_is_read(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        effect_of(text)
    assert str(raised.value) == said


def test_each_maker_can_be_written() -> None:
    assert list(MAKERS) == [name for name in effects.__all__ if name != "Effect"]


@pytest.mark.parametrize("text", ["slow(0)", "slow('500ms')", "truncate_head(1)", "truncate(1)", "drip('1ms')"])
def test_the_least_that_an_effect_can_be_is_taken(text: str) -> None:
    assert str(effect_of(text)) == text
