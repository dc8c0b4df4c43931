"""The command `fakestt`: quick to import, so that Ctrl-C ends it without a traceback while the rest is imported."""

from __future__ import annotations

import signal

__all__ = ["main"]

INTERRUPTED = 130


def main() -> int:
    """Run one command, as `fakestt.cli.main` does."""
    before = signal.getsignal(signal.SIGINT)
    python_raises = before is signal.default_int_handler
    if python_raises:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from fakestt.cli import main as run

        if python_raises:
            signal.signal(signal.SIGINT, before)
        return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        if python_raises:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # while the interpreter ends
