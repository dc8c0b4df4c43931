"""What requests do to language models. Commands on a model ask the table first. A command is done as a whole, or not.

The world must be settled; `world.now_s` is the instant of the command.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from fakestt.core.changes import ByCommand
from fakestt.core.language.corpora import remove_words
from fakestt.core.language.facts import Corpus, LanguageModel, Word
from fakestt.core.language.phases import LanguageCommand as Command
from fakestt.core.language.table import LanguageAsk, upgrades_by_training
from fakestt.core.language.words import Definition, is_listed, spelled, stored
from fakestt.core.models import base_of_new_model, data_changed, doing, list_models, remove_model
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, BaseModel, first_in
from fakestt.core.world import World

__all__ = [
    "add_corpus",
    "add_word",
    "add_words",
    "create_language_model",
    "delete_corpus",
    "delete_language_model",
    "delete_user_data",
    "delete_word",
    "dialect_of",
    "get_corpus",
    "get_language_model",
    "get_word",
    "list_corpora",
    "list_language_models",
    "list_words",
    "reset",
    "train",
    "upgrade",
]


def create_language_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    dialect: str | None = None,
    description: str | None = None,
) -> LanguageModel:
    """Make an empty model on the newest version of its base.

    Raises:
        Refusal: NAME_TOO_LONG, NAME_CHARACTERS, DESCRIPTION_TOO_LONG, UNKNOWN_BASE_MODEL, NOT_CUSTOMIZABLE,
            TOO_MANY_MODELS, WRONG_DIALECT.

    Source: icp2018 language-create.md#createModel
    """
    base = base_of_new_model(
        world, LanguageModel, owner, name=name, base_model_name=base_model_name, description=description
    )
    model = world.new(
        LanguageModel,
        owner,
        base,
        name=name,
        description=description,
        versions=[base.newest],
        dialect=dialect_of(base, dialect),
    )
    world.machine.made(model, world.now_s, ByCommand("createLanguageModel"))
    return model


def dialect_of(base: BaseModel, asked: str | None) -> str:
    """The dialect of a model on this base, in whatever case it is asked for; the default if it is not.

    Raises:
        Refusal: WRONG_DIALECT.
    """
    possible = base.dialects or (base.language,)
    if asked is None:
        return possible[0]
    found = next((one for one in possible if one.lower() == asked.lower()), None)
    if found is None:
        raise Refusal(Why.WRONG_DIALECT, value=asked, name=base.name)
    return found


def list_language_models(world: World, owner: str, language: str | None = None) -> list[LanguageModel]:
    """The owner's models in the order of their creation, all of them or those of one language."""
    return list_models(world, LanguageModel, owner, language)


def get_language_model(world: World, model: LanguageModel) -> LanguageModel:
    """The model, if it may be looked at."""
    _permit(world, model, Command.GET)
    return model


def delete_language_model(world: World, model: LanguageModel) -> None:
    """Remove the model and all its data.

    Raises:
        Refusal: BUSY.
    """
    _permit(world, model, Command.DELETE)
    remove_model(world, model, ByCommand(Command.DELETE.value))


def train(
    world: World, model: LanguageModel, *, strict: bool = True, force: bool = False
) -> tuple[list[str], list[str]]:
    """Start training on all valid data that the model has now.

    Args:
        strict: with False, invalid data is left out instead of refused.
        force: train without any change since the last training, too.

    Returns:
        the corpora, and the words, that are left out.

    Raises:
        Refusal: BUSY, UNMODIFIED, NO_INPUT_DATA, INVALID_DATA.

    Source: icp2018 language-create.md#trainModel; cloud2025 language-create.md#trainModel-language
    """
    with _doing(world, model, Command.TRAIN, strict=strict, force=force):
        world.machine.start(model, Activity.TRAINING, world.now_s)
        model.failed = False
        model.error = None
        if upgrades_by_training(model, LanguageAsk(limits=world.limits)) is not None:
            model.upgrading_to = model.base_model.newest
    return [name for name, corpus in model.corpora.items() if not corpus.valid], list(model.words.bad)


def reset(world: World, model: LanguageModel) -> None:
    """Remove all data. The model is then as it was created; it keeps its name, its base and its versions.

    Raises:
        Refusal: BUSY.
    """
    with _doing(world, model, Command.RESET) as cause:
        for corpus in model.corpora.values():
            world.machine.gone(corpus, world.now_s, cause)
        model.corpora.clear()
        model.words.clear()
        model.trained = model.modified = model.failed = False
        model.error = None
        if not world.limits.reset_keeps_versions:
            model.versions[:] = [model.base_model.newest]


