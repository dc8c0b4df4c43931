"""The guide's table of what there is on a fake: nothing is missing from it, and nothing in it is made up."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from docs_rig import GUIDES, text_of

import fakestt
from fakestt import Change, Exchange, FakeSTT, Rule


def table() -> dict[str, str]:
    """What the table says, by its first column."""
    lines = text_of(GUIDES / "face.md").partition("\n## ")[0].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return dict(rows[1:])


def owners() -> dict[str, Any]:
    """An example of each."""
    stt = FakeSTT(edition="icp2020", start=0)
    model = stt.acoustic_models.add(status="ready")
    words = stt.language_models.add(status="ready", corpora={"drums": "IEEE"}, grammars={"yesno": "#ABNF 1.0; $a = b;"})
    return {
        "the fake, `stt`": stt,
        "`stt.acoustic_models`": stt.acoustic_models,
        "a model": model,
        "one of its `audio`": model.audio["audio1"],
        "`stt.language_models`": stt.language_models,
        "a language model": words,
        "one of its `corpora`": words.corpora["drums"],
        "one of its `grammars`": words.grammars["yesno"],
        "one of its `words`": words.words["IEEE"],
        "`stt.base_models`": stt.base_models,
        "`script`": stt.script,
        "`stt.clock`": stt.clock,
        "`stt.faults`": stt.faults,
        "effects": stt.faults.on("addAudio", optional=True),
        "the rule that each returns": stt.faults.on("addAudio", optional=True).ok(),
        "`stt.journal`": stt.journal,
        "an `Exchange`": Exchange,
        "a `Change`": Change,
        "`stt.auth`": stt.auth,
    }


TABLE, OWNERS = table(), owners()

# Public for other parts of fakestt, or the same by another way; an author has no use for them.
NOT_TOLD: dict[str, set[str]] = {
    "`stt.acoustic_models`": {"kind"},
    "`stt.language_models`": {"kind"},
    "one of its `audio`": {"of"},
    "one of its `corpora`": {"of"},
    "one of its `grammars`": {"of"},
    "one of its `words`": {"of"},
    "`script`": {"families", "model_id"},
    "`stt.clock`": {"planned", "time"},
    "`stt.faults`": {"check_used", "enter", "leave", "may_change", "take"},
    "the rule that each returns": {*(one.name for one in fields(Rule)), "most", "series"},  # as it was written
    "`stt.journal`": {"add", "closing", "index", "all_notes", "note", "notes", "remark", "remarks", "run"},
    "`stt.auth`": {"hand_out", "hand_out_refresh", "identify", "key", "permit", "key_of", "key_of_refresh"},
}


def told(of: str) -> dict[str, str | None]:
    """The names of a row, with what stands in their brackets."""
    found = re.findall(r"`(\w+)(\([^`]*\))?`", TABLE[of])
    return {name: inside[1:-1] if inside else None for name, inside in found if name not in ("len", "in", "fakestt")}


def public(of: str) -> set[str]:
    owner = OWNERS[of]
    if owner in (Exchange, Change):
        properties = {name for name, one in vars(owner).items() if isinstance(one, property)}
        names = owner._fields if owner is Exchange else {one.name for one in fields(owner)}
        return {*names} | properties
    return {name for name in dir(owner) if not name.startswith("_")}


def spelled(function: Callable[..., Any]) -> str:
    """Its parameters as the table writes them: `operation, nth=`."""
    marks = {
        inspect.Parameter.KEYWORD_ONLY: "{}=",
        inspect.Parameter.VAR_POSITIONAL: "*{}",
        inspect.Parameter.VAR_KEYWORD: "**{}",
    }
    parameters = inspect.signature(function).parameters.values()
    return ", ".join(marks.get(one.kind, "{}").format(one.name) for one in parameters)


def test_the_table_has_a_row_for_each_and_no_other() -> None:
    assert list(TABLE) == list(OWNERS)


@pytest.mark.parametrize("of", OWNERS)
def test_each_public_name_is_in_the_table_and_each_name_of_the_table_is_there(of: str) -> None:
    assert set(told(of)) == public(of) - NOT_TOLD.get(of, set())


@pytest.mark.parametrize("of", OWNERS)
def test_each_call_is_written_with_its_parameters(of: str) -> None:
    expected = {}
    for name in told(of):
        one = getattr(OWNERS[of], name, None)
        expected[name] = spelled(one) if inspect.isroutine(one) else None
    assert told(of) == expected


def test_the_effects_of_a_rule_are_those_of_the_package() -> None:
    effects = told("effects")
    assert (effects.pop("do"), effects.pop("then")) == ("effect", "*series")
    assert {name: spelled(getattr(fakestt, name)) for name in effects} == effects


def test_what_is_left_out_of_the_table_is_there() -> None:
    for of, names in NOT_TOLD.items():
        assert names <= public(of), of


def test_the_reference_is_what_the_docstrings_say() -> None:
    from reference import PATH, reference

    assert text_of(PATH) == reference(), "python tests/docs/reference.py writes it anew"
