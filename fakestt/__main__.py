"""`python -m fakestt` is the command `fakestt`."""

from __future__ import annotations

import sys

from fakestt_command import main

if __name__ == "__main__":
    sys.exit(main())
