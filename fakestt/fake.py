"""FakeSTT: the class that users work with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from fakestt.conduct.finding import Finding
from fakestt.conduct.monitor import Setting
from fakestt.conduct.watch import Conduct, read_conduct
from fakestt.contract.operations.absent import ABSENT
from fakestt.core import snapshot as snapshots
from fakestt.core.choices import Choices
from fakestt.core.ids import seeded_guid
from fakestt.coverage.record import Coverage
from fakestt.coverage.watch import Watch
from fakestt.durations import Duration, seconds
from fakestt.editions import Edition, find_edition
from fakestt.editions.hosts import VENDOR_HOSTS, no_such_host
from fakestt.errors import (
    BadConduct,
    ClockError,
    ConductWarning,
    ConfigurationError,
    FakesttError,
    MissingExtra,
    NeverCame,
    NotFaked,
    StateError,
    UnknownName,
    nearest,
    without_user,
)
from fakestt.faults.faults import Faults
from fakestt.faults.latency import read_latency
from fakestt.http.app import App
from fakestt.http.auth import Auth
from fakestt.http.unknown import UNKNOWN
from fakestt.intercept.hosts import reachable
from fakestt.journal.happened import Happened, bad_words
from fakestt.journal.journal import KEPT, Journal
from fakestt.journal.report import report
from fakestt.journal.timeline import since
from fakestt.literals import Authentication, Certificate, ConductSetting, EditionName, UnknownSetting
from fakestt.opened import excuse, made
from fakestt.reached import Reached
from fakestt.scripts import Script, never_came
from fakestt.served import Served
from fakestt.service import Service
from fakestt.timing.fake_clock import FakeClock, read_time
from fakestt.timing.moments import check_callback, name_of
from fakestt.transports.self_signed import CA_FILE, SelfSigned
from fakestt.views.acoustic import AcousticModels
from fakestt.views.base_models import BaseModels
from fakestt.views.language import LanguageModels
from fakestt.warned import warn

if TYPE_CHECKING:
    import ibm_watson

    from fakestt.transports.certificates import Authority
    from fakestt.transports.live import Workers

__all__ = ["FakeSTT"]

_TLS = get_args(Certificate)


class FakeSTT:
    """A fake of one service instance.

    Args:
        edition: "icp2018", "icp2020", "cloud2025", "cp4d2025", or an Edition of your own.
        time: who moves the clock. "on_sleep": the client's waiting, inside `reachable()`, where its own clocks show
            the fake's time; "manual": only `clock.advance`; "follow": it is the test's own `time.time()`;
            "per_request:60s": each request; "next_event": each wait of the client, to the next due change; "real",
            "real:x600": it runs by itself. The clock of another fake is shared with it. The default is "follow" if
            freezegun or time-machine has set the time, else "manual".
        start: the instant at which the clock starts: ISO 8601, a datetime or seconds since the epoch. The default is
            the real now, cut to the second.
        seed: ids, keys and tokens are made from it; equal seeds give equal ones.
        auth: "lenient" takes every form of credential; "strict" the edition's own; None asks for none.
        tls: "trusted": every client trusts the certificate; "self-signed": in process only those that don't verify, and
            those that trust `ca_file`.
        unknown: what to do when a request has a parameter or a field that its operation does not have, which the
            service hardly ever minds. "note": the journal says so; "ignore": nothing; "error": the test fails as well.
        conduct: what to do when a client breaks a rule of good conduct, such as polling more often than documented.
            "off": nobody looks; "warn": a ConductWarning for each finding, when the test ends; "fail": the test fails.
        conduct_ignore: the names of rules that do not count.
        host: the name under which `url` leads to this fake.
        horizon: how long clients may wait altogether under "on_sleep" and "next_event" before ClientNeverStopped ends
            their waits. The default is seven days; `clock.advance` does not count.
        patience: how long, in real time, one thread may run or wait for the world outside while others wait for it.
            The default is ten seconds.
        equal_reads: how many reads in a row may be answered alike under "on_sleep" while nothing can change. A client
            that reads on is taken for one that never stops. The default is 5,000.
        journal: how many exchanges are kept of a longer run: the first tenth and the latest.
        latency: how late each answer is: a duration, or a range such as ("50ms", "200ms"), from which the seed draws.
        choices: chooses among possible outcomes: how an activity ends, how long it takes, which of two things of one
            instant comes first, whether a fault that is offered happens. The default takes the ordinary case.

    Raises:
        ConfigurationError: an argument means nothing.
    """

    def __init__(
        self,
        *,
        edition: EditionName | Edition = "icp2018",
        time: str | FakeClock | None = None,
        start: str | float | datetime | None = None,
        seed: int = 0,
        auth: Authentication | None = "lenient",
        tls: Certificate = "trusted",
        unknown: UnknownSetting = "note",
        conduct: ConductSetting = "off",
        conduct_ignore: Iterable[str] = (),
        host: str = "fakestt.test",
        horizon: Duration | None = None,
        patience: Duration | None = None,
        equal_reads: int | None = None,
        journal: int = KEPT,
        latency: Duration | tuple[Duration, Duration] = 0,
        choices: Choices | None = None,
    ) -> None:
        if not isinstance(journal, int) or journal < 10:  # so is a bool
            raise ConfigurationError(f"journal={journal!r}: give how many exchanges are kept, 10 or more.")
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise ConfigurationError(f"seed={seed!r}: give an int.")
        if not isinstance(host, str) or re.fullmatch(r"[A-Za-z0-9.-]+", host) is None:
            raise ConfigurationError(f"host={without_user(host)!r}: give the name of a host, such as 'fakestt.test'.")
        if tls not in _TLS:
            raise ConfigurationError(f"tls={tls!r}: give {' or '.join(map(repr, _TLS))}.{nearest(tls, _TLS)}")
        if unknown not in UNKNOWN:
            possible = " or ".join(map(repr, UNKNOWN))
            raise ConfigurationError(f"unknown={unknown!r}: give {possible}.{nearest(unknown, UNKNOWN)}")
        ignored = read_conduct(conduct, conduct_ignore)
        if unknown != "note":  # its author wants to hear nothing of it, or hears of it as an error
            ignored |= {"unknown_names"}
        if choices is not None and not isinstance(choices, Choices):
            raise ConfigurationError(
                f"choices={choices!r}: give an object of a class that derives from fakestt.Choices."
            )
        found = find_edition(edition)
        self._time = read_time(time, start, horizon, patience, equal_reads)
        self._owner = seeded_guid(f"owner:{seed}")
        self._service = Service.start(
            edition=found,
            clock=self._time,
            auth=auth,
            owner=self._owner,
            host=host,
            seed=seed,
            keeps=journal,
            choices=choices,
            unknown=unknown,
            latency=read_latency(latency, seed),
        )
        self._unknown = unknown
        self._conduct = conduct
        self._monitors: Conduct | None = None
        if conduct != "off":
            setting = Setting(found, waits_are_seen=self._time.shows_waits, asks_for_credentials=auth is not None)
            self._monitors = Conduct(setting, ignored)
            self.journal.closing.watch(self._monitors.see)
        self._time.add(self._service)
        self._host = host
        self._tls = tls
        self._prefix = found.traits.path_prefixes[-1].replace("{guid}", self._owner).replace("{release}", "r")
        self._url = f"https://{host}{self._prefix}"
        self._auth_url = f"https://{host}"
        self._clock = FakeClock(self._service, self._time)
        self._script = Script(self._service)
        self._acoustic_models = AcousticModels(self._service, self._owner)
        self._language_models = LanguageModels(self._service, self._owner)
        self._base_models = BaseModels(self._service)
        self._coverage: Watch | None = None
        if made(self):
            self._covered()  # the whole run's coverage is asked for

    def __repr__(self) -> str:
        return f"<FakeSTT {self.edition.name} at {self.url}, {len(self.journal)} exchanges>"

    @property
    def url(self) -> str:
        """The URL to give to a client, such as `https://fakestt.test/speech-to-text/api`. Behind a server, its own."""
        return self._url

    @property
    def auth_url(self) -> str:
        """Where tokens come from: the `url` of an SDK's authenticator, such as `https://fakestt.test`."""
        return self._auth_url

    @property
    def host(self) -> str:
        """The name under which `url` leads to this fake, in process."""
        return self._host

    @property
    def owner(self) -> str:
        """The GUID of the instance that is faked. Models belong to one."""
        return self._owner

    @property
    def acoustic_models(self) -> AcousticModels:
        """Its custom acoustic models with their audio: look at them, or put some there with `add`."""
        return self._acoustic_models

    @property
    def language_models(self) -> LanguageModels:
        """Its custom language models with their corpora and words: look at them, or put some there with `add`."""
        return self._language_models

    @property
    def base_models(self) -> BaseModels:
        """The models that custom ones are built on, their versions and the words that they know."""
        return self._base_models

    @property
    def script(self) -> Script:
        """How long activities take and how they end: `stt.script.training("car", fails=True)`."""
        return self._script

    @property
    def clock(self) -> FakeClock:
        """The time, and what is due: `stt.clock.advance("2h")`."""
        return self._clock

    @property
    def started_at_s(self) -> float:
        """The instant from which reports count the time."""
        with self.app.lock:
            self._service.world.settle()
            return self._service.world.started_at_s

    @property
    def edition(self) -> Edition:
        """The edition of the service that is faked."""
        return self._service.edition

    @property
    def ca_file(self) -> str | None:
        """A PEM file with the certificate of `tls="self-signed"`, which clients may trust; else None."""
        return str(CA_FILE) if self._tls == "self-signed" else None

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
        """The faults that a test adds: `stt.faults.on("addAudio", nth=2).lose_reply()`."""
        return self._service.faults

    @property
    def journal(self) -> Journal:
        """The requests with their answers, as a sequence of exchanges."""
        return self._service.journal

    @property
    def coverage(self) -> Coverage:
        """What clients of this fake have met of its edition's contract, up to now.

        Exchanges are looked at from the first time on that this is asked for, and before that those that the journal
        has kept.

        Raises:
            StateError: the journal has left out some by then.
        """
        with self.app.lock:
            return self._covered().so_far()

    def _covered(self) -> Watch:
        if self._coverage is None:
            self._coverage = Watch(self.edition, self.journal, self._service.world.machine.unseen_changes)
        return self._coverage

    def findings(self) -> list[Finding]:
        """What the client did against the rules of good conduct so far, with `conduct="warn"` or "fail".

        What it has left undone (a model that is left behind, a failure whose reason was not read) is known at the end,
        and told by `check_used` and a report.

        Raises:
            StateError: nobody looks, because `conduct` is "off".
        """
        if self._monitors is None:
            raise StateError("findings(): with conduct='off' nobody looks at what a client does. Give conduct='warn'.")
        return self._found(over=False)

    def _found(self, *, over: bool) -> list[Finding]:
        if self._monitors is None:
            return []
        with self.app.lock:
            if over:
                self.journal.closing.finish()
            else:
                self.journal.closing.tell()
            return self._monitors.findings(over=over)

    def report(self, *, test_is_over: bool = False) -> str:
        """What happened, as text: what stands out, requests, changes and what the test did, and what is still due.

        `fakestt guide report` says how to read it.

        Args:
            test_is_over: the report stops at the last look, if the time moves without the fake.
        """
        with self.app.lock:
            if not (test_is_over and self._time.goes_by_itself):
                self._service.world.settle()
            return report(self._happened(over=test_is_over))

    def _happened(self, *, over: bool) -> Happened:
        """What is known now. Call it under the lock."""
        world, journal = self._service.world, self.journal
        changed = (change.subject for change in world.machine.changes)
        return Happened(
            exchanges=journal.kept(),
            started_at_s=world.started_at_s,
            now_s=world.now_s,
            notes=journal.all_notes(),
            later=world.machine.unseen_changes(),
            bad_words=bad_words(world.all_models()),
            due=self.clock.planned(),
            stalled=self.clock.stalled(),
            not_met=self._not_met(),
            findings=[str(one) for one in self._found(over=over)],
            names={one.id: one.name for one in changed if one == one.id},
            url=self.url,
            policy=self._time.policy,
            started_now=self._time.started_now,
        )

    def reachable(self, *hosts: str, vendor: bool = True, block_network: bool = False) -> AbstractContextManager[Any]:
        """Lead clients in this process to the fake, inside a `with` block.

        The vendor's host names (unless `vendor=False`), this fake's own and `hosts` lead here, for urllib3, httpx,
        urllib.request and all that is built on them. Others are untouched, or refused with `block_network=True`. A name
        like one of the vendor's with a location that there is not, such as `us-sout`, can't be resolved.

        Under "on_sleep" and "next_event" the client's waiting is virtual inside the block, and its clocks show the
        fake's time.

        Raises on leaving:
            Exception: raised by a callback of `at` or `on_change`.
            ClientNeverStopped: a thread of the client waited beyond the horizon, and nobody has seen its wait end.
        """
        names = (self.host, *(VENDOR_HOSTS if vendor else ()), *hosts)
        app = SelfSigned(self.app) if self._tls == "self-signed" else self.app
        led = reachable(dict.fromkeys(names, app), block_network=block_network, no_such_host=no_such_host)
        return Reached(led, self._time, self)

    def at(self, instant: Duration, callback: Callable[[], object], *, optional: bool = False) -> None:
        """Call `callback()` at an instant, between two requests of the client: `stt.at("30m", lambda: ...)`.

        The instant counts from the fake's start. If the clock is the fake's, the one call comes at the instant itself,
        else at the first look after it. The callback may do all that a test may: look, script, add faults, move the
        clock, make requests. An error in it fails the test, not the client.

        Args:
            optional: without it, a moment that has not come by the end of the test is an error.

        Raises:
            ClockError: the instant has passed.
            ConfigurationError: no duration, or no callback.
        """
        check_callback("at", callback)
        if not isinstance(optional, bool):
            raise ConfigurationError(f"at({instant!r}, optional={optional!r}): give True (it need not come) or False.")
        after_s = seconds(instant, "at")
        with self.app.lock:
            self._service.world.settle()
            at_s = round(self.started_at_s + after_s, 6)
        passed_s = self.clock.now() - self.started_at_s
        if after_s < passed_s:
            raise ClockError(
                f"at({instant!r}): {passed_s:g} s have passed since the fake's start, and it counts from there. "
                "Time can't go backwards."
            )
        said = f"at({instant!r}, {name_of(callback)})"
        self._service.note(said)
        self._time.moments.plan(at_s, callback, self._service, said, optional=optional)

    def check_used(self) -> None:
        """Raise if something was prepared and never came. A fixture calls this at the end of a test that has passed.

        If nothing is wrong, it warns (`NotFaked`) of requests for operations that the service has and fakestt does not.

        It looks for faults that no request has met, moments of `at`, and scripts for a name that nothing had, without
        the `optional` ones. Under `conduct="warn"` each finding is a warning (`ConductWarning`).

        Raises:
            NeverCame: there is one; RuleNeverMatched if it is a fault.
            ConfigurationError: a fault's `when` raised, or an `on` was left without an effect.
            BadConduct: under `conduct="fail"`, the client broke a rule of good conduct.
            UnknownName: under `unknown="error"`, a request had a parameter or a field that its operation does not have.
        """
        for message, kind in self._remarks():
            warn(message, kind)

    def _remarks(self) -> list[tuple[str, type[Warning]]]:
        """What `check_used` warns of. It raises what `check_used` raises."""
        complaints: list[FakesttError] = []
        try:
            self.faults.check_used(self.journal.summary())
        except (NeverCame, ConfigurationError) as problem:
            complaints.append(problem)
        scripts = [complaint for _, complaint in never_came(self._service)]
        complaints += map(NeverCame, [*self._missed_moments(), *scripts])
        if self._unknown == "error" and self.app.unknown_names:
            names = " ".join(one if one.endswith("?") else f"{one}." for one in self.app.unknown_names)
            complaints.append(
                UnknownName(
                    f"the client sent names that no operation of {self.edition.name} has there: "
                    f"{names} Correct them in the client, or give unknown='note'."
                )
            )
        findings = self._found(over=True)
        if findings and self._conduct == "fail":
            complaints.append(BadConduct("\n".join(["the client broke rules of good conduct:", *map(str, findings)])))
        if complaints:
            excuse(self)
            raise type(complaints[0])("\n".join(map(str, complaints)))
        remarks: list[tuple[str, type[Warning]]] = []
        for name, count in self.app.asked_in_vain.items():
            what = "a request for it was" if count == 1 else f"{count} requests for it were"
            remarks.append((f"{ABSENT[name].said}: {what} answered 404.", NotFaked))
        return [*remarks, *((str(finding), ConductWarning) for finding in findings)]

    def _not_met(self) -> list[str]:
        """All that `check_used` complains of, each as its author wrote it."""
        moments = [moment.said for moment in self._time.moments.missed(self._service)]
        scripts = [said for said, _ in never_came(self._service)]
        return [*map(str, self.faults.unused()), *moments, *scripts]

    def _missed_moments(self) -> list[str]:
        missed = self._time.moments.missed(self._service)
        if not missed:
            return []
        # A time that moves without the fake counts as of the last look: by now it may no longer be frozen.
        now_s = self._service.world.now_s if self._time.goes_by_itself else self.clock.now()
        start_s = self._service.world.started_at_s
        if missed[0].at_s > now_s:
            stopped, remedy = "stopped at", "Let it go on (clock.advance, or a client that waits), plan it earlier"
        else:
            stopped, remedy = "got to", "It comes with a request, or when the fake's clock is moved: see to one"
        return [
            f"{', '.join(moment.said for moment in missed)}: never came, so the test does not show what it says. "
            f"The clock {stopped} {since(now_s, start_s)}. {remedy}, or write optional=True if it need not come."
        ]

    def serve(
        self,
        *,
        tls: bool | Authority = False,
        port: int = 0,
        host: str | None = "127.0.0.1",
        public: bool = False,
        workers: Workers | None = None,
    ) -> Served:
        """Put a real server in front, for clients outside this process: subprocesses, other languages.

        The server listens at once. The fake keeps its time. Only a late answer (`slow`) takes real time, because the
        client's time-outs are real too; the clock moves by the delay when the answer has arrived.

        Args:
            tls: True for a temporary authority (`ca_file`), whose certificate names the vendor's hosts as well; or an
                `Authority` that several servers share.
            port: the port; the system chooses one unless given.
            host: the address to listen on; None for all addresses of this machine.
            public: has to be said for an address that is not loopback's, because everybody who can reach it can reach
                the fake. Then a warning says what is open.
            workers: threads that several servers share; unless given, the server has its own.

        Raises:
            MissingExtra: tls needs the extra `tls`.
            ConfigurationError: no such address, or not on loopback and not `public`, or the port is taken.
        """
        from fakestt.transports import live

        start = live.serve if workers is None else workers.serve
        names = (self.host, *VENDOR_HOSTS)
        return Served(start(self.app, host=host, port=port, public=public, tls=tls, names=names), self._prefix, self)

    def _led_to(self, server: Served) -> None:
        """From now on `url` and `auth_url` are a server's."""
        self._url, self._auth_url = server.url, server.auth_url

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
        """All models, their state and due changes, as plain data for JSON. Scripts, faults and keys are not in it."""
        with self.app.lock:
            self._service.world.settle()
            return {"edition": self.edition.name, **snapshots.snapshot(self._service.world)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a snapshot and to its instant; under `follow` and `real` the time does not go back.

        The time goes back for all fakes that share it. When a change comes again, its callback is called again; a
        moment that has come does not come twice.

        Raises:
            StateError: not a snapshot of this edition.
        """
        with self.app.lock:
            if not isinstance(state, Mapping) or state.get("edition") != self.edition.name:
                raise StateError(
                    f"restore: this is not a snapshot of a fake of this edition, {self.edition.name}. "
                    "Give what stt.snapshot() of one returned."
                )
            if self._monitors is not None:
                self.journal.closing.finish()
                self._monitors.forget()
            snapshots.restore(self._service.world, state)
            self._time.set(state["now_s"])
            self._service.note("restore(...)")
