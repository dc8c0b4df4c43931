"""An effect from the text that its author would write, `fail(503, retry_after=30)`. Nothing is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from fakestt.errors import ConfigurationError, nearest
from fakestt.faults import effects
from fakestt.faults.effects import Effect

__all__ = ["effect_of"]

MAKERS: Mapping[str, Callable[..., Effect]] = {
    name: getattr(effects, name) for name in effects.__all__ if name.islower()
}


def effect_of(said: str | Effect) -> Effect:
    """The effect that such a text means; an effect means itself.

    Raises:
        ConfigurationError: no maker of effects has this name, its arguments are not plain values, or not its own.
    """
    if isinstance(said, Effect):
        return said
    name, arguments, keywords = _parsed(said)
    maker = MAKERS.get(name)
    if maker is None:
        raise ConfigurationError(f"{said!r}: no effect {name!r}.{nearest(name, MAKERS)} All: {', '.join(MAKERS)}")
    try:
        return maker(*arguments, **keywords)
    except TypeError as error:
        raise ConfigurationError(f"{said!r}: {error}.") from None


def _parsed(said: object) -> tuple[str, list[object], dict[str, object]]:
    try:
        call = ast.parse(said.strip(), mode="eval").body if isinstance(said, str) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            arguments = [ast.literal_eval(one) for one in call.args]
            keywords = {one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg is not None}
            if len(keywords) == len(call.keywords):  # else there is a `**` among them, or one comes twice
                return call.func.id, arguments, keywords
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    raise ConfigurationError(f"{said!r} is no effect: write it as in a test, such as 'fail(503)' or 'lose_reply()'.")
