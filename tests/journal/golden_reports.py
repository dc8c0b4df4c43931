"""Reports as a terminal of 80 columns shows them, and a timeline: to write the files anew after a change on purpose:

    python tests/journal/golden_reports.py

Then read the difference. `python tests/journal/golden_reports.py 120` prints them for another width, and writes none.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "http"))
from asking import MODELS, NOBODY, START, add, ask, create

from fakestt import FakeSTT
from fakestt.journal.timeline import timeline
from fakestt.media import forge

GOLDEN = Path(__file__).parent / "golden"
CLIENTS = GOLDEN / "clients_with_bugs.py"
GUIDE = Path(__file__).parents[2] / "fakestt" / "guide" / "report.md"
COLUMNS = 80
_REPORT = re.compile(r"^-+ fakestt: what happened -+$\n(.*?)(?=^[_=]{3,} |\Z)", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(r"(?<=<!-- generated: report -->\n).*?(?=<!-- end of generated -->)", re.DOTALL)
_TEST = re.compile(r"^_{3,} (?:\S*::)?test_(\w+) _{3,}$\n(.*?)(?=^_{3,} \S*test_|^={3,} |\Z)", re.MULTILINE | re.DOTALL)


def story() -> FakeSTT:
    """A day in the life of a model, with everything that a line can show."""
    stt = FakeSTT(start=START, edition="icp2020")
    stt.auth.add_key("k")
    model_id = create(stt, "cabin")
    one = f"{MODELS}/{model_id}"
    add(stt, model_id, "cabin/1", forge.flac(720))
    add(stt, model_id, "cabin-2", forge.flac(720))
    stt.clock.advance("14.5s")
    stt.faults.on("getAcousticModel", nth=1).lose_reply()
    with pytest.raises(ConnectionError):
        ask(stt, "GET", one)
    stt.faults.on("trainAcousticModel", nth=1).fail(503, retry_after=30)
    ask(stt, "POST", f"{one}/train")
    stt.clock.advance("30s")
    ask(stt, "POST", f"{one}/train?strict=true")
    ask(stt, "DELETE", one)
    stt.clock.advance("10h")
    ask(stt, "GET", one, headers={"X-Global-Transaction-Id": "mine"})
    ask(stt, "GET", f"{one}/audio/?apikey=k")
    ask(stt, "POST", f"{one}/train")
    add(stt, model_id, "g", bytes(range(250)) * 40, "audio/g729")
    ask(stt, "GET", one, key=None, headers={"Authorization": "Basic"})
    ask(stt, "GET", "/somewhere/else/v1/models/" + "x" * 200 + "/y")
    ask(stt, "GET", f"{MODELS}/{NOBODY}")
    stt.clock.advance("1h")
    return stt


def timeline_of(stt: FakeSTT) -> str:
    """The timeline with the changes that no request has met."""
    with stt.app.lock:
        later = stt._service.world.machine.unseen_changes()
    return timeline(stt.journal.kept(), stt.started_at_s, later) + "\n"


def computed(columns: int = COLUMNS, *arguments: str) -> dict[str, str]:
    """What each test's report says, by the test's name."""
    environ = {**os.environ, "COLUMNS": str(columns), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    options = ("-p", "conftest_plugin", "-p", "no:cacheprovider", "--fakestt-report=always", "--tb=short")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_clients.py").write_bytes(CLIENTS.read_bytes())
        (Path(folder) / "pytest.ini").touch()
        command = [sys.executable, "-m", "pytest", *options, *arguments, "test_clients.py"]
        done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    reports = {}
    for test in _TEST.finditer(done.stdout):
        found = _REPORT.search(test[2])
        if found is not None:
            reports[test[1].replace("_", "-")] = found[1].rstrip("\n") + "\n"
    assert reports, done.stdout + done.stderr
    return reports


def guide() -> str:
    """The guide to the report, with the one that it shows."""
    shown = (GOLDEN / "report-time-out.txt").read_text(encoding="utf-8")
    return _SHOWN.sub(lambda _: f"```text\n{shown}```\n", GUIDE.read_text(encoding="utf-8"))


def write() -> None:
    """Write all of them, remove those of tests that are gone, and renew the guide."""
    texts = {f"report-{name}.txt": text for name, text in computed().items()}
    for path in GOLDEN.glob("report-*.txt"):
        if path.name not in texts:
            path.unlink()
    texts["timeline.txt"] = timeline_of(story())
    for name, text in texts.items():
        (GOLDEN / name).write_bytes(text.encode())
    GUIDE.write_text(guide(), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        for name, text in computed(int(sys.argv[1])).items():
            sys.stdout.write(f"=== {name}\n{text}")
    else:
        write()
