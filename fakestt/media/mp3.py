"""How long is an MP3 file, counted frame by frame?"""

from __future__ import annotations

import re

from fakestt.media.budget import Budget
from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["probe_mp3"]

# fmt: off
_KBIT_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBIT_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # MPEG 1, 2, 2.5
# fmt: on

# Padding or a stump of a frame can follow an ID3 tag. The first frame is looked for up to here.
_SEARCHED_BYTES = 64 * 1024
_HEADER_BYTES = 4

# So many bytes in which a frame is looked for in vain are a record.
_RECORD_BYTES = 512

# So many bytes of a frame's header tell its length.
_KEY_BYTES = 3
_BIT_RATES_AND_PADDINGS = [rate << 4 | padding << 1 for rate in range(1, 15) for padding in (0, 1)]

# Any header of layer III: a version, a bit rate and a sampling rate that are not reserved.
_THIRDS = bytes(rate << 4 | rest for rate in range(1, 15) for rest in range(12))
_HEADER = re.compile(b"\xff(?=[\xe2\xe3\xf2\xf3\xfa\xfb][%s].)" % re.escape(_THIRDS), re.DOTALL)

# So few that an attempt which fails at the end of a piece is cheap.
_RUN_FRAMES = 16


def probe_mp3(reader: Reader, _: MediaType) -> AudioFacts | NotAudio:
    """Count all frames that are wholly there.

    Counting is exact for every bit rate, variable ones too. So nobody has to believe what a Xing header claims.
    """
    while (tag := reader.peek(10))[:3] == b"ID3" and len(tag) == 10 and max(tag[6:]) < 0x80:
        reader.budget.look()
        reader.skip(10 + sum(byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True)))
    start = _first_frame(reader.peek(_SEARCHED_BYTES), reader.budget)
    if start is None:
        return NotAudio("no mp3 frames were found", "mp3")
    reader.skip(start)
    first = reader.peek(256)
    rate_hz, samples = _rate_and_samples(first)
    channels = 1 if first[3] >> 6 == 3 else 2
    # A frame with an encoder's notes is silent, and no player counts it.
    walk = _Walk(first, reader.budget)
    for piece in reader.chunks():
        walk.go_on(piece)
    frames = walk.end() - (b"Xing" in first or b"Info" in first)
    if frames <= 0:
        return NotAudio("the mp3 file has no whole frame", "mp3", rate_hz)
    return AudioFacts(frames * samples / rate_hz, "mp3", rate_hz, channels)


