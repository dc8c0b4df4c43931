"""The type of all monitors: a small state machine that is fed one exchange at a time and remembers little."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from fakestt.conduct.finding import Finding
from fakestt.contract.edition import Edition
from fakestt.contract.own_pages import own
from fakestt.core.provenance import How
from fakestt.journal.record import Exchange
from fakestt.wire import How as Arrived

__all__ = ["MOST_FINDINGS", "MOST_REMEMBERED", "Bounded", "Monitor", "Seen", "Setting", "is_answered", "is_lost"]

MOST_FINDINGS = 20
"""So many findings a rule gives. A client that does it again does it for the same reason."""

MOST_REMEMBERED = 1_000
"""So many models, or requests, a monitor remembers. It forgets those that it has known longest."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Seen(NamedTuple):
    """An exchange, with what all monitors ask about it.

    Attributes:
        exchange: itself.
        operation: the operation's id; "" if it is none.
        model: the id of the custom model that the request names, or "".
        part: the name of the model's part that it names, such as audio, or "".
        shown: the status of the model, or of its audio, that this read has shown the client; "" if it is no such read.
    """

    exchange: Exchange
    operation: str
    model: str
    part: str
    shown: str

    @property
    def reader(self) -> tuple[str, str]:
        """What is read, and the thread that reads it: two threads may watch the same model."""
        return self.part, self.exchange.request.thread


@dataclass(frozen=True, slots=True)
class Setting:
    """What a monitor knows of the fake.

    Attributes:
        edition: the edition of the service.
        waits_are_seen: the fake's clock shows how long a client waits. A clock that the test moves by hand does not.
        asks_for_credentials: the service wants some. Where it wants none, nobody looks whether any came.
    """

    edition: Edition
    waits_are_seen: bool = True
    asks_for_credentials: bool = True


class Bounded(dict[K, V]):
    """A dictionary that forgets its oldest keys. A key that is written again is as young as a new one."""

    def __setitem__(self, key: K, value: V) -> None:
        self.pop(key, None)
        super().__setitem__(key, value)
        if len(self) > MOST_REMEMBERED:
            del self[next(iter(self))]


class Monitor(Generic[K, V]):
    """One rule. A subclass says what its `state` holds, and looks at each exchange in `see`."""

    rule = ""
    """The rule's name: short, and the same for ever."""

    hows: tuple[How, ...] = ()
    """Where it stands, as the tables cite it. An edition's finding cites the edition's own page."""

    about_waiting = False
    """Whether the rule is about how long a client waits."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.state: Bounded[K, V] = Bounded()
        self._found: dict[Hashable, Finding] = {}

    def see(self, seen: Seen) -> None:
        """One more exchange, in order, when it has closed."""
        raise NotImplementedError

    def findings(self, *, over: bool) -> list[Finding]:
        """What was found so far, or in all when the client's work is `over`."""
        return list(self._found.values())

    def forget(self) -> None:
        """The world went back to an earlier state. What was found stays."""
        self.state.clear()

    def find(self, key: Hashable, exchanges: tuple[int, ...], said: str, remedy: str, how: How) -> None:
        """Keep a finding. One more of the same key takes its place."""
        if key in self._found or len(self._found) < MOST_FINDINGS:
            self._found[key] = self.finding(exchanges, said, remedy, how)

    def finding(self, exchanges: tuple[int, ...], said: str, remedy: str, how: How) -> Finding:
        """A finding of this rule."""
        return Finding(self.rule, exchanges, said, remedy, own(how, self.setting.edition))


def is_answered(exchange: Exchange) -> bool:
    """Whether the client has the whole answer."""
    return exchange.arrival.how in (Arrived.WHOLE, Arrived.LATE)


def is_lost(exchange: Exchange) -> bool:
    """Whether the client can't know from the answer what became of its request.

    A client that has the head and lets go by itself knows the status.
    """
    how = exchange.arrival.how
    if how is Arrived.CLOSED:
        return not exchange.arrival.has_head
    return how in (Arrived.TIMED_OUT, Arrived.CUT, Arrived.RESET)
