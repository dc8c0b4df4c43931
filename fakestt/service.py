"""Puts the parts together: clock, world, faults, journal and application of one running service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fakestt.contract.edition import Edition
from fakestt.contract.operations import OPERATIONS, SERVICE_OPERATIONS, operations_in
from fakestt.core.choices import Choices
from fakestt.core.families import FAMILIES
from fakestt.core.family import Family
from fakestt.core.world import World
from fakestt.editions.hosts import places_of
from fakestt.faults.faults import Faults
from fakestt.faults.latency import Latency
from fakestt.http.app import App, RequestClock
from fakestt.http.auth import Auth
from fakestt.http.context import Context
from fakestt.journal.closest import closest
from fakestt.journal.journal import KEPT, Journal
from fakestt.journal.record import NoteKind
from fakestt.literals import Authentication

__all__ = ["Service"]


@dataclass(frozen=True, slots=True)
class Service:
    """The connected parts of one service."""

    edition: Edition
    world: World
    auth: Auth
    faults: Faults
    journal: Journal
    app: App

    @classmethod
    def start(
        cls,
        *,
        edition: Edition,
        clock: RequestClock,
        auth: Authentication | None,
        owner: str,
        host: str = "fakestt.test",
        seed: int,
        keeps: int = KEPT,
        choices: Choices | None = None,
        unknown: str = "note",
        latency: Latency | None = None,
        families: Iterable[Family[Any]] = FAMILIES,
    ) -> Service:
        """Make a new service with nothing in it."""
        world = World(clock, edition.limits, edition.base_models, seed, families, choices)
        credentials = Auth(auth, edition, owner, seed, clock.now_s)
        journal = Journal(list(OPERATIONS), lambda: world.started_at_s, keeps)
        faults = Faults(
            [row.id for row in operations_in(edition.limits, SERVICE_OPERATIONS.values())],
            world,
            edition,
            credentials,
            owner,
            lambda rule: closest(rule, journal.kept(), world.started_at_s),
            lambda text: journal.note(clock.now_s(), text),
        )
        context = Context(world, edition, credentials, places_of(edition, host), unknown)
        app = App(context, clock, faults, journal, latency)
        return cls(edition, world, credentials, faults, journal, app)

    def note(self, text: str, kind: NoteKind = NoteKind.TEST) -> None:
        """Write into the journal what the test does now."""
        self.journal.note(self.world.clock.now_s(), text, kind)

    def settle(self) -> None:
        """Let all changes happen that are due by now."""
        with self.app.lock:
            self.world.settle()

    def next_due_s(self) -> float | None:
        """The instant of the next due change, or None."""
        with self.app.lock:
            return self.world.machine.schedule.next_due()
