"""How long is a FLAC file, by the claim of its head and by the frames that are there?"""

from __future__ import annotations

from collections.abc import Iterator

from fakestt.media.budget import Budget
from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["CRC8", "probe_flac"]

# "fLaC", the header of the first block and STREAMINFO, which always comes first (RFC 9639, section 8.2).
_HEAD_BYTES = 42
_STREAMINFO = (b"\x00\x00\x00\x22", b"\x80\x00\x00\x22")  # the second is the last block before the frames

# Holds several frames of ordinary audio; a frame of 65,535 samples in stereo can have 0.5 MiB.
_TAIL_BYTES = 1024 * 1024
_SYNCS = (b"\xff\xf8", b"\xff\xf9")  # for blocks of one size, and of several
_LONGEST_HEADER_BYTES = 16

# A header with a block size of its own, one channel of one sample of 4 bits that is repeated, and a checksum.
_SHORTEST_FRAME_BYTES = 12
_LONGEST_BLOCK = 65536
_BLOCK_SIZES = {1: 192, **{n: 144 << n for n in range(2, 6)}, **{n: 1 << n for n in range(8, 16)}}


def _crc8_table() -> bytes:
    table = bytearray()
    for value in range(256):
        for _ in range(8):
            value = (value << 1) ^ (0x07 if value & 0x80 else 0)
        table.append(value & 0xFF)
    return bytes(table)


CRC8 = _crc8_table()


def probe_flac(reader: Reader, _: MediaType) -> AudioFacts | NotAudio:
    """Take rate and length from the head, and bound the length by the number of the last frame that is there."""
    head = reader.read(_HEAD_BYTES)
    # 20 bits of rate, 3 of channels less one, 5 of bits a sample less one, and 36 of samples.
    fields = int.from_bytes(head[18:26], "big")
    rate_hz, channels, claimed = fields >> 44, (fields >> 41 & 7) + 1, fields & (1 << 36) - 1
    if len(head) < _HEAD_BYTES or head[4:8] not in _STREAMINFO or not rate_hz:
        return NotAudio("the flac file's head is cut off or broken", "flac")
    smallest_block = int.from_bytes(head[8:10], "big")
    played = _end_of_last_frame(reader.tail(_TAIL_BYTES), smallest_block, reader.budget)
    # A streaming encoder says 0 of a length that it did not know.
    samples = min(played, claimed) if claimed else played
    if not samples:
        return NotAudio("the flac file has no frames", "flac", rate_hz)
    if samples > reader.position // _SHORTEST_FRAME_BYTES * _LONGEST_BLOCK:
        return NotAudio(f"the flac file says {samples} samples, more than its bytes can hold", "flac", rate_hz)
    return AudioFacts(samples / rate_hz, "flac", rate_hz, channels)


def _end_of_last_frame(tail: bytes, smallest_block: int, budget: Budget) -> int:
    """Return the number of samples up to the end of the last frame, 0 when no frame is found.

    A header is known by its checksum. Audio may imitate one by chance, at 1 in 256 of the places that look like one.
    Its number is wrong then, and the claimed length bounds it.
    """
    for at in _syncs_from_the_end(tail):
        budget.look()
        end = _end_of_frame(tail[at : at + _LONGEST_HEADER_BYTES], smallest_block)
        if end:
            return end
    return 0


def _syncs_from_the_end(tail: bytes) -> Iterator[int]:
    """The places of sync codes, the last one first."""
    places = {sync: tail.rfind(sync) for sync in _SYNCS}
    while (at := max(places.values())) >= 0:
        yield at
        sync = tail[at : at + 2]
        places[sync] = tail.rfind(sync, 0, at + 1)


def _end_of_frame(head: bytes, smallest_block: int) -> int:
    """Return the number of samples up to the end of the frame that begins here, 0 when none does (RFC 9639, 9.1)."""
    if len(head) < 6 or head[3] & 1:
        return 0
    code, rate_code = head[2] >> 4, head[2] & 15
    # The number is coded as in UTF-8, up to seven bytes.
    ones = 8 - (~head[4] & 0xFF).bit_length()
    if code == 0 or rate_code == 15 or ones in (1, 8):
        return 0
    length = max(ones, 1)
    number = head[4] & (0x7F >> ones)
    for byte in head[5 : 4 + length]:
        number = number << 6 | byte & 0x3F
    at = 4 + length
    extra = {6: 1, 7: 2}.get(code, 0)
    block = int.from_bytes(head[at : at + extra], "big") + 1 if extra else _BLOCK_SIZES[code]
    at += extra + {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if at >= len(head):
        return 0
    crc = 0
    for byte in head[:at]:
        crc = CRC8[crc ^ byte]
    if crc != head[at]:
        return 0
    # The number counts frames where all blocks have one size, else samples. The last block may be shorter.
    return (number if head[1] & 1 else number * smallest_block) + block
