"""All rules, and the one who feeds them what a journal tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args

from fakestt.conduct.finding import Finding
from fakestt.conduct.models import Leftovers, UnreadFailure
from fakestt.conduct.monitor import Monitor, Seen, Setting, is_answered
from fakestt.conduct.polling import INTERVALS, AfterTheEnd, TooFast
from fakestt.conduct.repeating import BlindRepeat, IgnoredRetryAfter, ToldBusy
from fakestt.conduct.requests import OverTheLimits, PlainHttp, UnknownNames
from fakestt.core.families import FAMILIES
from fakestt.errors import ConfigurationError, nearest
from fakestt.journal.record import Exchange
from fakestt.literals import ConductSetting

__all__ = ["CONDUCT", "RULES", "Conduct", "read_conduct", "status_of"]

CONDUCT: tuple[ConductSetting, ...] = get_args(ConductSetting)
"""What a fake does about its client's conduct: nothing, a warning for each finding, or the test fails."""

RULES: Mapping[str, type[Monitor[Any, Any]]] = {
    kind.rule: kind
    for kind in (
        TooFast,
        AfterTheEnd,
        IgnoredRetryAfter,
        BlindRepeat,
        ToldBusy,
        UnreadFailure,
        Leftovers,
        UnknownNames,
        OverTheLimits,
        PlainHttp,
    )
}
"""The rules by their names."""


def read_conduct(conduct: object, ignore: object) -> frozenset[str]:
    """Check what an author says. Returns the names of the rules that do not count; one name may come alone.

    Raises:
        ConfigurationError: it means nothing.
    """
    if conduct not in CONDUCT:
        possible = " or ".join(map(repr, CONDUCT))
        raise ConfigurationError(f"conduct={conduct!r}: give {possible}.{nearest(conduct, CONDUCT)}")
    known = list(RULES)
    names = (ignore,) if isinstance(ignore, str) else ignore
    if not isinstance(names, Iterable):
        raise ConfigurationError(f"conduct_ignore={ignore!r}: give names of rules. All: {', '.join(known)}.")
    ignored = list(names)
    for name in ignored:
        if name not in known:
            raise ConfigurationError(
                f"conduct_ignore={ignore!r}: there is no rule {name!r}.{nearest(name, known)} All: {', '.join(known)}."
            )
    return frozenset(ignored)


PARTS = tuple(family.named_by for family in FAMILIES if family.parent is not None)
"""The parameters that name what belongs to a model."""

_SHOWING = {operation for operation, _ in INTERVALS}
"""The reads that show a status which changes by itself."""


class Conduct:
    """Watches the exchanges of one fake, each when it has closed.

    Args:
        setting: what is known of the fake.
        ignored: the names of rules that do not take part.
    """

    def __init__(self, setting: Setting, ignored: Collection[str] = ()) -> None:
        self._monitors = [
            kind(setting)
            for name, kind in RULES.items()
            if name not in ignored and (setting.waits_are_seen or not kind.about_waiting)
        ]
        self._read = (b"", "", "")

    def see(self, exchange: Exchange) -> None:
        """Hand one exchange to all monitors."""
        call = exchange.call
        if call is None:
            seen = Seen(exchange, "", "", "", "")
        else:
            model = str(call.values.get("customization_id", ""))
            part = str(next((call.values[name] for name in PARTS if name in call.values), ""))
            seen = Seen(exchange, call.operation.id, model, part, self._shown(exchange, call.operation.id))
        for monitor in self._monitors:
            monitor.see(seen)

    def findings(self, *, over: bool = False) -> list[Finding]:
        """What was found so far, or in all when the client's work is `over`, in the order of the exchanges."""
        found = [finding for monitor in self._monitors for finding in monitor.findings(over=over)]
        return sorted(found, key=lambda finding: finding.exchanges)

    def forget(self) -> None:
        """The world went back to an earlier state: what comes does not follow from what was."""
        for monitor in self._monitors:
            monitor.forget()

    def _shown(self, exchange: Exchange, operation: str) -> str:
        """The status that this read has shown the client, or "". A poll mostly shows what the one before did."""
        if operation not in _SHOWING or exchange.status != 200 or not is_answered(exchange):
            return ""
        body, read_by, shown = self._read
        if body != exchange.reply.body or read_by != operation:
            shown = status_of(exchange.reply.json)
            self._read = (exchange.reply.body, operation, shown)
        return shown


def status_of(said: object) -> str:
    """The status of a model, of audio, or of an archive, which stands in its `container`."""
    if not isinstance(said, dict):
        return ""
    inner = said.get("container")
    status = (inner if isinstance(inner, dict) else said).get("status")
    return status if isinstance(status, str) else ""
