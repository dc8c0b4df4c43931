"""How much may one upload cost? Bytes and records are counted, and never time: a verdict depends on no machine."""

from __future__ import annotations

__all__ = ["FREE_BYTES", "MOST_RATIO", "MOST_RECORDS", "MOST_UNPACKED_BYTES", "Budget", "TooMuch"]

# Whatever is looked at one by one is a record: a chunk of a wav, a tag, a page, the head of a frame, a member of a zip,
# a tar or a gzip. Ten thousand files with twenty records each are more than an honest upload has. None takes longer
# than about four microseconds.
MOST_RECORDS = 200_000

# Nearly four times the largest upload. More could take the processor longer than two seconds.
MOST_UNPACKED_BYTES = 384 * 1024 * 1024

# So much may be unpacked whatever the ratio: silence packs 1000 to 1, and tests are full of silence. 128 MiB are more
# than an hour of it at 16 kHz and cost a third of a second.
FREE_BYTES = 128 * 1024 * 1024

# Beyond that, 20 bytes for each packed one; speech in wav packs 2 to 1, other formats hardly at all.
MOST_RATIO = 20


class TooMuch(Exception):
    """An upload costs more than it may; the text says what there is too much of."""


class Budget:
    """What is left of the bytes and records that one upload may cost. All who read a part of it share this object."""

    def __init__(self) -> None:
        self._records_left = MOST_RECORDS
        self._bytes_left = 0

    def admit(self, packed_bytes: int) -> None:
        """Let an archive of this size be unpacked, within reason."""
        self._bytes_left = min(MOST_UNPACKED_BYTES, FREE_BYTES + MOST_RATIO * packed_bytes)

    def unpack(self, size: int) -> None:
        """Pay for bytes before they are unpacked.

        Raises:
            TooMuch: there is no room for them.
        """
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise TooMuch("unpacks to too much for its size, like a zip bomb")

    def look(self, records: int = 1) -> None:
        """Pay for records.

        Raises:
            TooMuch: there have been too many.
        """
        self._records_left -= records
        if self._records_left < 0:
            raise TooMuch(f"more than {MOST_RECORDS} frames, chunks, pages, tags and members to look at")
