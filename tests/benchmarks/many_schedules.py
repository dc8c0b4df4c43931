"""Memory over many schedules: of a test of eight requests, each of which may meet one of four faults.

    python tests/benchmarks/many_schedules.py 100000 [options of pytest, such as --fakestt-cov]

Half of the schedules fail. Prints the resident memory in MiB, a line `schedules MiB`, at a tenth, at half, and at the
end.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

TEST = """
import fakestt
from werkzeug.test import Client

FAULTS = ["fail(503)", "fail(429)", "fail(500)", "fail(504)"]

@fakestt.explore(faults=FAULTS, max_faults=8, every_poll=True, schedules={schedules}, budget="10h")
def test_it(fake_stt):
    client = Client(fake_stt.app)
    for _ in range(8):
        answer = client.get("/speech-to-text/api/v1/acoustic_customizations", auth=("apikey", "any"))
    assert answer.status_code in (200, 503, 429), answer.status
"""


def resident_mib() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS here")


class Scales:
    """Weighs at these counts of schedules."""

    def __init__(self, counts: list[int]) -> None:
        self.found: list[tuple[int, float]] = []
        self._counts = counts
        self._ran = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        result = yield
        self._ran += 1
        if self._ran in self._counts:
            self.found.append((self._ran, resident_mib()))
        return result


def main(schedules: int, more: list[str]) -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    scales = Scales([schedules // 10, schedules // 2, schedules])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "test_it.py")
        file.write_text(TEST.format(schedules=schedules), encoding="utf-8")
        options = ["-q", "-p", "conftest_plugin", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}"]
        stdout, sys.stdout = sys.stdout, io.StringIO()
        try:
            pytest.main([*options, *more, str(file)], plugins=[scales])
        finally:
            said, sys.stdout = sys.stdout.getvalue(), stdout
    if len(scales.found) < 3:
        sys.exit(said)
    for count, mib in scales.found:
        print(count, f"{mib:.1f}", sep="\t")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
