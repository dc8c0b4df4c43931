"""The two ways in which the machines drive both kinds of model."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from drivers import BASE, OTHER_BASE, CoreDriver, HttpDriver
from oracle_language import LANGUAGE_RULES, PRONOUNCED, TEXTS

from fakestt.core.acoustic.commands import delete_user_data as forget_audio
from fakestt.core.changes import Change
from fakestt.core.clock import VirtualClock
from fakestt.core.families import FAMILIES
from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Word
from fakestt.core.language.texts import add_text, delete_text, get_text, list_texts
from fakestt.core.language.words import Definition
from fakestt.core.snapshot import restore
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.media.grammar import read_grammar
from fakestt.media.text import read_text

KINDS = {"corpus": Corpus, "grammar": Grammar}
BASES = {"same": BASE, "other": OTHER_BASE, "improved": "en-US_Telephony"}
VOCABULARY = {word: not generated for word, generated in PRONOUNCED.items()}
"""What the oracle takes for known, said to the fake."""

LANGUAGE_FRAGMENTS = {
    "No input data available for training": "none",
    "No input data modified since last training": "unmodified",
    "has not completed successfully": "invalid",
    "model is up-to-date": "up-to-date",
    "must be ready or available": "state",
    "training it upgrades it": "state",
    "already exists": "exists",
    "of the name": "exists",
    "not found": "missing",
    "must not contain a space": "input",
    "Numbers are not allowed": "digits",
}


def shown(word: Word) -> dict[str, Any]:
    """A word as it would be shown."""
    wire: dict[str, Any] = {
        "word": word.word,
        "sounds_like": list(word.sounds_like),
        "display_as": word.display_as,
        "count": word.count,
        "source": word.source,
    }
    if word.errors:
        wire["error"] = [{part: problem} for part, problem in word.errors.items()]
    if word.mapping_only is not None:
        wire["mapping_only"] = word.mapping_only
    return wire


class CoreBoth(CoreDriver):
    """Commands on a World. At every step it goes on with a world that was restored from data."""

    def __init__(self, edition: str) -> None:
        super().__init__(edition)
        self._say_what_is_known()

    def copy(self) -> str:
        """Go on with a restored world, and give its state. Scripts and vocabulary are the test's: they are in none."""
        old, state, found = self.world, json.dumps(self.state()), EDITIONS[self.edition]
        self.world = World(VirtualClock(old.now_s), replace(found.limits), found.base_models, 0, FAMILIES)
        restore(self.world, json.loads(state))
        self._say_what_is_known()
        self.world.machine.script = old.machine.script
        return state

    def _say_what_is_known(self) -> None:
        for name in set(BASES.values()) & set(self.world.base_models):
            self.world.base_models[name].vocabulary.update(VOCABULARY)

    def publish_all(self, ending: str) -> None:
        for name in ("same", "improved"):
            if BASES[name] in self.world.base_models:
                self.world.publish(self.world.base_models[BASES[name]], f"{BASES[name]}.{ending}")

    def create_language(self, owner: str, base: str) -> str:
        return commands.create_language_model(self.world, owner, name="words", base_model_name=BASES[base]).id

    def say(self, owner: str, model_id: str, command: str, **values: Any) -> str | None:
        return self._word(lambda: self._say(self.world.find(LanguageModel, owner, model_id), command, **values))

    def _say(self, model: LanguageModel, command: str, **values: Any) -> None:
        world, name = self.world, values.get("name", "")
        label = "jane" if values.get("labelled") else None
        if command == "trainLanguageModel":
            # What the parameters' check does over HTTP: not every edition knows them.
            strict = values["strict"] or not world.limits.knows_strict
            force = values["force"] and world.limits.knows_force_of_language_models
            commands.train(world, model, strict=strict, force=force)
        elif command in ("addCorpus", "addGrammar"):
            kind = command.removeprefix("add").lower()
            data = TEXTS[kind][values["text"]][0]
            text = KINDS[kind](
                name=name,
                parent=model,
                size_bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                facts=(read_text if kind == "corpus" else read_grammar)(BytesIO(data)),
                customer_id=label,
            )
            add_text(world, model, text, overwrite=values["overwrite"])
        elif command == "addWords":
            commands.add_words(world, model, [Definition(word=word, **more) for word, more in values["words"]], label)
        elif command == "addWord":
            commands.add_word(world, model, Definition(word=name, **values["given"]), label)
        elif "name" in values:
            act = {
                "getCorpus": lambda world, model, name: get_text(world, model, Corpus, name),
                "getGrammar": lambda world, model, name: get_text(world, model, Grammar, name),
                "deleteCorpus": lambda world, model, name: delete_text(world, model, Corpus, name),
                "deleteGrammar": lambda world, model, name: delete_text(world, model, Grammar, name),
                "getWord": commands.get_word,
                "deleteWord": commands.delete_word,
            }[command]
            act(world, model, name)
        else:
            {
                "getLanguageModel": commands.get_language_model,
                "deleteLanguageModel": commands.delete_language_model,
                "resetLanguageModel": commands.reset,
                "upgradeLanguageModel": commands.upgrade,
                "listCorpora": lambda world, model: list_texts(world, model, Corpus),
                "listGrammars": lambda world, model: list_texts(world, model, Grammar),
                "listWords": lambda world, model: commands.list_words(world, model, "all", "alphabetical"),
            }[command](world, model)

    def listed(self, owner: str, model_id: str, word_type: str, sort: str) -> list[str]:
        model = self.world.find(LanguageModel, owner, model_id)
        return [word.word for word in commands.list_words(self.world, model, word_type, sort)]

    def forget(self, owner: str) -> None:
        forget_audio(self.world, owner, "jane")
        commands.delete_user_data(self.world, owner, "jane")

    script_of = CoreDriver.script

    def seen_language(self, owner: str) -> dict[str, Any]:
        phase = self.world.machine.phase
        return {
            model.id: {
                **self._facts(model),
                "corpora": {
                    one.name: (one.total_words, one.new_words, phase(one).shown)
                    for one in list_texts(self.world, model, Corpus)
                },
                "grammars": {
                    one.name: (0, one.new_words, phase(one).shown) for one in list_texts(self.world, model, Grammar)
                },
                "words": [shown(word) for word in commands.list_words(self.world, model, "all", "alphabetical")],
            }
            for model in commands.list_language_models(self.world, owner)
        }


