"""The lanes of the page: one a resource, with its phases. They come from the addresses of changes and of requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakestt.contract.messages import Call
from fakestt.core.changes import ByCommand, Change
from fakestt.core.families import FAMILIES
from fakestt.core.resources import Address
from fakestt.http.shown.words import HIDDEN
from fakestt.journal.record import Exchange

__all__ = ["MOST_IN_ALL", "MOST_LANES", "MOST_PHASES", "Lanes"]

MOST_LANES = 100
MOST_PHASES = 100
MOST_IN_ALL = 2000
"""Phases of one lane, and of all: a browser draws so many at once."""

_MOST_CHARACTERS = 200
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

_Key = tuple[str, str]
"""A family's name, and the text of an address."""


@dataclass(slots=True)
class _Lane:
    name: str
    model_id: str
    family: str
    is_child: bool
    phases: list[list[Any]] = field(default_factory=list)


class Lanes:
    """The lanes of one fake, numbered in the order in which the resources came.

    Args:
        seen: how many of the changes are older than the test. A resource that only they tell of has a lane if it is
            asked for.
        exchanges: they tell which changes they made or met.
    """

    def __init__(
        self, changes: Sequence[Change], seen: int, started_at_s: float, exchanges: Iterable[Exchange] = ()
    ) -> None:
        self._started_at_s = started_at_s
        self._places = {id(one): _place(one, exchange) for exchange in exchanges for one in exchange.changes}
        self._older = {(one.subject.family, str(one.subject)): one for one in changes[:seen]}
        self._lanes: dict[_Key, _Lane] = {}
        self._numbers: dict[_Key, int] = {}
        self._refused: set[_Key] = set()
        for change in changes[seen:]:
            lane = self._of_address(change.subject)
            if lane is not None:
                self._add(lane, change)

    @property
    def left_out(self) -> int:
        """How many resources have no lane, because there are too many."""
        return len(self._refused)

    def of_subject(self, subject: str) -> int | None:
        """The number of a resource's lane, if it has one."""
        if isinstance(subject, Address) and self._of_address(subject) is not None:
            return self._numbers[subject.family, str(subject)]
        return None

    def of_exchange(self, exchange: Exchange) -> int | None:
        """The number of the lane of the resource that a request was about; None if it was about none, or about all."""
        key = None if exchange.call is None else _asked_for(exchange.call)
        if key is None:
            made = (one.subject for one in exchange.changes if isinstance(one.cause, ByCommand))
            return self.of_subject(next(made, ""))
        model_id, _, name = key[1].partition("/")
        return self._numbers[key] if self._lane(key, name or model_id, model_id) is not None else None

    def data(self) -> list[dict[str, Any]]:
        """The lanes. A phase is its instant, its word or None for what was removed, its own name, the cause, and its
        place among the requests: a request's number, or half a number less for what happened before it.
        """
        most = min(MOST_PHASES, MOST_IN_ALL // max(len(self._lanes), 1))
        return [_written(lane, most) for lane in self._lanes.values()]

    def _of_address(self, address: Address) -> _Lane | None:
        return self._lane((address.family, str(address)), address.name, address.id)

    def _lane(self, key: _Key, name: str, model_id: str) -> _Lane | None:
        lane = self._lanes.get(key)
        if lane is not None or key in self._refused:
            return lane
        if len(self._lanes) == MOST_LANES:
            self._refused.add(key)
            return None
        older = self._older.get(key)
        shown = name if older is None else older.subject.name
        self._numbers[key] = len(self._lanes)
        lane = self._lanes[key] = _Lane(shown, model_id, key[0], "/" in key[1])
        if older is not None:
            self._add(lane, older)
        return lane

    def _add(self, lane: _Lane, change: Change) -> None:
        at, after, place = round(change.at_s - self._started_at_s, 6), change.after, self._places.get(id(change))
        shown, name = (None, None) if after is None else (after.shown, after.name.lower().replace("_", " "))
        lane.phases.append([at, shown, name, str(change.cause), place])


def _written(lane: _Lane, most: int) -> dict[str, Any]:
    data: dict[str, Any] = {"name": _cut(lane.name), "id": lane.model_id, "family": lane.family}
    if lane.is_child:
        data["child"] = True
    if lane.phases:
        data["phases"] = lane.phases
    if len(lane.phases) > most:  # the first and the latest
        data["phases"] = [*lane.phases[: most // 2], *lane.phases[-(most - most // 2) :]]
        data["left_out"] = len(lane.phases) - most
    return data


def _place(change: Change, exchange: Exchange) -> float:
    is_own = isinstance(change.cause, ByCommand) and change.cause.command == exchange.operation
    return exchange.seq if is_own else exchange.seq - 0.5


def _asked_for(call: Call) -> _Key | None:
    """The resource that a call names in its path."""
    named = _PLACEHOLDER.findall(call.operation.path)
    values = [str(call.values.get(one, "")) for one in named]
    of_model = call.operation.family
    if of_model is None or not named or not all(values) or HIDDEN in "".join(values):
        return None
    family = next((one for one in (of_model, *FAMILIES) if one.named_by == named[-1]), of_model)
    return family.name, "/".join(values)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
