"""A journal is read, and nothing else: its calls go to the oracle, and what it says of the time comes true there.

Which requests had their work done, the journal says of each. What that work was, and whether it was refused, the oracle
decides by itself. So at every exchange there are two answers to what a model is: the oracle's, and the latest change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from math import inf
from typing import Any

from oracle import Model, Oracle, Said
from oracle_language import TEXTS, LanguageOracle

from fakestt import ByActivity, ByCommand, Change, Exchange
from fakestt.core.resources import Activity

READS = {
    "listModels",
    "getModel",
    "listAcousticModels",
    "getAcousticModel",
    "listAudio",
    "getAudio",
    "listLanguageModels",
    "getLanguageModel",
    "listCorpora",
    "getCorpus",
    "listGrammars",
    "getGrammar",
    "listWords",
    "getWord",
}
SENT = {hashlib.sha256(row[0]).hexdigest(): (kind, name) for kind, rows in TEXTS.items() for name, row in rows.items()}
"""Which text a corpus or a grammar was, by its checksum: the journal has no more of it."""
AUDIO_CODES = {None: "B", True: "V", False: "I"}


class Replay:
    """Reads exchange after exchange. `published` is what the test's author published, by the number of the exchange
    before it: that is in no journal."""

    def __init__(self, edition: str, started_at_s: float, version: str, published: Mapping[int, str]) -> None:
        self.oracle = Oracle(edition, started_at_s, version)
        self.language = LanguageOracle(edition, started_at_s, {"same": version})
        self._published = dict(published)
        self._codes: dict[str, str] = {}  # of all that there is, as the changes have it

    def read(self, exchange: Exchange) -> None:
        """One exchange: what time has done before it, its own work, and what both have changed."""
        self.oracle.newest = self._published.pop(exchange.seq - 1, self.oracle.newest)
        self.language.newest["same"] = self.oracle.newest
        self.oracle.now = self.language.now = exchange.at_s
        call, own = exchange.call, [one for one in exchange.changes if isinstance(one.cause, ByCommand)]
        is_done = call is not None and (exchange.rule is None or exchange.rule.effect.commits)
        assert is_done or not own, f"{exchange!r} was not to do anything"
        for change in exchange.changes:
            if change not in own:
                self._end(change)
        if is_done:
            self._do(exchange, own)
        for change in exchange.changes:
            self._note(change)
        assert self._codes == self._by_oracle(), f"after {exchange!r}"

    def _by_oracle(self) -> dict[str, str]:
        codes = {}
        for m in self.oracle.models.values():
            codes[m["id"]] = self.oracle.code(m)
            codes |= {f"{m['id']}/{name}": AUDIO_CODES[audio["ok"]] for name, audio in m["audio"].items()}
        for m in self.language.models.values():
            codes[m["id"]] = self.language.code(m)
            codes |= {f"{m['id']}/{name}": AUDIO_CODES[text["ok"]] for name, text in m["texts"].items()}
        return codes

    def _note(self, change: Change) -> None:
        assert self._codes.pop(str(change.subject), None) == (change.before and change.before.code), str(change)
        if change.after is not None:
            self._codes[str(change.subject)] = change.after.code

    def _end(self, change: Change) -> None:
        """An activity has ended, as the change says: scripts have decided when, and how."""
        cause, subject = change.cause, change.subject
        assert isinstance(cause, ByActivity), f"{change}: not by a client, nor by time"
        if subject.id in self.language.models:
            self._end_language(change, cause)
            return
        m = self.oracle.models[subject.id]
        if subject.family == "audio":
            audio = m["audio"][subject.name]
            audio["at"], audio["sound"] = change.at_s, change.after == "ok"
        elif cause.activity in (Activity.TRAINING, Activity.UPGRADE):
            work = "T" if cause.activity is Activity.TRAINING else "U"
            assert m["work"] == work
            m["at"], m["fails", work] = change.at_s, cause.spoiled
        self.oracle.move(change.at_s)

    def _end_language(self, change: Change, cause: ByActivity) -> None:
        m = self.language.models[change.subject.id]
        if change.subject.family != "language model":
            text = m["texts"][change.subject.name]
            text["at"], text["brings"] = change.at_s, None if change.after == "undetermined" else text["brings"]
        elif cause.activity is Activity.ANALYSIS and m["work"] == "W":
            m["at"] = change.at_s
            if cause.spoiled:  # a script has found the words to be bad
                for word in m["checked"]:
                    m["user"].get(word, {})["bad"] = True
        elif cause.activity is Activity.ANALYSIS:
            pass  # of a text of the model's, whose own change stood before
        else:
            work = "T" if cause.activity is Activity.TRAINING else "U"
            assert m["work"] == work
            m["at"], m["fails", work] = change.at_s, cause.spoiled
        self.language.move(change.at_s)

    def _do(self, exchange: Exchange, own: list[Change]) -> None:
        call = exchange.call
        assert call is not None
        if call.operation.id == "createAcousticModel":
            [made] = own
            self.oracle.create(made.subject.owner, made.subject.id)
            return
        if call.operation.id == "createLanguageModel":
            [made] = own
            self.language.create(made.subject.owner, made.subject.id, "same")
            return
        said = self._asked(call.operation.id, dict(call.values), call.upload, exchange.caller)
        for _, _, what in (*self.oracle.due(), *self.language.due()):
            what["at"] = inf  # when it ends, the journal says
        if exchange.rule is None or exchange.rule.effect.answer is None:
            assert (exchange.reply.status < 400) == (said is None), f"{exchange!r}, by the oracle {said}"

    def _asked(self, operation: str, values: dict[str, Any], upload: Any, caller: Any) -> Said:
        oracle = self.oracle
        if operation in READS:
            return self._looked(operation, values)
        if operation == "deleteUserData":
            oracle.forget(caller.owner)
            self.language.forget(caller.owner)
            return None
        if values["customization_id"] in self.language.models:
            return self._said_to_language(operation, values, upload)
        m: Model | None = oracle.models.get(values["customization_id"])
        if m is None:
            return {"unknown"}
        name, force, strict = values.get("audio_name"), bool(values.get("force")), bool(values.get("strict"))
        if operation == "addAudio":
            labelled = values["X-Watson-Metadata"] is not None
            sound = upload.facts.rate_hz >= 16000
            return oracle.add(m, name, upload.facts.duration_s, sound, labelled, values["allow_overwrite"])
        return {
            "deleteAudio": lambda: oracle.drop(m, name),
            "trainAcousticModel": lambda: oracle.train(m, strict, force, None),
            "upgradeAcousticModel": lambda: oracle.upgrade(m, force, None),
            "resetAcousticModel": lambda: oracle.reset(m),
            "deleteAcousticModel": lambda: oracle.delete(m),
        }[operation]()

    def _said_to_language(self, operation: str, values: dict[str, Any], upload: Any) -> Said:
        language, m = self.language, self.language.models[values["customization_id"]]
        labelled = values.get("X-Watson-Metadata") is not None
        if operation in ("addCorpus", "addGrammar"):
            kind, text = SENT[upload.sha256]
            name = values[f"{kind}_name"]
            return language.add_text(m, kind, name, text, labelled, values["allow_overwrite"])
        if operation in ("deleteCorpus", "deleteGrammar"):
            kind = operation.removeprefix("delete").lower()
            return language.drop_text(m, kind, values[f"{kind}_name"])
        return {
            "addWords": lambda: language.add_words(m, [(one["word"], one) for one in values["words"]], labelled),
            "addWord": lambda: language.add_word(m, values["word_name"], _given(values), labelled),
            "deleteWord": lambda: language.drop_word(m, values["word_name"]),
            "trainLanguageModel": lambda: language.train(m, bool(values.get("strict")), bool(values.get("force"))),
            "upgradeLanguageModel": lambda: language.upgrade(m),
            "resetLanguageModel": lambda: language.reset(m),
            "deleteLanguageModel": lambda: language.delete(m),
        }[operation]()

    def _looked(self, operation: str, values: dict[str, Any]) -> Said:
        models = self.language.models if _is_of_language(operation) else self.oracle.models
        m = models.get(values.get("customization_id", ""))
        if "customization_id" in values and m is None:
            return {"unknown"}
        if m and operation in ("getCorpus", "getGrammar"):
            kind = operation.removeprefix("get").lower()
            return None if self.language.has(m, kind, values[f"{kind}_name"]) else {"missing"}
        if m and operation == "getWord":
            return None if values["word_name"] in self.language.words(m) else {"missing"}
        return {"missing"} if operation == "getAudio" and m and values["audio_name"] not in m["audio"] else None


def _is_of_language(operation: str) -> bool:
    return any(word in operation for word in ("Language", "Corp", "Grammar", "Word"))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("sounds_like", "display_as") if values.get(name) is not None}
