"""FakeSTT: the face that users see."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from fakestt.core import snapshot as snapshots
from fakestt.core.clock import Clock, Duration, FollowingClock, VirtualClock, at, client_now_s, forward
from fakestt.core.lifecycle import Change
from fakestt.editions import Edition, find_edition
from fakestt.errors import ClockError, ConfigurationError, MissingExtra, StateError, nearest
from fakestt.faults.rules import Faults
from fakestt.http.app import App
from fakestt.http.auth import Auth
from fakestt.intercept.hosts import VENDOR_HOSTS, reachable
from fakestt.journal.journal import Journal
from fakestt.journal.report import report
from fakestt.scripts import Script
from fakestt.service import Service
from fakestt.views import AcousticModels, BaseModels, LanguageModels

if TYPE_CHECKING:
    from types import TracebackType

    import ibm_watson

    from fakestt.transports.certificates import Authority
    from fakestt.transports.live import Server, Workers

__all__ = ["Due", "FakeClock", "FakeSTT", "Served"]

POLICIES = ("manual", "follow")


class Due(NamedTuple):
    """A change that is due: when, of what, by which activity."""

    at_s: float
    subject: str
    activity: str


class FakeClock:
    """The time of one fake, in its author's hands."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def source(self) -> Clock:
        """What tells the time."""
        return self._service.clock

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._service.clock.now()

    def advance(self, duration: Duration) -> list[Change]:
        """Move on. Every change on the way happens at its own instant; they are returned in order.

        Raises:
            ClockError: a negative duration, no duration at all, or a clock that follows the test's own time.
        """
        step_s = forward(duration)
        return self._move(step_s, f"advance({duration!r})")

    def advance_to_next(self) -> Change | None:
        """Move on to the next due change and return it; None, and no move, when nothing is due.

        Raises:
            ClockError: a clock that follows the test's own time.
        """
        with self._service.app.lock:
            self._service.world.settle()
            due_s = self._service.world.machine.schedule.next_due()
            if due_s is None:
                return None
            changes = self._move(due_s - self.now(), "advance_to_next()")
        return changes[0]

    def pending(self) -> list[Due]:
        """What is due when, in order."""
        with self._service.app.lock:
            self._service.world.settle()
            return self.planned()

    def planned(self) -> list[Due]:
        """The same as of the last look: the time is not asked."""
        with self._service.app.lock:
            due = self._service.world.machine.schedule.pending()
            return [Due(at_s, one.subject, one.activity.value) for at_s, one in due if one.activity is not None]

    def _move(self, step_s: float, call: str) -> list[Change]:
        clock, world = self._service.clock, self._service.world
        if not isinstance(clock, VirtualClock):
            raise ClockError(
                f"{call}: this fake follows the test's own time. Move that (freezer.tick), or use time='manual'."
            )
        with self._service.app.lock:
            seen = len(world.machine.changes)
            clock.wait(step_s)
            world.settle()
            return world.machine.changes[seen:]


