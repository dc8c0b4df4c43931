"""How long things take and how they end, as a test's author says it. Each call is one more row before the edition's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase

from fakestt.core.acoustic import failing, invalidating
from fakestt.core.clock import Duration, seconds
from fakestt.core.lifecycle import Ending, Stage, always
from fakestt.core.resources import AcousticModel, Activity, Audio, Resource
from fakestt.errors import ConfigurationError, ScriptError
from fakestt.service import Service

__all__ = ["ModelScript", "Script"]

Which = str | Callable[[str], bool] | None


class ModelScript:
    """The script of one model, or of all. The latest row that fits wins, also over what is running already."""

    def __init__(self, service: Service, model_id: str | None = None) -> None:
        self._service = service
        self._model_id = model_id

    def training(
        self, *, takes: Duration | None = None, fails: str | bool | None = None, after: Duration | None = None
    ) -> None:
        """Every training from now on, the running one included.

        Args:
            takes: how long it takes, however it ends.
            fails: ends in `failed`; a text is the error's.
            after: the same as `takes`, where it reads better: `fails="...", after="10m"`.

        Raises:
            ScriptError: nothing is said, or both `takes` and `after`.
        """
        self._activity(Activity.TRAINING, "training", takes, fails, after)

    def upgrade(
        self, *, takes: Duration | None = None, fails: str | bool | None = None, after: Duration | None = None
    ) -> None:
        """Every upgrade from now on; see `training`."""
        self._activity(Activity.UPGRADE, "upgrade", takes, fails, after)

    def analysis(
        self, which: Which = None, *, takes: Duration | None = None, invalid: str | bool | None = None
    ) -> None:
        """The analysis of audio.

        Args:
            which: the audio's name, a glob such as "*.wav", or a function of the name; None is all audio.
            takes: how long it takes.
            invalid: ends in `invalid`, whatever the audio holds; a text says why.

        Raises:
            ScriptError: nothing is said.
        """
        call = f"script.analysis({which!r})" if which is not None else "script.analysis()"
        if takes is None and not invalid:
            raise ScriptError(f"{call}: say what is different: takes='30s' or invalid=True.")
        if which is not None and not isinstance(which, str) and not callable(which):
            raise ScriptError(f"{call}: give a name, a glob, or a function of the name.")
        problem = invalid if isinstance(invalid, str) else "the script says so"
        ends = (invalidating(problem),) if invalid else None

        def fits(audio: Audio) -> bool:
            if self._model_id is not None and audio.parent is not None and audio.parent.subject != self._model_id:
                return False
            if isinstance(which, str):
                return fnmatchcase(audio.name, which)
            return which is None or which(audio.name)

        self._read(Stage(Activity.ANALYSIS, _span(takes, call), ends, fits))

    def _activity(
        self,
        activity: Activity,
        name: str,
        takes: Duration | None,
        fails: str | bool | None,
        after: Duration | None,
    ) -> None:
        call = f"script.{name}(...)"
        if takes is not None and after is not None:
            raise ScriptError(f"script.{name}(takes={takes!r}, after={after!r}): both say how long it takes; give one.")
        if takes is None and after is None and not fails:
            raise ScriptError(f"{call}: say what is different: takes='45m', or fails='why' (with after='10m').")
        ends: tuple[Ending[AcousticModel], ...] | None = None
        if fails:
            ends = (failing(fails if isinstance(fails, str) else f"{name} failed"),)
        model_id = self._model_id

        def fits(model: AcousticModel) -> bool:
            return model.id == model_id

        when = always if model_id is None else fits
        self._read(Stage(activity, _span(takes if takes is not None else after, call), ends, when))

    def _read(self, row: Stage[AcousticModel] | Stage[Audio]) -> None:
        service = self._service
        with service.app.lock:
            service.world.settle()
            service.world.machine.read_script(row, service.world.now_s)


class Script(ModelScript):
    """The script of all models."""

    def upgrade(
        self,
        *,
        takes: Duration | None = None,
        fails: str | bool | None = None,
        after: Duration | None = None,
        needs_force: bool | None = None,
    ) -> None:
        """Every upgrade from now on; see `training`.

        Args:
            needs_force: the second of the two upgrade calls is answered 400 `No input data modified since last
                training` unless it comes with `force=true`.

        Source: icp2020 custom-upgrade.md#upgradeAcoustic (it may be answered so)
        """
        if needs_force is not None:
            world = self._service.world
            with self._service.app.lock:
                world.limits = replace(world.limits, second_upgrade_needs_force=needs_force)
        if needs_force is None or takes is not None or after is not None or fails:
            super().upgrade(takes=takes, fails=fails, after=after)


def _span(takes: Duration | None, call: str) -> Callable[[Resource], tuple[float, float]] | None:
    if takes is None:
        return None
    try:
        exactly_s = seconds(takes, call)
    except ConfigurationError as error:
        raise ScriptError(str(error)) from None
    if exactly_s < 0:
        raise ScriptError(f"{call}: {takes!r} is negative; nothing ends before it begins.")
    return lambda _: (exactly_s, exactly_s)
