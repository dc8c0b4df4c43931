"""The state machine: its rules call the client, let requests fail and time pass, and check what the client says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any, ClassVar, Literal

from fakestt import strategies
from fakestt.durations import Duration
from fakestt.editions import Edition
from fakestt.errors import ConfigurationError
from fakestt.fake import FakeSTT
from fakestt.faults.effects import Effect
from fakestt.literals import EditionName
from fakestt.machines.asked import Asked, ask
from fakestt.machines.family import digest
from fakestt.machines.setting import METHODS, Setting, read_setting
from fakestt.opened import forget
from fakestt.strategies import Line
from fakestt.strategies.needed import Phase, settings, st, stateful
from fakestt.views.models import Models, ModelView

__all__ = ["ClientMachine", "client_machine"]


def _drawn(choose: Callable[[Setting], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """What the setting of the running machine says is drawn."""
    return st.runner().flatmap(lambda machine: choose(machine._setting))


MOST_MODELS = 3
"""So few that a step often meets a model that another one has changed."""

MOST_VERSIONS = 2

FAULT = _drawn(lambda setting: setting.faults)


def client_machine(
    make_client: Callable[[FakeSTT], object],
    *,
    family: Literal["acoustic", "language"] = "acoustic",
    edition: EditionName | Edition = "icp2018",
    faults: Iterable[str | Effect] = ("fail(503)", "fail(429)", "reset()", "lose_reply()"),
    operations: str | Iterable[str] = "*",
    allow: type[BaseException] | tuple[type[BaseException], ...] | None = None,
    longest: Duration = "30m",
    **of_fake: Any,  # keywords of FakeSTT
) -> type[ClientMachine]:
    """Make a Hypothesis state machine that drives a client: `TestMyClient = client_machine(MyClient).TestCase`.

    A step calls the client, puts a model into some state, lets a request fail, says how activities go, or lets time
    pass. After each call, what the client said is compared with what is so. Each example has a new fake and a new
    client, in virtual time.

    Args:
        make_client: is given a fake and returns a client for it: any object with some of the methods `create(name)`,
            `models()`, `status(model_id)`, `train(model_id)`, `wait(model_id)`, `reset(model_id)`, `upgrade(model_id)`,
            `delete(model_id)`, `add(model_id, name, content)`, `names(model_id)`, `remove(model_id, name)`. The last
            three are about audio or corpora. `fakestt guide exploring` says what each may return. What is missing is
            not called.
        family: of the models, "acoustic" or "language".
        edition: of the fake.
        faults: what may happen to a request, as text or made.
        operations: ids or globs of the operations to which it may.
        allow: what the client may raise, and nothing else. Unless given, all but what says that code is wrong: a
            KeyError, TypeError, AttributeError, AssertionError, and their like.
        longest: how long a training, an upgrade or an analysis takes at most.
        of_fake: more keywords of `FakeSTT`.

    Raises:
        ConfigurationError: an argument means nothing.
        UnknownOperation: no operation fits.
    """
    setting = read_setting(make_client, family, edition, faults, operations, allow, longest, of_fake)
    name = f"{getattr(make_client, '__name__', 'Client').strip('<>')}Machine"
    machine: type[ClientMachine] = type(
        name, (ClientMachine,), {"_setting": setting, "__module__": make_client.__module__}
    )
    # To explain which values matter costs several times as much as to find the example, and tells of fakestt's lines.
    phases = [phase for phase in Phase if phase is not Phase.explain]
    machine.TestCase.settings = settings(machine.TestCase.settings, phases=phases)
    return machine


def _has(*methods: str) -> Callable[[ClientMachine], bool]:
    return lambda machine: all(map(machine.has, methods))


class ClientMachine(stateful.RuleBasedStateMachine):
    """Drives a client against a fake. `client_machine` makes classes of it.

    Attributes:
        stt: the fake.
        client: what `make_client` returned.
    """

    _setting: ClassVar[Setting]
    model_ids: ClassVar[stateful.Bundle[Any]] = stateful.Bundle("model")
    data_ids: ClassVar[stateful.Bundle[Any]] = stateful.Bundle("data")

    def __init__(self) -> None:
        super().__init__()
        self.stt: FakeSTT = self._setting.make_fake()
        self._models: Models[Any] = getattr(self.stt, self._setting.family.models)
        self._views: dict[str, ModelView[Any]] = {}
        self._published = 0
        with ExitStack() as stack:
            stack.enter_context(self.stt.reachable())
            self.client: object = self._setting.make_client(self.stt)
            if not any(map(self.has, METHODS)):
                raise ConfigurationError(
                    f"client_machine: {self.client!r} has none of the methods that are called: {', '.join(METHODS)}. "
                    "Let make_client return an object with some of them."
                )
            self._stack = stack.pop_all()

    def teardown(self) -> None:
        """Leave virtual time."""
        self._stack.close()
        forget(self.stt)  # an example that fails has its report with it, and a test has hundreds of examples

    def has(self, method: str) -> bool:
        """Whether the client has a method."""
        return callable(getattr(self.client, method, None))

    # What happens around the client.

    @stateful.precondition(lambda machine: len(machine._models) < MOST_MODELS)
    @stateful.rule(target=model_ids, line=_drawn(lambda setting: setting.placed))
    def found(self, line: Line) -> str:
        """Somebody else has made a model."""
        return self._known(line(self.stt).id)

    @stateful.rule(line=_drawn(lambda setting: setting.scripts))
    def goes(self, line: Line) -> None:
        """Activities go otherwise from now on."""
        line(self.stt)

    @stateful.rule(line=strategies.clock_moves("15m"))
    def passes(self, line: Line) -> None:
        """Time passes."""
        line(self.stt)

    @stateful.precondition(lambda machine: machine.has("upgrade") and machine._published < MOST_VERSIONS)
    @stateful.rule(model_id=model_ids)
    def published(self, model_id: str) -> None:
        """A new version of a base model comes out."""
        if model_id in self._models:
            self._published += 1
            base = self._models[model_id].base_model_name
            self.stt.base_models.publish(base, f"{base}.v2030-01-{self._published:02d}")

    # The calls of the client.

    @stateful.precondition(_has("create"))
    @stateful.precondition(lambda machine: len(machine._models) < MOST_MODELS)
    @stateful.rule(target=model_ids, name=_drawn(lambda setting: setting.names), fault=FAULT)
    def create(self, name: str, fault: Line | None) -> Any:  # Any: an id, or several results
        """One model comes, and it is the one that the client says."""
        if name in [one.name for one in self._models]:
            return stateful.multiple()  # a client that sees to it that a name is there makes no other
        asked = self._ask(fault, "create", name)
        if len(asked.made) > 1:
            raise asked.untrue(f"It has made {len(asked.made)} models.")
        if not asked.says_nothing and not asked.said and asked.made:
            raise asked.untrue("It has made a model.")
        if not asked.says_nothing and asked.said:
            if asked.said not in self._models:
                raise asked.untrue("There is no such model.")
            if self._models[asked.said].name != name:
                raise asked.untrue(f"That model has the name {self._models[asked.said].name!r}.")
        return stateful.multiple(*map(self._known, asked.made))

    @stateful.precondition(_has("models"))
    @stateful.rule(fault=FAULT)
    def models(self, fault: Line | None) -> None:
        """Those that are there, by their ids."""
        asked = self._ask(fault, "models")
        there = {one.id for one in self._models}
        if not asked.says_nothing and set(asked.said) != there:
            raise asked.untrue(f"There are: {_listed(there)}.")

    @stateful.precondition(_has("status"))
    @stateful.rule(model_id=model_ids, fault=FAULT)
    def status(self, model_id: str, fault: Line | None) -> None:
        """A status that the model has shown during the call; nothing of a model that is not there."""
        asked = self._ask(fault, "status", model_id)
        if asked.says_nothing:
            return
        if not asked.statuses and asked.said:
            raise asked.untrue("There is no such model any more.")
        if asked.statuses and asked.said not in asked.statuses:
            raise asked.untrue(f"The model was {_in_turn(asked)}.")

    @stateful.precondition(_has("train"))
    @stateful.rule(model_id=model_ids, fault=FAULT)
    def train(self, model_id: str, fault: Line | None) -> None:
        """A training has begun, or is going on, or was not needed. A client that waits may say how it ended."""
        asked = self._ask(fault, "train", model_id)
        if asked.says_nothing:
            return
        began = "training" in asked.statuses[1:]
        if asked.said is False and began:
            raise asked.untrue(f"A training has begun: the model was {_in_turn(asked)}.")
        if isinstance(asked.said, str):
            self._check_end(asked)
        elif asked.said is not False and not {"training", "available"} & {*asked.statuses}:
            raise asked.untrue(f"No training has begun: the model was {_in_turn(asked)}.")

    @stateful.precondition(lambda machine: machine.has("wait") and any(map(_is_busy, machine._models)))
    @stateful.rule(model_id=model_ids, fault=FAULT)
    def wait(self, model_id: str, fault: Line | None) -> None:
        """The status at the end, of a model that is trained or upgraded."""
        if model_id in self._models and _is_busy(self._models[model_id]):
            asked = self._ask(fault, "wait", model_id)
            if not asked.says_nothing and asked.said is not None:
                self._check_end(asked)

    @stateful.precondition(_has("reset"))
    @stateful.rule(model_id=model_ids, fault=FAULT)
    def reset(self, model_id: str, fault: Line | None) -> None:
        """All data of the model is gone."""
        asked = self._ask(fault, "reset", model_id)
        if self._is_done(asked, model_id) and self._data(model_id):
            raise asked.untrue(f"It still has {_listed(self._data(model_id))}.")

    @stateful.precondition(lambda machine: machine.has("upgrade") and machine._published > 0)
    @stateful.rule(model_id=model_ids, fault=FAULT)
    def upgrade(self, model_id: str, fault: Line | None) -> None:
        """An upgrade has begun, or was not needed."""
        asked = self._ask(fault, "upgrade", model_id)
        if self._is_done(asked, model_id) and "upgrading" not in asked.statuses:
            model = self._models[model_id]
            newest = self.stt.base_models.versions(model.base_model_name)[-1]
            if model.versions[-1] != newest:
                raise asked.untrue(f"No upgrade has begun: the model was {_in_turn(asked)}.")

    @stateful.precondition(_has("delete"))
    @stateful.rule(target=model_ids, model_id=stateful.consumes(model_ids), fault=FAULT)
    def delete(self, model_id: str, fault: Line | None) -> Any:  # Any: an id, or no result
        """The model is gone."""
        asked = self._ask(fault, "delete", model_id)
        if not asked.says_nothing and asked.said is False and asked.gone:
            raise asked.untrue("The model is gone.")
        if not asked.says_nothing and asked.said is not False and model_id in self._models:
            raise asked.untrue(f"The model is still there: it was {_in_turn(asked)}.")
        # One that is gone is asked for again only where the client may not know.
        return model_id if model_id in self._models or asked.met_trouble else stateful.multiple()

    @stateful.precondition(_has("add"))
    @stateful.rule(
        target=data_ids,
        model_id=model_ids,
        name=_drawn(lambda setting: setting.data_names),
        content=_drawn(lambda setting: setting.family.contents),
        fault=FAULT,
    )
    def add(
        self, model_id: str, name: str, content: Any, fault: Line | None
    ) -> Any:  # Any: bytes or text; a pair, or no result
        """The model has data of this name and content."""
        before = self._data(model_id)
        asked = self._ask(fault, "add", model_id, name, content)
        now = self._data(model_id)
        if not asked.says_nothing and asked.said is False and now != before:
            raise asked.untrue("It is there.")
        if self._is_done(asked, model_id) and now.get(name) != digest(content):
            has = f"has {_listed(now)}" if name not in now else "has this name with another content"
            raise asked.untrue(f"The model {has}.")
        return (model_id, name) if name in now else stateful.multiple()

    @stateful.precondition(_has("names"))
    @stateful.rule(model_id=model_ids, fault=FAULT)
    def names(self, model_id: str, fault: Line | None) -> None:
        """The names of all data of the model; nothing of a model that is not there."""
        asked = self._ask(fault, "names", model_id)
        there = self._data(model_id)
        if not asked.says_nothing and set(asked.said or ()) != set(there):
            raise asked.untrue(f"There are: {_listed(there)}.")

    @stateful.precondition(_has("remove"))
    @stateful.rule(data=data_ids, fault=FAULT)
    def remove(self, data: tuple[str, str], fault: Line | None) -> None:
        """The model has no data of this name any more."""
        model_id, name = data
        asked = self._ask(fault, "remove", model_id, name)
        if self._is_done(asked, model_id) and name in self._data(model_id):
            raise asked.untrue("It is still there.")

    # What the rules share.

    def _known(self, model_id: str) -> str:
        self._views[model_id] = self._models[model_id]
        return model_id

    def _data(self, model_id: str) -> Mapping[str, str]:
        """Names with digests; nothing if the model is not there."""
        return self._setting.family.digests(self._models[model_id]) if model_id in self._models else {}

    def _ask(self, fault: Line | None, method: str, *given: Any) -> Asked:
        """Make a call, which may meet a fault, and check what holds after each.

        Raises:
            Untrue: there is a model more or less than there should be; or it failed, and had no reason.
            Exception: what the client may not raise.
        """
        text = f"{method}({', '.join(map(repr, given))})"
        model = None if method in ("create", "models") else self._views[given[0]]
        rule = None if fault is None else fault(self.stt)
        asked = ask(self.stt, self._models, text, partial(getattr(self.client, method), *given), model)
        if rule is not None:
            self.stt.faults.remove(rule)
        if asked.raised is not None and not self._setting.may_raise(asked.raised):
            asked.raised.add_note(f"{text} raised this, and may not.\n{self.stt.report()}")
            raise asked.raised
        is_possible = method in ("create", "models") or (method in ("status", "names") and asked.statuses)
        if asked.raised is not None and is_possible and not asked.met_trouble:
            raise asked.untrue("None of its requests failed or was refused, so it has no reason.")
        if asked.made and method != "create":
            raise asked.untrue(f"It has made {len(asked.made)} models.")
        wrong = asked.gone - ({given[0]} if method == "delete" else set())
        if wrong:
            raise asked.untrue(f"It has deleted {_listed(wrong)}.")
        return asked

    def _check_end(self, asked: Asked) -> None:
        end = asked.statuses[-1] if asked.statuses else None
        if asked.said != end:
            raise asked.untrue("There is no such model any more." if end is None else f"The model is {end!r}.")

    def _is_done(self, asked: Asked, model_id: str) -> bool:
        """Whether the client says that its work is done; then there must be a model."""
        if asked.says_nothing or asked.said is False:
            return False
        if model_id not in self._models:
            raise asked.untrue("There is no such model any more.")
        return True


def _is_busy(model: ModelView[Any]) -> bool:
    return model.status in ("training", "upgrading")


def _in_turn(asked: Asked) -> str:
    return ", then ".join(map(repr, asked.statuses)) or "not there"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) or "none"
