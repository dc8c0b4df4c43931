"""curl: what every shell script, and every other language, may do."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from conformance_asking import Ask, Heard, Reach, lower


class CurlFailed(OSError):
    """curl's exit status, as `errno`, and its words."""


class CurlClient:
    """One process a request, as in a shell script."""

    def __init__(self, reach: Reach) -> None:
        self._ca = ["--cacert", reach.ca_file] if reach.ca_file else []
        self._folder = tempfile.TemporaryDirectory()

    def send(self, ask: Ask) -> Heard:
        head, body = Path(self._folder.name) / "head", Path(self._folder.name) / "body"
        head.write_bytes(b"")
        body.write_bytes(b"")
        words = ["curl", "-q", "--silent", "--show-error", "--noproxy", "*", "--path-as-is", "-D", head, "-o", body]
        words += ["--max-time", str(ask.timeout_s), *self._ca]
        words += ["--head"] if ask.method == "HEAD" else ["-X", ask.method]
        for name, value in ask.headers.items():
            words += ["-H", f"{name}: {value}"]
        if ask.kind == "multipart":
            for field, (name, _, kind) in ask.form().items():
                words += ["-H", "Expect:", "-F", f"{field}=@-;filename={name};type={kind}"]
        elif ask.body is not None:
            words += ["-H", "Expect:"]
            counted = "Content-Length" in ask.headers
            words += ["-H", "Transfer-Encoding: chunked"] if ask.kind == "generator" and not counted else []
            words += ["--data-binary", "@-"]
        done = subprocess.run([*map(str, words), ask.url], input=ask.body, capture_output=True, check=False)
        if done.returncode:
            raise CurlFailed(done.returncode, done.stderr.decode())
        status_line, *lines = head.read_bytes().decode("latin-1").strip().splitlines()
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        content = b"" if ask.method == "HEAD" else body.read_bytes()
        return Heard(int(status_line.split()[1]), lower(headers.items()), content)

    def close(self) -> None:
        self._folder.cleanup()
