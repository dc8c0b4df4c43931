"""A journal is read, and nothing else: its calls go to the oracle, and what it says of the time comes true there.

Which requests had their work done, the journal says of each. What that work was, and whether it was refused, the oracle
decides by itself. So at every exchange there are two answers to what a model is: the oracle's, and the latest change.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from oracle import Model, Oracle, Said

from fakestt import ByActivity, ByCommand, Change, Exchange
from fakestt.core.resources import Activity

READS = {
    "listModels",
    "getModel",
    "listAcousticModels",
    "getAcousticModel",
    "listAudio",
    "getAudio",
    "getLanguageModel",
}
AUDIO_CODES = {None: "B", True: "V", False: "I"}


class Replay:
    """Reads exchange after exchange. `published` is what the test's author published, by the number of the exchange
    before it: that is in no journal."""

    def __init__(self, edition: str, started_at_s: float, version: str, published: Mapping[int, str]) -> None:
        self.oracle = Oracle(edition, started_at_s, version)
        self._published = dict(published)
        self._codes: dict[str, str] = {}  # of all that there is, as the changes have it

    def read(self, exchange: Exchange) -> None:
        """One exchange: what time has done before it, its own work, and what both have changed."""
        self.oracle.newest = self._published.pop(exchange.seq - 1, self.oracle.newest)
        self.oracle.now = exchange.at_s
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
        return codes

    def _note(self, change: Change) -> None:
        assert self._codes.pop(str(change.subject), None) == (change.before and change.before.code), str(change)
        if change.after is not None:
            self._codes[str(change.subject)] = change.after.code

    def _end(self, change: Change) -> None:
        """An activity has ended, as the change says: scripts have decided when, and how."""
        cause, subject = change.cause, change.subject
        assert isinstance(cause, ByActivity), f"{change}: not by a client, nor by time"
        m = self.oracle.models[subject.id]
        if subject.family == "audio":
            audio = m["audio"][subject.name]
            audio["at"], audio["sound"] = change.at_s, change.after == "ok"
        elif cause.activity in (Activity.TRAINING, Activity.UPGRADE):
            work = "T" if cause.activity is Activity.TRAINING else "U"
            assert m["work"] == work
            m["at"], m["fails", work] = change.at_s, cause.spoiled
        self.oracle.move(change.at_s)

    def _do(self, exchange: Exchange, own: list[Change]) -> None:
        call = exchange.call
        assert call is not None
        if call.operation.id == "createAcousticModel":
            [made] = own
            self.oracle.create(made.subject.owner, made.subject.id)
            return
        said = self._asked(call.operation.id, dict(call.values), call.upload, exchange.caller)
        for _, _, what in list(self.oracle.due()):
            what["at"] = inf  # when it ends, the journal says
        if exchange.rule is None or exchange.rule.effect.answer is None:
            assert (exchange.reply.status < 400) == (said is None), f"{exchange!r}, by the oracle {said}"

    def _asked(self, operation: str, values: dict[str, Any], upload: Any, caller: Any) -> Said:
        oracle = self.oracle
        if operation in READS:
            return self._looked(operation, values)
        if operation == "deleteUserData":
            oracle.forget(caller.owner)
            return None
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

    def _looked(self, operation: str, values: dict[str, Any]) -> Said:
        m = self.oracle.models.get(values.get("customization_id", ""))
        if "customization_id" in values and m is None:
            return {"unknown"}
        return {"missing"} if operation == "getAudio" and m and values["audio_name"] not in m["audio"] else None