def upgrade(world: World, model: LanguageModel) -> None:
    """Start moving the model to the newest version of its base.

    Raises:
        Refusal: BUSY, UPGRADES_BY_TRAINING, UP_TO_DATE, NOT_UPGRADABLE.

    Source: icp2018 custom-upgrade.md#upgradeLanguage
    """
    with _doing(world, model, Command.UPGRADE):
        world.machine.start(model, Activity.UPGRADE, world.now_s)
        model.upgrading_to = model.base_model.newest


def list_corpora(world: World, model: LanguageModel) -> list[Corpus]:
    """All corpora of the model, in the order in which the names were first added."""
    _permit(world, model, Command.LIST_CORPORA)
    return list(model.corpora.values())


def add_corpus(world: World, model: LanguageModel, corpus: Corpus, *, overwrite: bool = False) -> None:
    """Add a corpus to the model and start its analysis. Of one that it replaces, the words go first.

    Raises:
        Refusal: DATA_NAME_TOO_LONG, DATA_NAME_CHARACTERS, DATA_NAME_RESERVED, BUSY, CORPUS_TAKEN.

    Source: icp2018 language-create.md#addCorpus
    """
    machine, limits, name = world.machine, world.limits, corpus.name
    if len(name) > limits.data_name_max:
        raise Refusal(Why.DATA_NAME_TOO_LONG, kind=corpus.family, length=len(name), most=limits.data_name_max)
    bad = first_in(name, limits.data_name_forbidden)
    if bad is not None:
        raise Refusal(Why.DATA_NAME_CHARACTERS, kind=corpus.family, character=bad)
    if name in limits.reserved_data_names:
        raise Refusal(Why.DATA_NAME_RESERVED, kind=corpus.family, name=name)
    with _doing(world, model, Command.ADD_CORPUS, name=name, overwrite=overwrite) as cause:
        machine.start(corpus, Activity.ANALYSIS, world.now_s)
        earlier = model.corpora.get(name)
        if earlier is not None:
            remove_words(model, earlier)
            machine.gone(earlier, world.now_s, cause)
        model.corpora[name] = corpus
        data_changed(model)
        machine.made(corpus, world.now_s, cause)


def get_corpus(world: World, model: LanguageModel, name: str) -> Corpus:
    """The corpus of this name.

    Raises:
        Refusal: NO_SUCH_CORPUS.
    """
    _permit(world, model, Command.GET_CORPUS)
    return _corpus(model, name)


def delete_corpus(world: World, model: LanguageModel, name: str) -> None:
    """Remove a corpus, and the words that it alone has brought.

    Raises:
        Refusal: BUSY, NO_SUCH_CORPUS.
    """
    with _doing(world, model, Command.DELETE_CORPUS) as cause:
        _remove(world, _corpus(model, name), cause)


def delete_user_data(world: World, owner: str, customer_id: str) -> None:
    """Remove all corpora and words that were labelled with `customer_id` by this owner, whatever its models are doing.

    Source: icp2018 information-security.md#delete-pi
    """
    cause = ByCommand("deleteUserData")
    for model in world.models(LanguageModel, owner).values():
        labelled = [corpus for corpus in model.corpora.values() if corpus.customer_id == customer_id]
        words = [word for word in model.words.values() if word.customer_id == customer_id]
        if labelled or words:
            with world.machine.changing(model, world.now_s, cause):
                for corpus in labelled:
                    _remove(world, corpus, cause)
                for word in words:
                    model.words.remove(word.word)  # no corpus takes a word of the user's along
                    if word.word in model.checking:
                        model.checking.remove(word.word)
                data_changed(model)


def list_words(world: World, model: LanguageModel, word_type: str = "all", sort: str = "alphabetical") -> list[Word]:
    """Words of one origin, or all, in an order.

    `sort` is `alphabetical` or `count`, with `+` for ascending and `-` for descending. Equal counts are alphabetical.

    Source: icp2018 language-words.md#listWords; an SDK's comment of 2017 says that counts descend without a sign
    """
    _permit(world, model, Command.LIST_WORDS)
    words = [model.words[spelling] for spelling in sorted(model.words)]
    if word_type == "user":
        words = [word for word in words if word.by_user]
    elif word_type == "corpora":
        words = [word for word in words if word.in_corpora]
    elif word_type == "grammars":
        words = []  # there are none
    if sort.endswith("count"):
        words.sort(key=lambda word: word.count if sort.startswith("+") else -word.count)
    elif sort.startswith("-"):
        words.reverse()
    return words


