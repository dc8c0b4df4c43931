"""The example models, from which the documents are computed, are of all kinds: real models meet what they meet."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from core_rig import ALL, make_world, objection
from language_rig import add, place

from fakestt.contract.cells import cell_of
from fakestt.core.families import FAMILIES
from fakestt.core.language.facts import Corpus, Grammar, Text
from fakestt.core.language.family import LANGUAGE
from fakestt.core.language.phases import LanguageCommand
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.editions import EDITIONS


@pytest.mark.parametrize("edition", ALL)
def test_every_phase_has_examples(edition: str) -> None:
    for family in FAMILIES:
        if family.samples is not None:
            examples = family.samples.resources(EDITIONS[edition].limits)
            assert {family.lifecycle.phase(one) for one in examples} == set(family.phases)


# Models with a corpus, and with a grammar besides: what is there can be in the way.
WITH_TEXTS: dict[str, dict[str, Any]] = {
    "PI": {"status": "pending", "invalid_corpora": ["lines"], "invalid_grammars": ["rules"]},
    "R": {"status": "ready", "corpora": {"lines": "text"}, "grammars": {"rules": "#ABNF 1.0; $a = b;"}},
    "RM": {"status": "ready", "invalid_corpora": ["lines"], "invalid_grammars": ["rules"]},
    "A": {"status": "available", "corpora": {"lines": "text"}, "grammars": {"rules": "#ABNF 1.0; $a = b;"}},
    "F": {"status": "failed", "invalid_corpora": ["lines"], "invalid_grammars": ["rules"]},
}


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("column", WITH_TEXTS)
def test_an_upload_of_text_meets_all_that_its_cell_says_and_nothing_else(edition: str, column: str) -> None:
    limits = EDITIONS[edition].limits
    uploads: list[tuple[LanguageCommand, type[Text]]] = [(LanguageCommand.ADD_CORPUS, Corpus)]
    texts = {what: there for what, there in WITH_TEXTS[column].items() if "grammars" not in what}
    if limits.knows_grammars:
        uploads.append((LanguageCommand.ADD_GRAMMAR, Grammar))
        texts = WITH_TEXTS[column]
    for command, kind in uploads:
        met = set()
        for name, overwrite in product(("new", "lines", "rules"), (False, True)):
            world = make_world(edition)
            model = place(world, **texts)
            phase = world.machine.phase(model)
            assert isinstance(phase, ModelPhase)
            assert phase.code == column
            met.add(objection(add, world, model, name, kind=kind, overwrite=overwrite))
        cell = cell_of(LANGUAGE, command, phase, limits)
        assert cell.allowed
        assert met == {None, *cell.whys} - {Why.NO_GRAMMARS}  # which a model on a large base meets
