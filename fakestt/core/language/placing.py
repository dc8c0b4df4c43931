"""Language models put into a state by hand, and upgraded by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Unpack

from fakestt.core.language.commands import dialect_of
from fakestt.core.language.corpora import analyse
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Text
from fakestt.core.language.stages import spoil_text
from fakestt.core.language.table import lacks_grammars
from fakestt.core.language.words import Definition, stored
from fakestt.core.lifecycle import Ending
from fakestt.core.models import upgraded
from fakestt.core.placing import BUSY, Common, check_trainable, checked_base, new_model, put_there, takes_invalid_data
from fakestt.core.refusals import Refusal
from fakestt.core.resources import Activity, BaseModel
from fakestt.core.world import World
from fakestt.errors import StateError
from fakestt.media.grammar import read_grammar
from fakestt.media.text import TextFacts, read_text

__all__ = ["place_language_model", "upgrade_by_hand"]

BY_HAND = "put there as invalid"
ORDINARY_WORDS = ("HHonors",)
"""A model gets it if its status needs data and the author gives none."""

EXAMPLES = {
    "corpora": "{'drums': 'paradiddles'}",
    "grammars": "{'yesno': '#ABNF 1.0; $yesno = yes | no;'}",
}
NONE_OF = {"corpora": "no text", "grammars": "no grammar"}


def place_language_model(
    world: World,
    owner: str,
    *,
    status: str = "available",
    dialect: str | None = None,
    corpora: Mapping[str, str] | None = None,
    invalid_corpora: Sequence[str] = (),
    grammars: Mapping[str, str] | None = None,
    invalid_grammars: Sequence[str] = (),
    words: Sequence[str] | None = None,
    invalid_words: Sequence[str] = (),
    **common: Unpack[Common],
) -> LanguageModel:
    """Make a model in any documented state, as if it had just got there.

    The corpora, grammars and words of a `pending` model are being analysed. A running activity ends in its ordinary
    time.

    Raises:
        StateError: no model can be in such a state.
    """
    base = checked_base(world, LanguageModel, status, **common)
    try:
        spoken = dialect_of(base, dialect)
    except (Refusal, AttributeError):
        possible = ", ".join(base.dialects or (base.language,))
        raise StateError(f"dialect={dialect!r}: {base.name} has no such dialect. All: {possible}") from None
    texts: dict[type[Text], dict[str, TextFacts]] = {
        Corpus: _texts("corpora", corpora, invalid_corpora, read_text),
        Grammar: _texts("grammars", grammars, invalid_grammars, read_grammar),
    }
    contents: dict[type[Text], Mapping[str, str]] = {Corpus: corpora or {}, Grammar: grammars or {}}
    invalid = {Corpus: invalid_corpora, Grammar: invalid_grammars}
    _check_names(world, base, {kind: [*texts[kind], *invalid[kind]] for kind in texts})
    check_words("invalid_words", invalid_words)
    all_invalid = {
        "invalid_corpora": invalid_corpora,
        "invalid_grammars": invalid_grammars,
        "invalid_words": invalid_words,
    }
    bad = sum(map(len, all_invalid.values()))
    good = _words(words, invalid_words, status, texts=sum(map(len, texts.values())), bad=bad)
    check_trainable(
        status, world.limits, ", ".join(f"{what}={names!r}" for what, names in all_invalid.items() if names)
    )
    trainable = takes_invalid_data(world.limits) or not bad
    model = new_model(world, LanguageModel, owner, base, status, trainable, {"dialect": spoken}, **common)
    for word in good:
        model.words.put(stored(model, Definition(word=word), world.limits, None))
    for word in invalid_words:
        one = stored(model, Definition(word=word), world.limits, None)
        model.words.put(replace(one, errors={word: BY_HAND}))
    for kind in texts:
        for text_name, facts in texts[kind].items():
            text = _text(world, model, kind, text_name, facts, contents[kind][text_name])
            if status != "pending":
                analyse(text, world.limits)
        for text_name in invalid[kind]:
            spoil_text(_text(world, model, kind, text_name, TextFacts(), ""), BY_HAND)
    if status == "pending":
        model.checking = list(good)
    if model.trained or status == "training":
        model.uncompiled = None
    put_there(world, model, Activity.ANALYSIS if model.checking else BUSY.get(status))
    return model


def _text(world: World, model: LanguageModel, kind: type[Text], name: str, facts: TextFacts, content: str) -> Text:
    data = content.encode()
    text = kind(
        name=name,
        parent=model,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        facts=facts,
    )
    model.children[kind.family][name] = text
    return text


def _texts(
    what: str, texts: Mapping[str, str] | None, invalid: Sequence[str], read: Callable[..., TextFacts]
) -> dict[str, TextFacts]:
    """The corpora or grammars that the model gets, read. Both arguments are checked."""
    given = {} if texts is None else texts
    if not isinstance(given, Mapping) or not all(isinstance(one, str) for pair in given.items() for one in pair):
        raise StateError(f"{what}={texts!r}: give names with their texts, such as {EXAMPLES[what]}.")
    check_words(f"invalid_{what}", invalid)
    both = [name for name in invalid if name in given]
    if both:
        raise StateError(f"{what}={texts!r}, invalid_{what}={invalid!r}: {both[0]!r} is in both.")
    found = {name: read(BytesIO(text.encode("utf-8", "surrogatepass"))) for name, text in given.items()}
    for name, facts in found.items():
        if facts.problem is not None:
            raise StateError(f"{what}: {name!r} is {NONE_OF[what]}: {facts.problem}. Name it among invalid_{what}.")
    return found


def _check_names(world: World, base: BaseModel, names: Mapping[type[Text], Sequence[str]]) -> None:
    """Corpora and grammars share their names, and not every model has grammars."""
    grammars = names[Grammar]
    if grammars and (not world.limits.knows_grammars or lacks_grammars(base, world.limits)):
        raise StateError(
            f"grammars, such as {grammars[0]!r}: a model on {base.name} has none in this edition. Take another "
            "edition or base model: icp2018 has no grammars, and a large model has none."
        )
    both = [name for name in names[Corpus] if name in grammars]
    if both:
        raise StateError(f"{both[0]!r} is a corpus and a grammar: a model has no two of one name.")


def check_words(what: str, given: object) -> None:
    if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
        raise StateError(f"{what}={given!r}: give a list of them, such as ['HHonors', 'IEEE'].")


def _words(
    words: Sequence[str] | None, invalid_words: Sequence[str], status: str, *, texts: int, bad: int
) -> Sequence[str]:
    """The valid words that the model gets, which also has so many valid corpora, and so much invalid data."""
    if words is None:
        words = () if status == "pending" or texts else ORDINARY_WORDS
    check_words("words", words)
    both = [word for word in words if word in invalid_words]
    if both:
        raise StateError(f"words={words!r}, invalid_words={invalid_words!r}: {both[0]!r} is in both.")
    if status not in ("pending", "failed") and not (words or texts):
        raise StateError(f"status={status!r} without valid data: a model without it is 'pending' or 'failed'.")
    if status == "pending" and (words or texts) and bad:
        raise StateError(
            "status='pending' with data of both kinds: once it is analysed, a model with some valid data is 'ready'."
        )
    return words


def upgrade_by_hand(world: World, model: LanguageModel) -> None:
    """Move it to the newest version of its base model, at once. Nothing else changes."""
    if model.versions[-1] == model.base_model.newest:
        return
    if model.activity is None:
        model.upgrading_to = model.base_model.newest
        world.machine.at_once(model, Activity.UPGRADE, Ending("done", upgraded), world.now_s)
    else:  # what is going on goes on
        model.versions.append(model.base_model.newest)
        model.updated_at_s = world.now_s
