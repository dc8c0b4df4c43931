"""The test author's view of the service's own models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fakestt.core.placing import find_base_model
from fakestt.errors import StateError
from fakestt.service import Service

__all__ = ["BaseModels"]


class BaseModels:
    """The service's own models, by name."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def publish(self, name: str, version: str) -> None:
        """Publish a newer version of a base model. Models on older ones can then be upgraded.

        Raises:
            StateError: no such base model, or the version is known already.
        """
        said = f"publish({name!r}, {version!r})"
        with self._service.app.lock:
            base = find_base_model(self._service.world, name, said)
            if not isinstance(version, str) or not version:
                raise StateError(f"{said}: give the version's name, such as '{base.newest}'.")
            if version in base.versions:
                raise StateError(f"{said}: it is out already. Versions: {', '.join(base.versions)}.")
            self._service.world.settle()
            self._service.world.publish(base, version)
            self._service.note(f"base_models.{said}")

    def vocabulary(self, name: str, *, known: Iterable[str] = (), unknown: Iterable[str] = ()) -> None:
        """Say which words a base model knows, for the corpora that are analysed from now on.

        Of a word of which nothing is said, a list of usual words decides for English, and a rule for other languages
        (`fakestt operations --assumed`). What is said holds for the word as it is written, capitals included.

        Args:
            known: words that it knows, as they are written in a corpus.
            unknown: words that it does not know.

        Raises:
            StateError: no such base model, or no words.
        """
        said = f"vocabulary({name!r}, ...)"
        words: dict[str, bool] = {}
        for what, given, is_known in (("known", known, True), ("unknown", unknown, False)):
            listed = None if isinstance(given, str) else list(given)
            if listed is None or not all(isinstance(word, str) for word in listed):
                raise StateError(f"{said}: {what}={given!r} is no list of words, such as ['paradiddles'].")
            words.update(dict.fromkeys(listed, is_known))
        with self._service.app.lock:
            base = find_base_model(self._service.world, name, said)
            self._service.world.settle()
            base.vocabulary.update(words)

    def versions(self, name: str) -> tuple[str, ...]:
        """The published versions, the newest last.

        Raises:
            StateError: no such base model.
        """
        with self._service.app.lock:
            return tuple(find_base_model(self._service.world, name, f"versions({name!r})").versions)

    def __iter__(self) -> Iterator[str]:
        return iter(self._service.world.base_models)

    def __len__(self) -> int:
        return len(self._service.world.base_models)

    def __contains__(self, name: object) -> bool:
        return name in self._service.world.base_models
