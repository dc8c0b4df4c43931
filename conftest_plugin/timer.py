"""pytest-timeout's timer: each schedule of a test has the whole time, for it is one run of the test."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["Timer"]


class Timer:
    """The timer of an item, to be set anew for each of its twins.

    All of them together have a bound of their own, the exploration's budget. If the first timer went on, it would end
    some schedule that has done nothing wrong, and none that hangs after it.
    """

    def __init__(self, item: pytest.Item) -> None:
        self._hooks: Any = item.config.hook  # Any: another plugin's hooks
        self._settings = _settings_of(item)
        if self._settings is not None:
            self._hooks.pytest_timeout_cancel_timer(item=item)

    def begin(self, twin: pytest.Item) -> None:
        """A run begins."""
        if self._settings is not None:
            self._hooks.pytest_timeout_set_timer(item=twin, settings=self._settings)

    def end(self, twin: pytest.Item) -> None:
        """It has ended."""
        if self._settings is not None:
            self._hooks.pytest_timeout_cancel_timer(item=twin)


def _settings_of(item: pytest.Item) -> Any:  # Any: a named tuple of the other plugin's
    """What its timer is set by; None if there is none, or if it is set for the test's function alone."""
    plugins = item.config.pluginmanager
    plugin: Any = plugins.get_plugin("timeout") or plugins.get_plugin("pytest_timeout")
    if not hasattr(plugin, "_get_item_settings"):
        return None
    settings = plugin._get_item_settings(item)
    return settings if (settings.timeout or 0) > 0 and not settings.func_only else None