def _first_frame(head: bytes, budget: Budget) -> int | None:
    """Return where the first frame begins. Another frame, a tag or nothing follows it."""
    searched = 0
    for found in _HEADER.finditer(head):
        at = found.start()
        budget.look(1 + (at - searched) // _RECORD_BYTES)
        searched = at
        following = head[at + _frame_bytes(head[at : at + _HEADER_BYTES]) :][:_HEADER_BYTES]
        if len(following) < _HEADER_BYTES or following[:3] == b"TAG" or _frame_bytes(following):
            return at
    budget.look((len(head) - searched) // _RECORD_BYTES)
    return None


class _Walk:
    """The way from frame to frame. What stands between frames is passed over, as players do.

    Args:
        key: what the first frame begins with.
    """

    def __init__(self, key: bytes, budget: Budget) -> None:
        self._budget = budget
        self._run = _run_like(key)
        self._same = _same_kind(key)
        self._lengths = _Lengths()
        self._count = 0
        self._is_lost = False
        # The next frame begins, or is looked for, at `at`: in the bytes `ahead` or behind them.
        self._ahead, self._at = b"", 0

    def go_on(self, piece: bytes) -> None:
        """Count the frames that begin in this piece."""
        # What the last piece has left is put before it: a stump of a header, or a frame of which it is not yet sure.
        self._ahead = self._ahead + piece if self._ahead else piece
        while not self._is_lost or self._find():
            self._follow()
            if not self._is_lost:
                break
        self._ahead, self._at = self._ahead[self._at :], max(self._at - len(self._ahead), 0)

    def end(self) -> int:
        """The file ends here. Returns how many frames were whole."""
        if self._is_lost:
            # The last frame of all is sure without another one behind it.
            length = self._lengths[self._ahead[:_KEY_BYTES]]
            return self._count + (0 < length <= len(self._ahead))
        return self._count - (self._at > 0)

    def _follow(self) -> None:
        """Count frame after frame, to the last one that begins in these bytes or to what is no frame."""
        run, lengths, ahead = self._run, self._lengths, self._ahead
        count, at = self._count, self._at
        length = 1
        while length:
            while (found := run.match(ahead, at)) is not None:
                count, at = count + _RUN_FRAMES, found.end()
            # The run is broken, or goes on in the next piece. After so many single frames it is tried again.
            self._budget.look()
            for _ in range(_RUN_FRAMES):
                length = lengths[ahead[at : at + _KEY_BYTES]]
                if not length:
                    break
                count, at = count + 1, at + length
        self._count, self._at = count, at
        self._is_lost = at + _KEY_BYTES <= len(ahead)

    def _find(self) -> bool:
        """Go on to the next frame of the same kind that another one follows. Returns whether it is in these bytes."""
        for found in self._same.finditer(self._ahead, self._at):
            self._budget.look(1 + (found.start() - self._at) // _RECORD_BYTES)
            self._at = found.start()
            following = self._at + self._lengths[self._ahead[self._at : self._at + _KEY_BYTES]]
            if following + _KEY_BYTES > len(self._ahead):
                return False
            if self._same.match(self._ahead, following):
                self._is_lost = False
                return True
        end = max(len(self._ahead) - _KEY_BYTES + 1, self._at)
        self._budget.look((end - self._at) // _RECORD_BYTES)
        self._at = end
        return False


class _Lengths(dict[bytes, int]):
    """The length of the frame that begins with these bytes, or 0. There are few kinds: each is worked out once."""

    def __missing__(self, key: bytes) -> int:
        length = _frame_bytes(key.ljust(_HEADER_BYTES)) if len(key) == _KEY_BYTES else 0
        if length:
            self[key] = length
        return length


def _same_kind(key: bytes) -> re.Pattern[bytes]:
    """Make an expression for a header of the same version and sampling rate, with or without a checksum as that one."""
    thirds = bytes(rate << 4 | key[2] & 0x0C | rest for rate in range(1, 15) for rest in range(4))
    # Two bytes that never change are found ten times as fast as one would be in the worst file.
    return re.compile(b"%s(?=[%s])" % (re.escape(key[:2]), re.escape(thirds)))


def _run_like(key: bytes) -> re.Pattern[bytes]:
    """Make an expression for some frames in a row that differ in bit rate and padding alone.

    Most files consist of such frames. The expression counts them five times as fast as a loop does.
    """
    thirds = [key[2] & 0x0D | bits for bits in _BIT_RATES_AND_PADDINGS]
    # The kind that a file begins with is tried first.
    thirds.sort(key=lambda third: third != key[2])
    lengths = ((third, _frame_bytes(bytes((key[0], key[1], third, 0)))) for third in thirds)
    frames = [re.escape(bytes((third,))) + b".{%d}" % (length - _KEY_BYTES) for third, length in lengths if length]
    return re.compile(b"(?:%s(?:%s)){%d}" % (re.escape(key[:2]), b"|".join(frames), _RUN_FRAMES), re.DOTALL)


def _rate_and_samples(head: bytes) -> tuple[int, int]:
    version = head[1] >> 3 & 3
    return _RATES_HZ[version][head[2] >> 2 & 3], 1152 if version == 3 else 576


def _frame_bytes(head: bytes) -> int:
    """Return the length of the layer III frame that begins here, 0 when none does."""
    if len(head) < _HEADER_BYTES or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate = head[1] >> 3 & 3, head[2] >> 4
    if version == 1 or not 0 < bitrate < 15 or head[2] >> 2 & 3 == 3:
        return 0
    rate_hz, samples = _rate_and_samples(head)
    kbit = (_KBIT_V1 if version == 3 else _KBIT_V2)[bitrate]
    return samples // 8 * kbit * 1000 // rate_hz + (head[2] >> 1 & 1)
