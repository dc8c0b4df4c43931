"""Rules about a single request: what it asks for, how much it brings, and which way it comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from urllib.parse import urlsplit

from fakestt.conduct.monitor import Monitor, Seen, Setting
from fakestt.contract.operation import Body
from fakestt.core.provenance import How, Source
from fakestt.core.refusals import Why
from fakestt.http.unknown import unknown_names

__all__ = ["OverTheLimits", "PlainHttp", "UnknownNames"]


class UnknownNames(Monitor[str, None]):
    """Sends parameters or fields that the operation does not have. Their values have no effect."""

    rule = "unknown_names"

    def see(self, seen: Seen) -> None:
        call = seen.exchange.call
        if call is None or not (call.unknown_query or call.unknown_fields):
            return
        said = unknown_names(call, self.setting.edition.limits)
        if said:
            self.find(
                (seen.operation, said),
                (seen.exchange.seq,),
                f"{seen.operation}: {said}",
                "Correct the name, or leave it out: the service takes no notice of it.",
                call.operation.how,
            )


_AUDIO = "Add up the lengths of the audio (total_minutes_of_audio of listAudio) before it is trained."
_NAME = "Check the name before it is sent."
# fmt: off
LIMITS: Mapping[Why, tuple[str, str]] = {
    Why.BODY_TOO_LARGE:        ("max_upload_bytes",     "Compress the audio without loss (flac), or cut it in parts."),
    Why.NAME_TOO_LONG:         ("name_max",             _NAME),
    Why.NAME_CHARACTERS:       ("name_forbidden",       _NAME),
    Why.DESCRIPTION_TOO_LONG:  ("description_max",      "Cut the description before it is sent."),
    Why.TOO_MANY_MODELS:       ("max_models",           "Delete models that are no longer needed."),
    Why.AUDIO_NAME_TOO_LONG:   ("audio_name_max",       _NAME),
    Why.AUDIO_NAME_CHARACTERS: ("audio_name_forbidden", _NAME),
    Why.OVER_THE_MAXIMUM:      ("max_audio_s",          _AUDIO),
    Why.TOO_LITTLE_AUDIO:      ("min_audio_s",          _AUDIO),
    Why.TOO_MUCH_AUDIO:        ("max_audio_s",          _AUDIO),
}
"""The refusals that a documented limit is the reason of: its name among the edition's rows, and what to do."""
# fmt: on


class OverTheLimits(Monitor[str, None]):
    """Exceeds a documented limit. The edition's own wording tells such a refusal from others."""

    rule = "limits"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._texts: dict[re.Pattern[str], Why] = {}

    def see(self, seen: Seen) -> None:
        exchange = seen.exchange
        if exchange.status not in (400, 413) or exchange.rule is not None:  # a fault may say what it likes
            return
        said = exchange.reply.json
        text = said.get("error") if isinstance(said, dict) else None
        why = self._why(text) if isinstance(text, str) else None
        if why is None or (why is Why.BODY_TOO_LARGE and not _brings_audio(seen)):
            return
        limit, remedy = LIMITS[why]
        self.find(
            (seen.operation, seen.model, why),
            (exchange.seq,),
            f"{seen.operation} was refused for a documented limit: {text}",
            remedy,
            self.setting.edition.provenance[limit],
        )

    def _why(self, text: str) -> Why | None:
        if not self._texts:
            wording = self.setting.edition.wording
            self._texts = {_pattern(wording[why].text): why for why in reversed(list(LIMITS))}
        return next((why for pattern, why in self._texts.items() if pattern.fullmatch(text)), None)


def _pattern(template: str) -> re.Pattern[str]:
    """What a wording's texts look like, whatever the facts in them."""
    parts = [re.escape(plain) + ("" if field is None else ".*") for plain, field, _, _ in Formatter().parse(template)]
    return re.compile("".join(parts), re.DOTALL)


def _brings_audio(seen: Seen) -> bool:
    call = seen.exchange.call
    return call is not None and call.operation.body is Body.AUDIO


_LOOPBACK = re.compile(r"localhost|.*\.localhost|127\.\d+\.\d+\.\d+|::1")


class PlainHttp(Monitor[str, None]):
    """Sends credentials over plain http. On loopback nobody listens."""

    rule = "plain_http"
    hows: tuple[How, ...] = (Source("icp2018 http.md", "HTTP-basic"),)

    def see(self, seen: Seen) -> None:
        call = seen.exchange.call
        if call is None or not call.base_url.startswith("http://"):
            return
        comes_with_some = seen.exchange.caller is not None and self.setting.asks_for_credentials
        host = urlsplit(call.base_url).hostname or ""
        if _LOOPBACK.fullmatch(host) or not (comes_with_some or not call.operation.authenticated):
            return
        self.find(
            host,
            (seen.exchange.seq,),
            f"{seen.operation} brought credentials to http://{host}, where anyone on the way can read them",
            "Let the URL begin with https.",
            *self.hows,
        )