class Served:
    """A fake behind a real server, until `close()` or the end of the `with` block."""

    def __init__(self, server: Server, prefix: str) -> None:
        self._server = server
        self.url = server.url + prefix
        """What to hand to a client: `http://127.0.0.1:49152/speech-to-text/api`."""

    def __repr__(self) -> str:
        return f"<Served at {self.url}>"

    @property
    def ca_file(self) -> str | None:
        """A PEM file with the authority that clients must trust; None without TLS. It goes away with the server."""
        return self._server.ca_file

    @property
    def failures(self) -> list[BaseException]:
        """What the fake raised though it must not; the client got a 500. Empty, or fakestt has a mistake."""
        return self._server.failures

    def close(self) -> None:
        """Stop listening and end all connections. When it returns, no request is running any more."""
        self._server.close()

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class FakeSTT:
    """A fake of one service instance.

    Args:
        edition: "icp2018", "icp2020", "cloud2025", "cp4d2025", or an Edition of one's own.
        time: "manual": the clock stands still until it is advanced; "follow": it is the test's own `time.time()`;
            or the clock of another fake, which both then share.
        start: the instant at which a manual clock starts: ISO 8601, a datetime, seconds since the epoch. The real now,
            cut to the second, unless given.
        seed: makes ids, keys and tokens; equal seeds give equal ones.
        auth: "lenient" takes every form of credential; "strict" the edition's own; None asks for none.
        host: the name under which `url` leads to this fake.

    Raises:
        ConfigurationError: one of these means nothing.
    """

    def __init__(
        self,
        *,
        edition: str | Edition = "icp2018",
        time: str | FakeClock = "manual",
        start: str | float | datetime | None = None,
        seed: int = 0,
        auth: str | None = "lenient",
        host: str = "fakestt.test",
    ) -> None:
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise ConfigurationError(f"seed={seed!r}: give an int.")
        if not isinstance(host, str) or re.fullmatch(r"[A-Za-z0-9.-]+", host) is None:
            raise ConfigurationError(f"host={host!r}: give the name of a host, such as 'fakestt.test'.")
        found = find_edition(edition)
        clock = _clock(time, start)
        self._started_now = time == "manual" and start is None
        self.owner = _guid(f"owner:{seed}")
        self._service = Service.start(edition=found, clock=clock, auth=auth, owner=self.owner, seed=seed)
        self.host = host
        self._prefix = found.traits.path_prefixes[-1].replace("{guid}", self.owner).replace("{release}", "r")
        self.url = f"https://{host}{self._prefix}"
        self.clock = FakeClock(self._service)
        self.script = Script(self._service)
        self.acoustic_models = AcousticModels(self._service, self.owner)
        self.language_models = LanguageModels(self._service, self.owner)
        self.base_models = BaseModels(self._service)

    def __repr__(self) -> str:
        return f"<FakeSTT {self.edition.name} at {self.url}, {len(self.journal)} exchanges>"

    @property
    def started_at_s(self) -> float:
        """The instant from which reports count."""
        return self._service.world.started_at_s

    @property
    def edition(self) -> Edition:
        """The edition that is played."""
        return self._service.edition

    @property
    def app(self) -> App:
        """The WSGI application."""
        return self._service.app

    @property
    def auth(self) -> Auth:
        """Keys and tokens."""
        return self._service.auth

    @property
    def api_key(self) -> str:
        """A key that this instance accepts."""
        return self._service.auth.key

    @property
    def faults(self) -> Faults:
        """What goes wrong: `stt.faults.on("addAudio", nth=2).lose_reply()`."""
        return self._service.faults

    @property
    def journal(self) -> Journal:
        """What happened, a sequence of exchanges."""
        return self._service.journal

    def report(self, *, test_is_over: bool = False) -> str:
        """The journal as text, with the changes that no request has met yet and what is still due.

        Args:
            test_is_over: a time that was followed is over with its test; the report stops at the last look.
        """
        with self.app.lock:
            if not (test_is_over and isinstance(self._service.clock, FollowingClock)):
                self._service.world.settle()
            later = self._service.world.machine.unseen_changes()
            return report(self.journal, self.started_at_s, later, self.clock.planned(), started_now=self._started_now)

    def reachable(self, *hosts: str, vendor: bool = True, block_network: bool = False) -> AbstractContextManager[Any]:
        """Lead clients in this process here, while it is entered (`with`).

        The vendor's host names (unless `vendor=False`), this fake's own and `hosts` lead here, for urllib3, httpx,
        urllib.request and all that is built on them; others are untouched, or refused with `block_network=True`.
        """
        names = (self.host, *(VENDOR_HOSTS if vendor else ()), *hosts)
        return reachable(dict.fromkeys(names, self.app), block_network=block_network)

    def serve(
        self,
        *,
        tls: bool | Authority = False,
        port: int = 0,
        host: str = "127.0.0.1",
        workers: Workers | None = None,
    ) -> Served:
        """Put a real server in front, for what no way in process can reach: subprocesses, other languages.

        It listens at once. The time of this fake stays what it is; only a late answer (`slow`) is real silence, for
        the client's time-outs are real too. The clock moves by it when the answer has arrived.

        Args:
            tls: True for a throw-away authority (`ca_file`), whose certificate names the vendor's hosts as well; or an
                `Authority` that several servers share.
            port: chosen by the system unless given.
            host: the address to listen on. Everybody who can reach it can reach the fake.
            workers: threads that several servers share; else this one has its own.

        Raises:
            MissingExtra: tls needs the extra `tls`.
            ConfigurationError: no such address, or the port is taken.
        """
        from fakestt.transports import live

        start = live.serve if workers is None else workers.serve
        names = (self.host, *VENDOR_HOSTS)
        return Served(start(self.app, host=host, port=port, tls=tls, names=names), self._prefix)

    def client(self) -> ibm_watson.SpeechToTextV1:
        """The official client, ready to use inside `reachable()`.

        Raises:
            MissingExtra: ibm-watson is not installed.
        """
        try:
            from ibm_cloud_sdk_core.authenticators import Authenticator, BasicAuthenticator, BearerTokenAuthenticator
            from ibm_watson import SpeechToTextV1
        except ImportError:
            raise MissingExtra(
                "client(): ibm-watson is not installed. pip install 'fakestt[demo]' brings it."
            ) from None
        authenticator: Authenticator
        if "basic" in self.edition.traits.credentials:
            authenticator = BasicAuthenticator("apikey", self.api_key)
        else:
            authenticator = BearerTokenAuthenticator(self.auth.hand_out(self.api_key).text)
        client = SpeechToTextV1(authenticator=authenticator)
        client.set_service_url(self.url)
        return client

    def snapshot(self) -> dict[str, Any]:
        """All models, their state and what is due, as plain JSON-able data. Scripts, faults and keys are not in it."""
        with self.app.lock:
            self._service.world.settle()
            return {"edition": self.edition.name, **snapshots.snapshot(self._service.world)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a snapshot, its instant included; under `follow` the instant stays the test's.

        Raises:
            StateError: not a snapshot of this edition.
        """
        with self.app.lock:
            if not isinstance(state, Mapping) or state.get("edition") != self.edition.name:
                raise StateError(
                    f"restore: this is not a snapshot of a fake of this edition, {self.edition.name}. "
                    "Give what stt.snapshot() of one returned."
                )
            snapshots.restore(self._service.world, state)
            if isinstance(self._service.clock, VirtualClock):
                self._service.clock.set(state["now_s"])


def _clock(policy: str | FakeClock, start: str | float | datetime | None) -> Clock:
    if isinstance(policy, FakeClock):
        if start is not None:
            raise ConfigurationError(f"start={start!r} with another fake's clock: it has started already.")
        return policy.source
    if policy == "follow":
        if start is not None:
            raise ConfigurationError(
                f"start={start!r} with time='follow': the time is the test's own, and so is its start."
            )
        return FollowingClock()
    if policy == "manual":
        return VirtualClock(float(int(client_now_s())) if start is None else at(start, "start"))
    raise ConfigurationError(
        f"time={policy!r}: no such policy.{nearest(str(policy), POLICIES)} All: {', '.join(POLICIES)}."
    )


def _guid(text: str) -> str:
    return str(uuid.UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest(), version=4))
