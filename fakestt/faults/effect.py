"""What a fault does, on three axes: what is said, how it travels, whether the work is done all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fakestt.errors import ConfigurationError
from fakestt.wire import PROMPT, Delivery, Interrupt

__all__ = ["Effect", "Injected", "check_commits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """An answer in place of the service's.

    Attributes:
        message: the `error` in a body that is the service's own; None: what the status means.
        body: replaces the service's own body, as its author wrote it.
        content_type: of that body.
        headers: those that only this answer has.
        by_proxy: a proxy on the way wrote it, so it has nothing of what the service and its gateway put on an answer.
    """

    status: int
    message: str | None = None
    body: bytes | None = None
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    by_proxy: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """One point of said x travels x done.

    Attributes:
        spelled: how an author writes it.
        answer: what is said in place of the true answer.
        delivery: how it travels.
        commits: whether the work is done.
        damage: what becomes of the body of the true answer.
        is_stale: whether a read is answered with what it showed before the last change.
    """

    spelled: str
    answer: Injected | None = None
    delivery: Delivery = PROMPT
    commits: bool = True
    damage: Callable[[bytes], bytes] | None = None
    is_stale: bool = False

    @property
    def interrupts(self) -> bool:
        """Whether it needs a client in this process."""
        return Interrupt() in self.delivery

    @property
    def says_the_truth(self) -> bool:
        """Whether the answer is the service's own, of now, however it travels."""
        return self.commits and self.answer is None and self.damage is None and not self.is_stale

    def __str__(self) -> str:
        return self.spelled


def check_commits(said: str, commits: object) -> None:
    """Complain about what is neither True nor False. `said` is the call up to this argument."""
    if not isinstance(commits, bool):
        raise ConfigurationError(f"{said}commits={commits!r}): give True (the work is done all the same) or False.")
