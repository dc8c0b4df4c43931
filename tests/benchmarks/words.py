"""What many words cost: 90,000 listed in each order, a poll beside them, and a corpus of 100 MiB.

    python tests/benchmarks/words.py ROUNDS

Prints a line `what value low high allowed` for each, in a process of its own, for peak memory is measured. Seconds are
beside the target in seconds; a poll is beside that of a model with one word.
"""

from __future__ import annotations

import gc
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from time import process_time
from typing import IO, Any

from measuring import Ratio
from peers import read
from upload import peak_kib

from fakestt import FakeSTT

WORDS = 90_000
LISTED_S = 1.0
POLLS = 2_000
GROWN = 1.1
SIZE_BYTES, SMALL_BYTES = 100 * 1024 * 1024, 1024 * 1024
MEMORY_MIB = 4.0
ORDERS = ("alphabetical", "-alphabetical", "count", "%2Bcount")
# Words of this length, for a model takes ten million: of usual length they would be more.
LINE = "Syncopations are distributed throughout paradiddles, (laughs) HHonors® notwithstanding rhythms.\n".encode()


def filled(words: int) -> tuple[FakeSTT, str]:
    """A fake with a model of so many words, and the model's path. A third of the words is a corpus's, some often."""
    stt = FakeSTT(edition="cloud2025")
    path = f"/v1/customizations/{stt.language_models.add(status='pending').id}"
    spellings = [f"w{number * 7919 % WORDS:05d}x" for number in range(words)]
    often = (f"{one} " * (number % 9 + 1) for number, one in enumerate(spellings[: words // 3]))
    posted(stt, f"{path}/corpora/one", "\n".join(often).encode() or b"of usual words")
    many = [{"word": one, "sounds_like": ["double u"], "display_as": one.upper()} for one in spellings[words // 3 :]]
    posted(stt, f"{path}/words", json.dumps({"words": many}).encode())
    return stt, path


def posted(stt: FakeSTT, target: str, body: bytes) -> None:
    asked = environ(stt, target) | {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body)}
    asked |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    answer = b"".join(stt.app(asked, lambda status, headers, exc_info=None: None))
    assert answer == b"{}\n", answer
    stt.clock.advance("30d")


def environ(stt: FakeSTT, target: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "RAW_URI": target,
        "wsgi.url_scheme": "https",
        "HTTP_HOST": stt.host,
        "HTTP_AUTHORIZATION": f"Bearer {stt.api_key}",
    }


def listed(rounds: int) -> list[Ratio]:
    stt, path = filled(WORDS)
    taken: dict[str, list[float]] = {order: [] for order in ORDERS}
    for _ in range(rounds):
        for order in ORDERS:
            asked = environ(stt, f"{path}/words?sort={order}")
            gc.collect()
            began = process_time()
            body = read(stt.app, asked)
            taken[order].append(process_time() - began)
            assert body.count(b'"display_as"') == WORDS
    return [
        Ratio.over(f"{WORDS:,} words by {order.replace('%2B', '+')} / {LISTED_S:g} s", each, LISTED_S)
        for order, each in taken.items()
    ]


def polled(rounds: int) -> list[Ratio]:
    """In turns, so that both see the same weather."""
    fakes = [filled(WORDS), filled(1)]
    asked = [(stt, environ(stt, path)) for stt, path in fakes]
    ratios = []
    for number in range(rounds * 3):
        each_s = [0.0, 0.0]
        for which in (0, 1) if number % 2 else (1, 0):
            stt, one = asked[which]
            gc.collect()
            began = process_time()
            for _ in range(POLLS):
                read(stt.app, one)
            each_s[which] = process_time() - began
        ratios.append(each_s[0] / each_s[1])
    return [Ratio.over(f"a poll beside {WORDS:,} words / beside one", ratios, GROWN)]


def streamed(rounds: int) -> list[Ratio]:
    """Seconds, and how much the most memory grows above that of a corpus of 1 MiB."""
    stt = FakeSTT(edition="cloud2025")
    path = f"/v1/customizations/{stt.language_models.add().id}/corpora"

    def uploaded(file: IO[bytes]) -> float:
        size_bytes = file.seek(0, 2)
        file.seek(0)
        asked = environ(stt, f"{path}/one?allow_overwrite=true")
        asked |= {"REQUEST_METHOD": "POST", "wsgi.input": file, "CONTENT_LENGTH": str(size_bytes)}
        began = process_time()
        answer = b"".join(stt.app(asked, lambda status, headers, exc_info=None: None))
        took_s = process_time() - began
        assert answer == b"{}\n", answer
        stt.clock.advance("30d")
        assert b'"analyzed"' in read(stt.app, environ(stt, f"{path}/one"))
        return took_s

    with tempfile.TemporaryFile() as small, tempfile.TemporaryFile() as file:
        small.write(LINE * (SMALL_BYTES // len(LINE)))
        for _ in range(SIZE_BYTES // SMALL_BYTES):
            file.write(LINE * (SMALL_BYTES // len(LINE)))
        uploaded(small)
        before_kib = peak_kib()
        each_s = [uploaded(file) for _ in range(rounds)]
        grown = (peak_kib() - before_kib) / 1024 / MEMORY_MIB
    return [
        Ratio.over("a corpus of 100 MiB, s", each_s, 0),
        Ratio(f"a corpus of 100 MiB / {MEMORY_MIB:g} MiB of memory", grown, grown, grown, 1.0),
    ]


def show(ratios: Sequence[Ratio]) -> None:
    for one in ratios:
        print(one.name, one.value, one.low, one.high, one.target, sep="\t")


if __name__ == "__main__":
    count = int(sys.argv[1])
    show(streamed(max(count // 3, 1)))
    show(listed(count))
    show(polled(count))
