"""How late is each answer, where nothing else is wrong with it?"""

from __future__ import annotations

from fakestt.core.ids import seeded_hex
from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError
from fakestt.wire import Delivery, Late

__all__ = ["Latency", "read_latency"]


class Latency:
    """A delay of every answer, in a range. Equal seeds give equal delays.

    Args:
        least_s, most_s: the range, which may be one delay alone.
    """

    def __init__(self, least_s: float, most_s: float, seed: int) -> None:
        self._least_s = least_s
        self._most_s = most_s
        self._seed = seed

    def on(self, delivery: Delivery, seq: int) -> Delivery:
        """The delivery of the answer to the request of this number, so much later."""
        late_s = self._of(seq)
        first, *others = delivery
        # One silence, not two in a row: a read timeout counts from the request on.
        return (Late(late_s + first.seconds_s), *others) if isinstance(first, Late) else (Late(late_s), *delivery)

    def _of(self, seq: int) -> float:
        drawn = int(seeded_hex(f"latency:{self._seed}:{seq}", 6), 16) / 2**48  # 0 or more, less than 1
        return self._least_s + drawn * (self._most_s - self._least_s)


def read_latency(latency: Duration | tuple[Duration, Duration], seed: int) -> Latency | None:
    """Read a delay, or the least and the most of a range; None if there is none.

    Raises:
        ConfigurationError: none of these, or less than nothing.
    """
    said = f"latency={latency!r}"
    given = tuple(latency) if isinstance(latency, (tuple, list)) else (latency, latency)
    if len(given) != 2:
        raise ConfigurationError(f"{said}: give a duration, or the least and the most of a range: ('50ms', '200ms').")
    least_s, most_s = (seconds(one, said) for one in given)
    if not 0 <= least_s <= most_s:
        raise ConfigurationError(
            f"{said}: an answer can't be early, and the least comes before the most: '120ms', or ('50ms', '200ms')."
        )
    return Latency(least_s, most_s, seed) if most_s else None
