"""What requests do to language models. Commands on a model ask the table first. A command is done as a whole, or not.

The world must be settled; `world.now_s` is the instant of the command.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from fakestt.core.asking import ModelAsk, doing, permit
from fakestt.core.changes import ByCommand
from fakestt.core.language.facts import LanguageModel, Word
from fakestt.core.language.phases import LanguageCommand as Command
from fakestt.core.language.table import upgrades_by_training
from fakestt.core.language.texts import remove_text
from fakestt.core.language.words import Definition, is_listed, spelled, stored
from fakestt.core.models import base_of_new_model, data_changed, empty, list_models, remove_model, training_starts
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, BaseModel
from fakestt.core.world import World

__all__ = [
    "add_word",
    "add_words",
    "create_language_model",
    "delete_language_model",
    "delete_user_data",
    "delete_word",
    "dialect_of",
    "get_language_model",
    "get_word",
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
    permit(world, model, Command.GET)
    return model


def delete_language_model(world: World, model: LanguageModel) -> None:
    """Remove the model and all its data.

    Raises:
        Refusal: BUSY.
    """
    permit(world, model, Command.DELETE)
    remove_model(world, model, ByCommand(Command.DELETE.value))


def train(
    world: World, model: LanguageModel, *, strict: bool = True, force: bool = False
) -> tuple[list[str], list[str], list[str]]:
    """Start training on all valid data that the model has now.

    Args:
        strict: with False, invalid data is left out instead of refused.
        force: train without any change since the last training, too.

    Returns:
        the corpora, the grammars and the words that are left out.

    Raises:
        Refusal: BUSY, UNMODIFIED, NO_INPUT_DATA, INVALID_DATA.

    Source: icp2018 language-create.md#trainModel; cloud2025 language-create.md#trainModel-language
    """
    with doing(world, model, Command.TRAIN, strict=strict, force=force):
        world.machine.start(model, Activity.TRAINING, world.now_s)
        training_starts(model)
        model.uncompiled = None
        if upgrades_by_training(model, ModelAsk(limits=world.limits)) is not None:
            model.upgrading_to = model.base_model.newest
    corpora, grammars = ([one.name for one in of.values() if not one.valid] for of in (model.corpora, model.grammars))
    return corpora, grammars, list(model.words.bad)


def reset(world: World, model: LanguageModel) -> None:
    """Remove all data. The model is then as it was created; it keeps its name, its base and its versions.

    Raises:
        Refusal: BUSY.
    """
    with doing(world, model, Command.RESET) as cause:
        empty(world, model, cause)
        model.words.clear()
        model.uncompiled = None


def upgrade(world: World, model: LanguageModel) -> None:
    """Start moving the model to the newest version of its base.

    Raises:
        Refusal: BUSY, UPGRADES_BY_TRAINING, UP_TO_DATE, NOT_UPGRADABLE.

    Source: icp2018 custom-upgrade.md#upgradeLanguage
    """
    with doing(world, model, Command.UPGRADE):
        world.machine.start(model, Activity.UPGRADE, world.now_s)
        model.upgrading_to = model.base_model.newest


def delete_user_data(world: World, owner: str, customer_id: str) -> None:
    """Remove all data that this owner has labelled with `customer_id`, whatever its models are doing.

    Source: icp2018 information-security.md#delete-pi
    """
    cause = ByCommand("deleteUserData")
    for model in world.models(LanguageModel, owner).values():
        labelled = [text for text in model.texts if text.customer_id == customer_id]
        words = [word for word in model.words.values() if word.customer_id == customer_id]
        if labelled or words:
            with world.machine.changing(model, world.now_s, cause):
                for text in labelled:
                    remove_text(world, model, text, cause)
                for word in words:
                    model.words.remove(word.word)  # no text takes a word of the user's along
                    if word.word in model.checking:
                        model.checking.remove(word.word)
                data_changed(model)


def list_words(world: World, model: LanguageModel, word_type: str | None, sort: str | None) -> list[Word]:
    """Words of one origin, or all, in an order. What is not said is `all`, and `alphabetical`.

    `sort` is `alphabetical` or `count`, with `+` for ascending and `-` for descending. Equal counts are alphabetical.

    Source: icp2018 language-words.md#listWords; an SDK's comment of 2017 says that counts descend without a sign
    """
    permit(world, model, Command.LIST_WORDS)
    words = sorted(model.words.values(), key=attrgetter("word"))
    if word_type == "user":
        words = [word for word in words if word.by_user]
    elif word_type == "corpora":
        words = [word for word in words if any(name in model.corpora for name in word.found_in)]
    elif word_type == "grammars":
        words = [word for word in words if any(name in model.grammars for name in word.found_in)]
    if sort in ("count", "-count"):
        words.sort(key=lambda word: -word.count)
    elif sort == "+count":
        words.sort(key=lambda word: word.count)
    elif sort == "-alphabetical":
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
    with doing(world, model, Command.ADD_WORDS):
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
    with doing(world, model, Command.ADD_WORD):
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
    permit(world, model, Command.GET_WORD)
    return _word(model, spelling)


def delete_word(world: World, model: LanguageModel, spelling: str) -> None:
    """Remove a word, wherever it came from.

    Raises:
        Refusal: BUSY, NO_SUCH_WORD.
    """
    with doing(world, model, Command.DELETE_WORD):
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
