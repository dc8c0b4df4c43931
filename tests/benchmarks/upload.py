"""One upload of 100 MiB, alone in a process: prints its seconds, those of sha256, and how many KiB the peak grew.

    python tests/benchmarks/upload.py wav requests | app

The peak is the process's own resident memory, because it counts what spooled files and parsers written in C hold;
tracemalloc sees Python's allocations alone, and slows them down. It is read from `VmHWM` where there is a /proc, for
`ru_maxrss` of a new process begins with its parent's peak on Linux and would hide all that is less. The audio is in a
file, as an uploader has it.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from typing import IO

import requests

from fakestt import FakeSTT
from fakestt.media import forge

SIZE_BYTES = 100 * 1024 * 1024
SMALL_BYTES = 2 * 1024 * 1024
CHUNK_BYTES = 65536
ROUNDS = 5


def peak_kib() -> int:
    """The most resident memory that this process ever had."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write(file: IO[bytes], kind: str, size_bytes: int) -> None:
    """Fill a file with audio of this kind. A format without a header's length repeats its frames."""
    if kind == "wav":
        head = forge.wav(0, data_size=size_bytes - 44)
        unit = bytes(range(256)) * 256
    elif kind == "flac":
        head = forge.flac(60)  # and then bytes that no frame owns, as many as it takes
        unit = bytes(CHUNK_BYTES)
    else:
        # MPEG 1 layer III, 128 kbit/s, 44.1 kHz, mono: 417.96 bytes a frame, so all are padded but one in 24.
        head = b""
        padded, not_padded = b"\xff\xfb\x92\xc4" + bytes(414), b"\xff\xfb\x90\xc4" + bytes(413)
        unit = (padded * 23 + not_padded) * 7
    file.write(head)
    left = size_bytes - len(head)
    while left:
        left -= file.write(unit[:left])
    file.flush()


def main(kind: str, way: str) -> None:
    stt = FakeSTT()
    path = f"/speech-to-text/api/v1/acoustic_customizations/{stt.acoustic_models.add().id}/audio/"
    content_type = f"audio/{kind}"

    def by_requests(file: IO[bytes], name: str) -> int:
        with stt.reachable():
            url = f"https://{stt.host}{path}{name}"
            headers = {"Content-Type": content_type}
            return requests.post(url, data=file, headers=headers, auth=("apikey", stt.api_key)).status_code

    def by_app(file: IO[bytes], name: str) -> int:
        size_bytes = file.seek(0, 2)
        file.seek(0)
        environ = {
            "REQUEST_METHOD": "POST",
            "RAW_URI": path + name,
            "wsgi.url_scheme": "https",
            "wsgi.input": file,
            "HTTP_HOST": stt.host,
            "HTTP_AUTHORIZATION": f"Bearer {stt.api_key}",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(size_bytes),
        }
        statuses: list[str] = []
        b"".join(stt.app(environ, lambda status, headers, exc_info=None: statuses.append(status)))
        return int(statuses[0][:3])

    upload = {"requests": by_requests, "app": by_app}[way]

    def uploaded(file: IO[bytes], name: str) -> float:
        file.seek(0)
        began = process_time()
        status = upload(file, name)
        took_s = process_time() - began
        assert status == 201, status
        stt.clock.advance("1d")  # the analysis ends, and the next upload is let in
        return took_s

    def hashed(file: IO[bytes]) -> float:
        file.seek(0)
        began = process_time()
        digest = hashlib.sha256()
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
        return process_time() - began

    with tempfile.TemporaryFile() as small, tempfile.TemporaryFile() as file:
        write(small, kind, SMALL_BYTES)
        write(file, kind, SIZE_BYTES)
        hashed(file)
        uploaded(small, "small")
        before_kib = peak_kib()
        taken = [(uploaded(file, f"large{number}"), hashed(file)) for number in range(ROUNDS)]
        grown_kib = peak_kib() - before_kib
    ratios = [took_s / floor_s for took_s, floor_s in taken]
    took_s = median(each_s for each_s, _ in taken)
    print(f"{median(ratios):.4f} {min(ratios):.4f} {max(ratios):.4f} {took_s:.4f} {grown_kib}")


if __name__ == "__main__":
    main(*sys.argv[1:])
