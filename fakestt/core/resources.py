"""Plain records of facts. The phase is not stored: a lifecycle computes it from the facts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import ClassVar

__all__ = [
    "Activity",
    "Address",
    "BaseModel",
    "Child",
    "Data",
    "Generation",
    "Model",
    "OwnBaseModels",
    "Resource",
    "first_in",
]


def first_in(text: str, characters: str) -> str | None:
    """The first of these characters that the text holds, or None."""
    return next((char for char in characters if char in text), None)


class Activity(Enum):
    """Work that takes time. A resource does one thing at a time."""

    ANALYSIS = "analysis"
    TRAINING = "training"
    UPGRADE = "upgrade"
    CLEARING = "clearing"  # audio was deleted while it was analysed, and the model is not free yet


class Address(str):
    """Where a resource is. As text, the way journals say it: a model's id, or `id/name` for a model's child.

    Attributes:
        family: the name of its family.
        owner: the instance that it belongs to.
        id: the model's id.
        name: the resource's own name.
    """

    __slots__ = ("family", "id", "name", "owner")
    family: str
    owner: str
    id: str
    name: str

    def __new__(cls, text: str, family: str, owner: str, id: str, name: str) -> Address:  # noqa: A002 - the service's word
        self = super().__new__(cls, text)
        self.family, self.owner, self.id, self.name = family, owner, id, name
        return self

    def __getnewargs__(self) -> tuple[str, ...]:  # type: ignore[override]  # copying calls it; str's differs
        return str(self), self.family, self.owner, self.id, self.name


class Generation(Enum):
    """The kind of a base model, on which much of a custom language model hangs."""

    PREVIOUS = "previous generation"
    NEXT = "next generation"
    IMPROVED = "next generation, improved"  # a training moves its custom models to the newest version
    LARGE = "large"


@dataclass(slots=True)
class BaseModel:
    """One of the service's own models. Custom models are built on its newest version.

    `dialects` are those of its custom language models, the default first; empty if its language is the only one.
    `vocabulary` has the words of which a test's author has said whether the model knows them.
    """

    name: str
    language: str
    rate_hz: int
    description: str
    custom_acoustic_model: bool
    custom_language_model: bool
    speaker_labels: bool
    low_latency: bool | None
    versions: list[str]
    generation: Generation = Generation.PREVIOUS
    dialects: tuple[str, ...] = ()
    vocabulary: dict[str, bool] = field(default_factory=dict)

    @property
    def newest(self) -> str:
        return self.versions[-1]


class OwnBaseModels(Mapping[str, BaseModel]):
    """The base models of one world, by name. They are copies, because versions grow, each made at its first use."""

    def __init__(self, rows: Iterable[BaseModel]) -> None:
        self._rows = {row.name: row for row in rows}
        self._own: dict[str, BaseModel] = {}

    def __getitem__(self, name: str) -> BaseModel:
        own = self._own.get(name)
        if own is None:
            row = self._rows[name]
            own = self._own[name] = replace(row, versions=list(row.versions), vocabulary={})
        return own

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(slots=True, eq=False, kw_only=True)
class Resource:
    """The fields of every resource; `family` is the name of its kind.

    `visit` grows whenever an activity is planned or ends: a change that was planned in an earlier visit is void. `nth`
    is the number of the running activity among those of its kind, of all resources of this name.
    """

    family: ClassVar[str]

    name: str
    activity: Activity | None = None
    since_at_s: float = 0.0
    visit: int = 0
    nth: int = 0

    @property
    @abstractmethod
    def model(self) -> Model:
        """The model that it belongs to, or is."""
        ...

    @property
    def trouble(self) -> str | None:
        """What is wrong with it, as far as that is known; None if nothing is."""
        return None

    @property
    def address(self) -> Address:
        """Where it is."""
        model = self.model
        text = model.id if model is self else f"{model.id}/{self.name}"
        return Address(text, self.family, model.owner, model.id, self.name)


@dataclass(slots=True, eq=False, kw_only=True)
class Model(Resource):
    """A custom model. It belongs to an owner; `children` holds the resources that belong to it, by family and name.

    `trained`: some training has succeeded, and recognition uses it. `modified`: its data was changed since.
    `failed`: the last training or upgrade went wrong.
    """

    id: str
    owner: str
    base_model: BaseModel
    versions: list[str]
    created_at_s: float
    updated_at_s: float
    description: str | None = None
    trained: bool = False
    modified: bool = False
    failed: bool = False
    error: str | None = None
    upgrading_to: str | None = None
    children: dict[str, dict[str, Resource]] = field(default_factory=dict)

    @property
    def trouble(self) -> str | None:
        """Why its last training or upgrade failed."""
        return self.error

    @property
    def model(self) -> Model:
        return self

    @property
    @abstractmethod
    def has_data(self) -> bool:
        """Whether there is anything to train on, valid or not."""

    def all_children(self) -> list[Resource]:
        """Its children of all families."""
        return [child for of_family in self.children.values() for child in of_family.values()]


@dataclass(slots=True, eq=False, kw_only=True)
class Child(Resource):
    """A resource that belongs to a model. Its name is unique there."""

    parent: Model

    @property
    def model(self) -> Model:
        return self.parent


@dataclass(slots=True, eq=False, kw_only=True)
class Data(Child):
    """What clients upload to a model, and the service analyses. `valid` is None until the analysis has ended.

    `customer_id` is the label under which it can be deleted.
    """

    size_bytes: int
    sha256: str
    customer_id: str | None = None
    valid: bool | None = None
    problem: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why it can't be used."""
        return self.problem
