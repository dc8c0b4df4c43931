"""What the fixture `fake_stt_factory` is, for annotations."""

from __future__ import annotations

from typing import Protocol, Unpack

from fakestt.fake import FakeSTT
from fakestt.options import FactoryOptions

__all__ = ["FakeSTTFactory"]


class FakeSTTFactory(Protocol):
    """Makes fakes for one test, each reachable at once under a host of its own: `fake_stt_factory(auth="strict")`."""

    def __call__(self, **keys: Unpack[FactoryOptions]) -> FakeSTT:
        """Make one more.

        Args:
            keys: those of FakeSTT, and block_network. Only the first fake of a test takes `time`, `start`, `horizon`,
                `patience` and `equal_reads`: the others share its time.

        Raises:
            fakestt.ConfigurationError: a key is unknown, or its value makes no sense.
        """
