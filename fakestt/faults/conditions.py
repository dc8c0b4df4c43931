"""The conditions of one fake: how an author arms one, and which of them a request meets."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call, Caller
from fakestt.core.refusals import Refusal
from fakestt.core.world import World
from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError
from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect
from fakestt.faults.expired_tokens import ExpiredTokens
from fakestt.faults.lite_plan import LitePlan
from fakestt.faults.locked_reads import LockedReads
from fakestt.faults.maintenance import Maintenance
from fakestt.faults.rate_limit import RateLimit
from fakestt.faults.rules import Rule
from fakestt.faults.storm import USUAL, Storm
from fakestt.faults.written import check_count, place_of, read_window

__all__ = ["Conditions", "Credentials"]

C = TypeVar("C", bound=Condition)


class Credentials(Protocol):
    """Keys and tokens, as far as conditions need them."""

    def identify(self, authorization: str | None) -> Caller: ...

    def expire_tokens(self, *, refresh: bool) -> None: ...


class Conditions:
    """What holds for all requests that no rule hits. Of the conditions that a request meets the last one written wins.

    Args:
        operations: the ids of the service's operations.
        auth: keys and tokens.
        tell: is told what the author does, in words.
    """

    def __init__(
        self,
        operations: Collection[str],
        world: World,
        edition: Edition,
        auth: Credentials,
        tell: Callable[[str], object] = str,
    ) -> None:
        self._operations = operations
        self._world = world
        self._edition = edition
        self._auth = auth
        self._tell = tell  # what the author does, in words
        self._conditions: list[Condition] = []

    def rate_limit(self, *, per: Duration, calls: int) -> RateLimit:
        """Let so many calls through in any stretch of time of this length: `rate_limit(per="1m", calls=30)`.

        The others are answered 429, with a `Retry-After` that is true. It need not come to that.

        Raises:
            ConfigurationError: not a positive duration, or not a number of calls.
        """
        said = f"rate_limit(per={per!r}, calls={calls!r})"
        per_s = seconds(per, said)
        if per_s <= 0:
            raise ConfigurationError(f"{said}: give a positive duration, such as per='1m'.")
        check_count(calls, said)
        return self._begin(RateLimit(said, per_s, calls))

    def maintenance(self, begin: Duration, end: Duration, *, optional: bool = False) -> Maintenance:
        """Answer 503 in a window of the fake's time, counted from its start: `maintenance("30m", "40m")`.

        `Retry-After` leads to its end.

        Raises:
            ConfigurationError: not a window, or it has passed.
        """
        said = f"maintenance({begin!r}, {end!r})"
        window_s = read_window((begin, end), said)
        self._check_time(window_s[1], said)
        return self._begin(Maintenance(said, window_s, optional=optional))

    def expire_tokens(self, instant: Duration, *, refresh: bool = False, optional: bool = False) -> ExpiredTokens:
        """Refuse, from an instant on, the tokens that were handed out before it: `expire_tokens("30m")`.

        The instant counts from the fake's start. A client can't see it coming. For at once: `stt.auth.expire_tokens()`.

        Args:
            refresh: the refresh tokens as well. Otherwise they still get a new token.

        Raises:
            ConfigurationError: not an instant, or it has passed.
        """
        said = f"expire_tokens({instant!r}{', refresh=True' if refresh else ''})"
        at_s = seconds(instant, said)
        self._check_time(math.nextafter(at_s, math.inf), said)
        if not isinstance(refresh, bool):
            raise ConfigurationError(f"expire_tokens({instant!r}, refresh={refresh!r}): give True or False.")
        return self._begin(
            ExpiredTokens(said, at_s, partial(self._auth.expire_tokens, refresh=refresh), optional=optional)
        )

    def lite_plan(self, *, optional: bool = False) -> LitePlan:
        """Refuse all customization, as the cloud does on its free plan. For one key: `auth.add_key(plan="lite")`.

        Raises:
            ConfigurationError: this edition has no such plan.
        """
        if not self._edition.limits.knows_lite_plan:
            raise ConfigurationError(
                f"lite_plan(): {self._edition.name} has no Lite plan, which is one of the public cloud. "
                "Use edition='cloud2025'."
            )
        return self._begin(LitePlan("lite_plan()", self._edition, optional=optional))

    def locked_reads(self, *, every: int = 1, optional: bool = False) -> LockedReads:
        """Answer 409 to each `every`th GET of a model that is busy, as the service has done to its own SDK's tests.

        Raises:
            ConfigurationError: not a whole number from 1 on.
        """
        said = f"locked_reads({f'every={every!r}' if every != 1 else ''})"
        check_count(every, said)
        return self._begin(LockedReads(said, every, self._world, self._edition, optional=optional))

    def storm(self, *effects: Effect, rate: float, seed: int | None = None, optional: bool = False) -> Storm:
        """Let one of some effects happen at any request of the service, by chance: `storm(rate=0.2, seed=7)`.

        Args:
            effects: as `fakestt.fail(503)`. Unless given: 500, 502, 503, 504, a lost request, a reset.
            rate: the probability at each request, more than 0 and at most 1.
            seed: must be given, so that what has happened can happen again.

        Raises:
            ConfigurationError: not an effect, a rate or a seed.
        """
        listed = "".join(f"{one}, " for one in effects)
        if seed is None:
            raise ConfigurationError(
                f"storm({listed}rate={rate!r}): give a seed as well, such as seed=7. Equal seeds give equal "
                "storms, so a test that fails once fails again."
            )
        said = f"storm({listed}rate={rate!r}, seed={seed!r})"
        for effect in effects:
            if not isinstance(effect, Effect):
                raise ConfigurationError(f"{said}: give effects, such as fakestt.fail(503).")
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate <= 1:
            raise ConfigurationError(f"{said}: the rate is a probability, more than 0 and at most 1, such as 0.2.")
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise ConfigurationError(f"{said}: the seed is an int.")
        return self._begin(Storm(said, effects or USUAL, rate, seed, optional=optional))

    def _begin(self, condition: C) -> C:
        condition.place = place_of(sys._getframe(2))
        self._conditions.append(condition)
        self._tell(f"faults.{condition}")
        return condition

    def _since_start_s(self) -> float:
        """The fake's time from its start, as of the last look."""
        return round(self._world.now_s - self._world.started_at_s, 6)  # whole microseconds, as the clock has them

    def _check_time(self, end_s: float, said: str) -> None:
        passed_s = self._since_start_s()
        if passed_s >= end_s:
            raise ConfigurationError(
                f"{said}: {passed_s:g} s have passed since the fake's start, and this counts from there, so no request "
                "can come in time."
            )

    def _met(self, call: Call | None, authorization: Callable[[], str | None]) -> Rule | None:
        """What a request meets that no rule hits, as a rule."""
        try:
            caller = self._auth.identify(authorization())
        except Refusal:
            caller = None
        is_of_service = call is not None and call.operation.id in self._operations
        asked = Asked(call, is_of_service, caller, self._since_start_s())
        for condition in reversed(list(self._conditions)):
            effect = condition.meet(asked) if condition.is_armed else None
            if effect is not None:
                assert call is not None  # what no route fits meets no condition
                condition.used += 1
                drawn = effect if condition.is_by_chance else None
                effect = replace(effect, spelled=f"{effect} by {condition}")
                return Rule(operation=call.operation.id, effect=effect, drawn=drawn)
        return None

    def _conditions_may_change(self) -> bool:
        since_start_s = self._since_start_s()
        return any(one.is_armed and one.may_change(since_start_s) for one in list(self._conditions))
