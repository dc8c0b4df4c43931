# PYTHON_ARGCOMPLETE_OK
"""The command `fakestt`, also as `python -m fakestt`. Once the package is there, Ctrl-C ends it without a traceback."""

from __future__ import annotations

import signal
import sys

__all__ = ["main"]

INTERRUPTED = 130


def main() -> int:
    """Run one command, as `fakestt.cli.main` does."""
    before = signal.getsignal(signal.SIGINT)
    python_raises = before is signal.default_int_handler
    if python_raises:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while the rest is imported
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


if __name__ == "__main__":
    sys.exit(main())
