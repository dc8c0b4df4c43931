"""What requests do to the corpora and grammars of language models, which are alike in all but their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from fakestt.core.asking import doing, permit
from fakestt.core.changes import ByCommand
from fakestt.core.language.corpora import remove_words
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Text
from fakestt.core.language.phases import LanguageCommand as Command
from fakestt.core.models import add_data, remove_data
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import first_in
from fakestt.core.world import World

__all__ = ["add_text", "delete_text", "get_text", "list_texts", "remove_text"]

T = TypeVar("T", bound=Text)


class Commands(NamedTuple):
    """The rows of the table that are about one kind, and what is said where there is no such text."""

    list: Command
    add: Command
    get: Command
    delete: Command
    missing: Why


# fmt: off
COMMANDS: Mapping[type[Text], Commands] = {
    Corpus: Commands(
        Command.LIST_CORPORA,  Command.ADD_CORPUS,  Command.GET_CORPUS,  Command.DELETE_CORPUS,  Why.NO_SUCH_CORPUS,
    ),
    Grammar: Commands(
        Command.LIST_GRAMMARS, Command.ADD_GRAMMAR, Command.GET_GRAMMAR, Command.DELETE_GRAMMAR, Why.NO_SUCH_GRAMMAR,
    ),
}
# fmt: on


def list_texts(world: World, model: LanguageModel, kind: type[T]) -> list[T]:
    """All of this kind, in the order in which the names were first added."""
    permit(world, model, COMMANDS[kind].list)
    return list(_texts(model, kind).values())


def add_text(world: World, model: LanguageModel, text: Text, *, overwrite: bool = False) -> None:
    """Add a corpus or a grammar to the model and start its analysis. Of one that it replaces, the words go first.

    Raises:
        Refusal: DATA_NAME_TOO_LONG, DATA_NAME_CHARACTERS, DATA_NAME_RESERVED, BUSY, NO_GRAMMARS, NAME_OF_A_GRAMMAR,
            NAME_OF_A_CORPUS, CORPUS_TAKEN, GRAMMAR_TAKEN.

    Source: icp2018 language-create.md#addCorpus; icp2020 grammar-add.md#addGrammar
    """
    limits, name = world.limits, text.name
    if len(name) > limits.data_name_max:
        raise Refusal(Why.DATA_NAME_TOO_LONG, kind=text.family, length=len(name), most=limits.data_name_max)
    bad = first_in(name, limits.data_name_forbidden)
    if bad is not None:
        raise Refusal(Why.DATA_NAME_CHARACTERS, kind=text.family, character=bad)
    if name in limits.reserved_data_names:
        raise Refusal(Why.DATA_NAME_RESERVED, kind=text.family, name=name)
    with doing(world, model, COMMANDS[type(text)].add, name=name, overwrite=overwrite) as cause:
        earlier = _texts(model, type(text)).get(name)
        add_data(world, text, cause)
        if earlier is not None:
            _forget(model, earlier)


def get_text(world: World, model: LanguageModel, kind: type[T], name: str) -> T:
    """The one of this kind and name.

    Raises:
        Refusal: NO_SUCH_CORPUS, NO_SUCH_GRAMMAR.
    """
    permit(world, model, COMMANDS[kind].get)
    return _text(model, kind, name)


def delete_text(world: World, model: LanguageModel, kind: type[Text], name: str) -> None:
    """Remove a corpus or a grammar, and the words that it alone has brought.

    Raises:
        Refusal: BUSY, NO_SUCH_CORPUS, NO_SUCH_GRAMMAR.
    """
    with doing(world, model, COMMANDS[kind].delete) as cause:
        remove_text(world, model, _text(model, kind, name), cause)


def remove_text(world: World, model: LanguageModel, text: Text, cause: ByCommand) -> None:
    """The same, without a look at the table."""
    remove_data(world, text, cause)
    _forget(model, text)


def _forget(model: LanguageModel, text: Text) -> None:
    """What the text of this name has left in the model goes."""
    remove_words(model, text)
    if model.uncompiled == text.name:
        model.uncompiled = None


def _texts(model: LanguageModel, kind: type[T]) -> dict[str, T]:
    return model.children[kind.family]  # type: ignore[return-value]  # the family's children


def _text(model: LanguageModel, kind: type[T], name: str) -> T:
    try:
        return _texts(model, kind)[name]
    except KeyError:
        raise Refusal(COMMANDS[kind].missing, id=model.id, name=name) from None
