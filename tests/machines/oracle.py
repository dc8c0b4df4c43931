"""The contract's state table once more, as naive as can be: plain dicts, everything computed anew, no schedule.

Written from the description of the service, not from the code. A command gives None when it is done, else the set of
words for what it may be refused with: where the description names no order of complaints, any of them is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# fmt: off
RULES = {  # hours at most, multiples of the audio, uploads at once, strict known, second upgrade call, helper's rules
    "icp2018":   {"hours": 50,  "T": 3, "U": 2, "at_once": False, "strict": False, "second": False, "available": False},
    "icp2020":   {"hours": 100, "T": 3, "U": 2, "at_once": False, "strict": True,  "second": True,  "available": False},
    "cloud2025": {"hours": 50,  "T": 1, "U": 1, "at_once": True,  "strict": True,  "second": True,  "available": True},
    "cp4d2025":  {"hours": 200, "T": 1, "U": 1, "at_once": True,  "strict": True,  "second": True,  "available": True},
}
# fmt: on
SHOWN = {"P0": "pending", "PB": "pending", "PI": "pending", "R": "ready", "RM": "ready", "T": "training"}
SHOWN |= {"A": "available", "U": "upgrading", "F": "failed"}
Model = dict[str, Any]
Said = set[str] | None


class Oracle:
    def __init__(self, edition: str, now: float, version: str) -> None:
        self.rule, self.now, self.newest, self.noisy = RULES[edition], now, version, False
        self.models: dict[str, Model] = {}

    def code(self, m: Model) -> str:
        sound = [audio["ok"] for audio in m["audio"].values()]
        if m["work"] or None in sound:
            return str(m["work"] or "PB")
        if m["failed"] or m["fresh"]:
            return "F" if m["failed"] else "A"
        if True not in sound:
            return "PI" if sound else "P0"
        return "RM" if False in sound else "R"

    def seconds(self, m: Model) -> int:
        return sum(audio["s"] for audio in m["audio"].values() if audio["ok"])

    def due(self) -> Iterator[tuple[float, Model, Model]]:
        for m in self.models.values():
            yield from ((audio["at"], m, audio) for audio in m["audio"].values() if audio["ok"] is None)
            if m["work"]:
                yield m["at"], m, m

    def move(self, to: float) -> None:
        for at, m, what in sorted(self.due(), key=lambda one: one[0]):
            if at > to:
                break
            m["updated"] = at
            if what is not m:
                what["ok"] = what["sound"] and not (self.noisy and what["name"].startswith("noisy"))
                continue
            work, m["work"] = m["work"], ""
            if m["fails", work]:
                m["failed"] = m["error"] = True
            elif work == "T":
                m["fresh"] = m["whole"]
            else:
                m["plain"] = not m["helped"]
                m["versions"] += [m["to"]] * (m["to"] not in m["versions"])
        self.now = to

    def create(self, owner: str, model_id: str) -> None:
        m: Model = {"id": model_id, "owner": owner, "audio": {}, "versions": [self.newest], "updated": self.now}
        m |= {"work": "", "at": 0.0, "fresh": False, "failed": False, "error": False, "lm": False, "plain": False}
        m |= {("fails", "T"): False, ("fails", "U"): False, ("takes", "T"): None, ("takes", "U"): None}
        self.models[model_id] = m

    def changed(self, m: Model) -> None:
        m |= {"fresh": False, "failed": False, "error": False, "updated": self.now}

    def busy(self, m: Model) -> bool:
        return self.code(m) in ("PB", "T", "U")

    def add(self, m: Model, name: str, s: int, sound: bool, labelled: bool, overwrite: bool) -> Said:
        old, code = m["audio"].get(name), self.code(m)
        if code in ("T", "U") or (code == "PB" and not self.rule["at_once"]):
            return {"locked"}
        if old and (not overwrite or old["ok"] is None):
            return {"locked"} if overwrite else {"exists"}
        if not old and self.rule["at_once"] and self.seconds(m) > self.rule["hours"] * 3600:
            return {"duration"}
        at = round(self.now + max(2, 0.02 * s), 6)
        m["audio"][name] = {"name": name, "s": s, "sound": sound, "ok": None, "at": at, "labelled": labelled}
        return self.changed(m)

    def drop(self, m: Model, name: str) -> Said:
        if m["work"] or name not in m["audio"]:
            return {"locked"} if m["work"] else {"missing"}
        del m["audio"][name]
        return self.changed(m)

    def forget(self, owner: str) -> None:
        for m in self.models.values():
            kept = {name: audio for name, audio in m["audio"].items() if m["owner"] != owner or not audio["labelled"]}
            if kept != m["audio"]:
                m["audio"] = kept
                self.changed(m)
                m["whole"] = False

    def train(self, m: Model, strict: bool, force: bool, helper: dict[str, str] | None) -> Said:
        if self.busy(m):
            return {"locked"}
        if m["fresh"] and not m["failed"] and not force:
            return {"unmodified"}
        said, s = set(), self.seconds(m)
        if s > self.rule["hours"] * 3600 or s < (1 if force else 600):
            said.add("duration")
        if (strict or not self.rule["strict"]) and any(audio["ok"] is False for audio in m["audio"].values()):
            said.add("invalid")
        if helper and (
            helper["base"] != "same" or helper["version"] != m["versions"][-1] or helper["status"] != "available"
        ):
            said.add("helper")
        if said:
            m["updated"] = m["updated"] if self.code(m) == "F" else self.now
            m["failed"] = True
            return said
        m |= {"failed": False, "error": False, "lm": helper is not None, "whole": True}
        return self.start(m, "T")

    def upgrade(self, m: Model, force: bool, helper: dict[str, str] | None) -> Said:
        if self.busy(m):
            return {"locked"}
        newest = m["versions"][-1] == self.newest
        if newest and not (helper and m["plain"] and self.rule["second"]):
            return {"up-to-date"}
        if self.code(m) not in ("R", "RM", "A") or not m["audio"]:
            return {"state", "up-to-date"} if newest else {"state"}
        if helper is None and m["lm"] and not self.rule["second"]:
            return {"helper"}
        if helper and (helper["base"] != "same" or helper["version"] != self.newest):
            return {"helper"}
        if helper and self.rule["available"] and helper["status"] != "available":
            return {"helper"}
        m |= {"helped": helper is not None, "to": self.newest}
        return self.start(m, "U")

    def start(self, m: Model, work: str) -> None:
        takes = m["takes", work]
        takes = self.rule[work] * self.seconds(m) if takes is None else takes
        m |= {"work": work, "since": self.now, "at": round(self.now + takes, 6), "updated": self.now}

    def script(self, m: Model, work: str, takes: float | None) -> None:
        if takes is None:
            m["fails", work] = True
        else:
            m["takes", work] = takes
            m["at"] = max(round(m["since"] + takes, 6), self.now) if m["work"] == work else m["at"]

    def reset(self, m: Model) -> Said:
        if self.busy(m):
            return {"locked"}
        m |= {"audio": {}, "lm": False, "plain": False}
        return self.changed(m)

    def delete(self, m: Model) -> Said:
        if self.busy(m):
            return {"locked"}
        del self.models[m["id"]]
        return None

    def view(self, owner: str) -> dict[str, Any]:
        shown = {None: "being_processed", True: "ok", False: "invalid"}
        return {
            m["id"]: {
                "status": SHOWN[self.code(m)],
                "progress": 100 if self.code(m) == "A" else 0,
                "error": m["error"],
                "versions": m["versions"],
                "updated": m["updated"],
                "minutes": round(self.seconds(m) / 60, 2),
                "audio": {n: (a["s"] * (a["ok"] is not None), shown[a["ok"]]) for n, a in m["audio"].items()},
            }
            for m in self.models.values()
            if m["owner"] == owner
        }