class HttpBoth(HttpDriver):
    """HTTP on the application of a FakeSTT. At every step it is put into the state that it is in, from data."""

    def __init__(self, edition: str) -> None:
        super().__init__(edition)
        known = [word for word, is_known in VOCABULARY.items() if is_known]
        for name in set(BASES.values()) & set(self.stt.base_models):
            self.stt.base_models.vocabulary(name, known=known, unknown=[*VOCABULARY.keys() - set(known)])

    def copy(self) -> str:
        """Put the fake into its own state, and give that."""
        state = json.dumps(self.state())
        self.stt.restore(json.loads(state))
        return state

    def publish_all(self, ending: str) -> None:
        for name in ("same", "improved"):
            if BASES[name] in self.stt.base_models:
                self.stt.base_models.publish(BASES[name], f"{BASES[name]}.{ending}")

    def create_language(self, owner: str, base: str) -> str:
        body = json.dumps({"name": "words", "base_model_name": BASES[base]}).encode()
        answer = self.good(owner, "POST", "/v1/customizations", body, ("Content-Type", "application/json"))
        return str(answer["customization_id"])

    def say(self, owner: str, model_id: str, command: str, **values: Any) -> str | None:
        path, body, headers = f"/v1/customizations/{model_id}", None, []
        method = {"get": "GET", "lis": "GET", "del": "DELETE"}.get(command[:3], "POST")
        if command.endswith(("Corpus", "Corpora")):
            path += "/corpora" + (f"/{values['name']}" if "name" in values else "")
        elif command.endswith(("Grammar", "Grammars")):
            path += "/grammars" + (f"/{values['name']}" if "name" in values else "")
        elif command.endswith(("Word", "Words")):
            path += "/words" + (f"/{values['name']}" if "name" in values else "")
        elif method == "POST":
            path += {"tra": "/train", "res": "/reset", "upg": "/upgrade_model"}[command[:3]]
        if command == "trainLanguageModel":
            path += "?" + urlencode({name: str(value).lower() for name, value in values.items()})
        elif command in ("addCorpus", "addGrammar"):
            path += f"?allow_overwrite={str(values['overwrite']).lower()}"
            body = TEXTS[command.removeprefix("add").lower()][values["text"]][0]
        elif command == "addWords":
            body = json.dumps({"words": [{"word": word, **given} for word, given in values["words"]]}).encode()
        elif command == "addWord":
            method, body = "PUT", json.dumps(values["given"]).encode()
        if command == "addGrammar":
            headers.append(("Content-Type", "application/srgs"))
        if command.startswith("addWord"):
            headers.append(("Content-Type", "application/json"))
        if values.get("labelled"):
            headers.append(("X-Watson-Metadata", "customer_id=jane"))
        return self._word(command, LANGUAGE_FRAGMENTS, owner, method, path, body, *headers)

    def listed(self, owner: str, model_id: str, word_type: str, sort: str) -> list[str]:
        query = urlencode({"word_type": word_type, "sort": sort})
        path = f"/v1/customizations/{model_id}/words"
        words = self.good(owner, "GET", f"{path}?{query}")["words"]
        assert [self.good(owner, "GET", f"{path}/{word['word']}") for word in words] == words
        return [word["word"] for word in words]

    def script_of(self, owner: str, model_id: str, work: str, takes: float | None) -> None:
        self._script(self.stt.language_models, owner, model_id, work, takes)

    def seen_language(self, owner: str) -> dict[str, Any]:
        models = self.good(owner, "GET", "/v1/customizations")["customizations"]
        return {model["customization_id"]: self._seen_language(owner, model) for model in models}

    def _seen_language(self, owner: str, model: dict[str, Any]) -> dict[str, Any]:
        path = f"/v1/customizations/{model['customization_id']}"
        return {
            **self._facts(owner, path, model),
            "corpora": self._seen_texts(owner, path, "corpora"),
            "grammars": self._seen_texts(owner, path, "grammars") if LANGUAGE_RULES[self.edition]["grammars"] else {},
            "words": self.good(owner, "GET", f"{path}/words")["words"],
        }

    def _seen_texts(self, owner: str, path: str, kind: str) -> dict[str, tuple[int, int, str]]:
        texts = self.good(owner, "GET", f"{path}/{kind}")[kind]
        for text in texts:
            assert self.good(owner, "GET", f"{path}/{kind}/{text['name']}") == text
            assert ("error" in text) == (text["status"] == "undetermined")
        return {
            one["name"]: (one.get("total_words", 0), one["out_of_vocabulary_words"], one["status"]) for one in texts
        }

    def history(self) -> list[Change]:
        models = [one for owner in self.owners for one in self.stt.language_models.of(owner)]
        changes = [change for one in models for change in one.history]
        return sorted((*super().history(), *changes), key=lambda change: change.at_s)
