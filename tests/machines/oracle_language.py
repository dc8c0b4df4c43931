"""The contract of language models once more, as naive as can be: plain dicts, everything computed anew, no schedule.

Written from the description of the service, not from the code; only how long things take is the fake's own. A command
gives None when it is done, else the set of words for what it may be refused with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oracle import SHOWN, Model, Said

# fmt: off
# ruff: noqa: E501
LANGUAGE_RULES = {  # `strict`, `force`, `mapping_only` and grammars known
    "icp2018":   {"strict": False, "force": False, "mapping": False, "grammars": False},
    "icp2020":   {"strict": True,  "force": False, "mapping": False, "grammars": True},
    "cloud2025": {"strict": True,  "force": True,  "mapping": True,  "grammars": True},
    "cp4d2025":  {"strict": True,  "force": False, "mapping": True,  "grammars": True},
}
TEXTS = {  # by kind: the bytes, how many words, and how often each that no base model knows; None is no such text
    "corpus": {
        "plain": (b"some plain text",                      3, {}),
        "new":   (b"the IEEE, the IEEE and its hi-hat.\n", 7, {"IEEE": 2, "hi-hat": 1}),
        "other": (b"HHonors, hi-hat (and IEEE)",           4, {"HHonors": 1, "hi-hat": 1}),
        "none":  (b"\xff\xfe\x00",                         0, None),
    },
    "grammar": {
        "plain": (b"#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = plain | text;\n",            2, {}),
        "new":   (b"#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = IEEE | the IEEE;\n",         3, {"IEEE": 2}),
        "other": (b"#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = HHonors | IEEE;\n",          2, {"HHonors": 1, "IEEE": 1}),
        "none":  (b"#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = \n",                         0, None),
    },
}
PRONOUNCED = {  # what the service makes of a spelling; nothing, if the base models know it
    "IEEE": ["I. E. E. E.", "IEEE"], "hi-hat": ["hi hat"], "HHonors": ["HHonors"], "watson": [],
    "some": [], "plain": [], "text": [], "the": [], "and": [], "its": [],
}
# fmt: on
DIGITS = "4 two"
"""A pronunciation that is an error of its word."""
SAYS = f"Numbers are not allowed in sounds_like. You can try for example '{DIGITS.replace('4', 'four')}'."


class LanguageOracle:
    """`newest` has the newest version of each base model, by the name that this oracle has for it: "improved" is of the
    next generation, and upgraded by training; "same" and "other" are of the previous one."""

    def __init__(self, edition: str, now: float, newest: dict[str, str]) -> None:
        self.rule, self.now, self.newest, self.noisy = LANGUAGE_RULES[edition], now, newest, False
        self.models: dict[str, Model] = {}
        self.added = 0

    # What is

    def words(self, m: Model) -> dict[str, dict[str, int]]:
        """All words of a model, each with how often it is in which text, in the order in which these were added."""
        found: dict[str, dict[str, int]] = {}
        for text in sorted(m["texts"].values(), key=lambda one: int(one["nth"])):
            for word, count in text["brings"].items() if text["ok"] and m["base"] != "improved" else ():
                found.setdefault(word, {})[text["name"]] = count
        return {word: found.get(word, {}) for word in sorted({*found, *m["user"]})}

    def code(self, m: Model) -> str:
        sound = [text["ok"] for text in m["texts"].values()]
        if m["work"] or None in sound:
            return {"T": "T", "U": "U"}.get(m["work"], "PB")
        words = [word in m["user"] and m["user"][word]["bad"] for word in self.words(m)]
        valid, invalid = True in sound or False in words, False in sound or True in words
        if m["failed"]:
            return "F"
        if not valid:
            return "PI" if invalid else "P0"
        if m["trained"] and not m["modified"]:
            return "A"
        return "RM" if invalid else "R"

    def busy(self, m: Model) -> bool:
        return self.code(m) in ("PB", "T", "U")

    # What time does

    def due(self) -> Iterator[tuple[float, Model, Model]]:
        for m in self.models.values():
            yield from ((text["at"], m, text) for text in m["texts"].values() if text["ok"] is None)
            if m["work"]:
                yield m["at"], m, m

    def move(self, to: float) -> None:
        for at, m, what in sorted(self.due(), key=lambda one: one[0]):
            if at > to:
                break
            m["updated"] = at
            if what is not m:
                what["ok"] = what["brings"] is not None and not (self.noisy and what["name"].startswith("noisy"))
                if what["kind"] == "grammar" and not what["ok"]:
                    m["uncompiled"] = what["name"]
                continue
            work, m["work"] = m["work"], ""
            if work != "W" and m["fails", work]:
                m["failed"] = m["error"] = True
            elif work != "W":
                m["trained"] = m["trained"] or work == "T"
                m["versions"] += [m["to"]] * (m["to"] not in m["versions"])
        self.now = to

    def start(self, m: Model, work: str, takes: float) -> Said:
        m |= {"work": work, "since": self.now, "at": round(self.now + takes, 6), "updated": self.now}
        return None

    def takes(self, m: Model, work: str) -> float:
        said = m["takes", work]
        return 20 + 0.02 * len(self.words(m)) if said is None else float(said)

    def script(self, m: Model, work: str, takes: float | None) -> None:
        if takes is None:
            m["fails", work] = True
        else:
            m["takes", work] = takes
            m["at"] = max(round(m["since"] + takes, 6), self.now) if m["work"] == work else m["at"]

    # Models

    def create(self, owner: str, model_id: str, base: str) -> None:
        m: Model = {"id": model_id, "owner": owner, "base": base, "versions": [self.newest[base]], "updated": self.now}
        m |= {"work": "", "at": 0.0, "trained": False, "modified": False, "failed": False, "error": False}
        m |= {("fails", "T"): False, ("fails", "U"): False, ("takes", "T"): None, ("takes", "U"): None}
        self.models[model_id] = m | {"texts": {}, "uncompiled": None, "user": {}}

    def changed(self, m: Model) -> Said:
        m |= {"modified": True, "failed": False, "error": False, "updated": self.now}
        return None

    def delete(self, m: Model) -> Said:
        if self.busy(m):
            return {"locked"}
        del self.models[m["id"]]
        return None

    def reset(self, m: Model) -> Said:
        if self.busy(m):
            return {"locked"}
        m |= {"texts": {}, "uncompiled": None, "user": {}}
        self.changed(m)
        m |= {"trained": False, "modified": False}
        return None

    def train(self, m: Model, strict: bool, force: bool) -> Said:
        code, strict, force = self.code(m), strict or not self.rule["strict"], force and self.rule["force"]
        if self.busy(m):
            return {"locked"}
        if code == "A" and not force:
            return {"unmodified"}
        sound = [text["ok"] for text in m["texts"].values()]
        sound += [not (word in m["user"] and m["user"][word]["bad"]) for word in self.words(m)]
        if True not in sound or (strict and False in sound):
            m["updated"] = m["updated"] if code == "F" else self.now
            m["failed"] = True
            return {"invalid"} if sound else {"none"}
        m |= {"failed": False, "error": False, "uncompiled": None, "modified": False, "to": m["versions"][-1]}
        if m["base"] == "improved":
            m["to"] = self.newest["improved"]
        return self.start(m, "T", self.takes(m, "T"))

    def upgrade(self, m: Model) -> Said:
        if self.busy(m):
            return {"locked"}
        said = {"state"} if m["base"] == "improved" or self.code(m) not in ("R", "RM", "A") else set()
        if m["versions"][-1] == self.newest[m["base"]]:
            said.add("up-to-date")
        if said:
            return said
        m["to"] = self.newest[m["base"]]
        return self.start(m, "U", self.takes(m, "U"))

    # Corpora and grammars: of one name there is one of them

    def add_text(self, m: Model, kind: str, name: str, text: str, labelled: bool, overwrite: bool) -> Said:
        if self.busy(m):
            return {"locked"}
        earlier = m["texts"].get(name)
        if earlier and (earlier["kind"] != kind or not overwrite):
            return {"exists"}
        self._gone(m, name)
        _, total, brings = TEXTS[kind][text]
        self.added += 1
        takes = 5 if kind == "grammar" else 10 + 0.01 * total
        m["texts"][name] = {
            "kind": kind,
            "name": name,
            "nth": self.added,
            "total": total,
            "labelled": labelled,
            "ok": None,
            "brings": None if brings is None else dict(brings),
            "new": len(brings or ()),
            "at": round(self.now + takes, 6),
        }
        return self.changed(m)

    def _gone(self, m: Model, name: str) -> None:
        m["uncompiled"] = None if m["uncompiled"] == name else m["uncompiled"]

    def has(self, m: Model, kind: str, name: str) -> bool:
        return name in m["texts"] and bool(m["texts"][name]["kind"] == kind)

    def drop_text(self, m: Model, kind: str, name: str) -> Said:
        if self.busy(m) or not self.has(m, kind, name):
            return {"locked"} if self.busy(m) else {"missing"}
        del m["texts"][name]
        self._gone(m, name)
        return self.changed(m)

    # Words

    def add_words(self, m: Model, words: list[tuple[str, dict[str, Any]]], labelled: bool) -> Said:
        if self.busy(m):
            return {"locked"}
        if any(" " in word for word, _ in words):
            return {"input"}
        for word, given in words:
            self._define(m, word, given, labelled)
        self.changed(m)
        m["checked"] = [word for word, _ in words]
        return self.start(m, "W", 2 + 0.05 * len({word for word, _ in words}))

    def add_word(self, m: Model, word: str, given: dict[str, Any], labelled: bool) -> Said:
        if self.busy(m):
            return {"locked"}
        if DIGITS in given.get("sounds_like", ()):
            return {"digits"}
        self._define(m, word, given, labelled)
        return self.changed(m)

    def _define(self, m: Model, word: str, given: dict[str, Any], labelled: bool) -> None:
        earlier = m["user"].get(word) or {"first": word not in self.words(m), "labelled": False}
        m["user"][word] = {
            "first": earlier["first"],
            "labelled": labelled or earlier["labelled"],
            "given": given,
            "bad": DIGITS in given.get("sounds_like", ()),
        }

    def drop_word(self, m: Model, word: str) -> Said:
        if self.busy(m) or word not in self.words(m):
            return {"locked"} if self.busy(m) else {"missing"}
        self._forget_word(m, word)
        return self.changed(m)

    def _forget_word(self, m: Model, word: str) -> None:
        m["user"].pop(word, None)
        for text in m["texts"].values():
            if text["ok"]:
                text["brings"].pop(word, None)

    def forget(self, owner: str) -> None:
        for m in self.models.values():
            texts = [name for name, text in m["texts"].items() if text["labelled"]]
            words = [word for word, entry in m["user"].items() if entry["labelled"]]
            if m["owner"] == owner and texts + words:
                for name in texts:
                    del m["texts"][name]
                    self._gone(m, name)
                for word in words:
                    self._forget_word(m, word)
                self.changed(m)

    # What is shown

    def view(self, owner: str) -> dict[str, Any]:
        return {
            m["id"]: {
                "status": SHOWN[self.code(m)],
                "progress": 100 if self.code(m) == "A" else 0,
                "error": m["error"] or m["uncompiled"] is not None,
                "versions": m["versions"],
                "updated": m["updated"],
                "corpora": self._texts(m, "corpus"),
                "grammars": self._texts(m, "grammar"),
                "words": [self._word(m, word, counts) for word, counts in self.words(m).items()],
            }
            for m in self.models.values()
            if m["owner"] == owner
        }

    def _texts(self, m: Model, kind: str) -> dict[str, tuple[int, int, str]]:
        return {name: self._text(m, text) for name, text in m["texts"].items() if text["kind"] == kind}

    def _text(self, m: Model, text: Model) -> tuple[int, int, str]:
        if not text["ok"]:
            return 0, 0, "being_processed" if text["ok"] is None else "undetermined"
        return text["total"] * (text["kind"] == "corpus"), text["new"] * (m["base"] != "improved"), "analyzed"

    def _word(self, m: Model, word: str, counts: dict[str, int]) -> dict[str, Any]:
        entry = m["user"].get(word)
        given, generates = entry["given"] if entry else {}, m["base"] != "improved"
        sounds_like = given.get("sounds_like", PRONOUNCED[word] if generates else [])
        shown = {
            "word": word,
            "sounds_like": sounds_like,
            "display_as": given.get("display_as", word if sounds_like or not generates else ""),
            "count": max(bool(entry and entry["first"]) + sum(counts.values()), 1),
            "source": [*counts, *(["user"] if entry else [])],
        }
        if entry and entry["bad"]:
            shown["error"] = [{DIGITS: SAYS}]
        if self.rule["mapping"] and "mapping_only" in given:
            shown["mapping_only"] = given["mapping_only"]
        return shown

    def listed(self, m: Model, word_type: str, sort: str) -> list[str]:
        """The spellings that a list of words has, in its order."""
        found = []
        for word, counts in self.words(m).items():
            kinds = {m["texts"][name]["kind"] for name in counts}
            is_meant = {"all": True, "user": word in m["user"]}
            is_meant |= {"corpora": "corpus" in kinds, "grammars": "grammar" in kinds}
            if is_meant[word_type]:
                found.append((self._word(m, word, counts)["count"], word))
        if sort.endswith("count"):
            return [
                word for count, word in sorted(found, key=lambda one: (one[0] * (1 if sort[0] == "+" else -1), one[1]))
            ]
        return [word for _, word in sorted(found, key=lambda one: one[1], reverse=sort[0] == "-")]