def add_words(
    world: World, model: LanguageModel, definitions: Sequence[Definition], customer_id: str | None = None
) -> None:
    """Add words, or define them anew, and start to validate them. Bad pronunciations are stored with their errors.

    Raises:
        Refusal: BUSY, WORD_WITH_SPACE, TOO_MANY_PRONUNCIATIONS, TOO_MANY_WORDS. Then none is stored.

    Source: icp2018 language-create.md#addWords
    """
    with _doing(world, model, Command.ADD_WORDS):
        definitions = [spelled(one, model.base_model) for one in definitions]
        _check_words(world, model, definitions)
        listed = [one for one in definitions if is_listed(one, model.base_model)]
        model.checking = list(dict.fromkeys(one.word for one in listed))
        try:
            world.machine.start(model, Activity.ANALYSIS, world.now_s)
        except BaseException:
            model.checking = []
            raise
        for one in listed:
            model.words.put(stored(model, one, world.limits, customer_id))
        data_changed(model)


def add_word(world: World, model: LanguageModel, definition: Definition, customer_id: str | None = None) -> None:
    """Add a word, or define it anew, at once.

    Raises:
        Refusal: BUSY, WORD_WITH_SPACE, TOO_MANY_PRONUNCIATIONS, TOO_MANY_WORDS, INVALID_WORD.

    Source: icp2018 language-create.md#addWords
    """
    with _doing(world, model, Command.ADD_WORD):
        definition = spelled(definition, model.base_model)
        _check_words(world, model, [definition])
        word = stored(model, definition, world.limits, customer_id)
        if word.problem is not None:
            raise Refusal(Why.INVALID_WORD, problem=word.problem)
        if is_listed(definition, model.base_model):
            model.words.put(word)
        data_changed(model)


def get_word(world: World, model: LanguageModel, spelling: str) -> Word:
    """The word of this spelling.

    Raises:
        Refusal: NO_SUCH_WORD.
    """
    _permit(world, model, Command.GET_WORD)
    return _word(model, spelling)


def delete_word(world: World, model: LanguageModel, spelling: str) -> None:
    """Remove a word, wherever it came from.

    Raises:
        Refusal: BUSY, NO_SUCH_WORD.
    """
    with _doing(world, model, Command.DELETE_WORD):
        model.words.remove(_word(model, spelling).word)
        data_changed(model)


def _word(model: LanguageModel, spelling: str) -> Word:
    try:
        return model.words[spelling]
    except KeyError:
        raise Refusal(Why.NO_SUCH_WORD, id=model.id, name=spelling) from None


def _check_words(world: World, model: LanguageModel, definitions: Sequence[Definition]) -> None:
    """Check what is wrong with a request, and not with a word alone."""
    limits = world.limits
    for one in definitions:
        if " " in one.word:
            raise Refusal(Why.WORD_WITH_SPACE, name=one.word)
        if len(one.sounds_like or ()) > limits.pronunciations_max:
            raise Refusal(Why.TOO_MANY_PRONUNCIATIONS, name=one.word, most=limits.pronunciations_max)
    new = {one.word for one in definitions if one.word not in model.words}
    if len(model.words) + len(new) > limits.max_new_words:
        raise Refusal(Why.TOO_MANY_WORDS, most=limits.max_new_words)


def _corpus(model: LanguageModel, name: str) -> Corpus:
    try:
        return model.corpora[name]
    except KeyError:
        raise Refusal(Why.NO_SUCH_CORPUS, id=model.id, name=name) from None


def _remove(world: World, corpus: Corpus, cause: ByCommand) -> None:
    model = corpus.model
    assert isinstance(model, LanguageModel)
    remove_words(model, corpus)
    world.machine.gone(corpus, world.now_s, cause)
    del model.corpora[corpus.name]
    data_changed(model)


def _permit(world: World, model: LanguageModel, command: Command) -> None:
    world.machine.permit(model, command, LanguageAsk(limits=world.limits), world.now_s)


def _doing(
    world: World,
    model: LanguageModel,
    command: Command,
    **ask: Any,  # Any: fields of LanguageAsk
) -> AbstractContextManager[ByCommand]:
    """Ask the table; then change facts inside."""
    return doing(world, model, command, LanguageAsk(limits=world.limits, **ask))
