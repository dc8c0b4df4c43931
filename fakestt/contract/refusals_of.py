"""The refusals that an operation may meet in an edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fakestt.contract.edition import Edition
from fakestt.contract.operation import Body, Operation
from fakestt.core.limits import Limits
from fakestt.core.models import is_customizable
from fakestt.core.refusals import Why

__all__ = ["refusals_of"]

# Refusals that exist only in an edition that has the rule.
# fmt: off
IF: Mapping[Why, Callable[[Limits], bool]] = {
    Why.LITE_PLAN:             lambda limits: limits.knows_lite_plan,
    Why.NAME_TOO_LONG:         lambda limits: limits.name_max is not None,
    Why.NAME_CHARACTERS:       lambda limits: bool(limits.name_forbidden),
    Why.DESCRIPTION_TOO_LONG:  lambda limits: limits.description_max is not None,
    Why.TOO_MANY_MODELS:       lambda limits: limits.max_models is not None,
    Why.AUDIO_NAME_CHARACTERS: lambda limits: bool(limits.audio_name_forbidden),
    Why.OVER_THE_MAXIMUM:      lambda limits: limits.refuses_audio_over_the_maximum,
    Why.HELPER_REQUIRED:       lambda limits: limits.upgrade_needs_helper_of_training,
    Why.DATA_NAME_CHARACTERS:  lambda limits: bool(limits.data_name_forbidden),
    Why.NAME_OF_A_GRAMMAR:     lambda limits: limits.knows_grammars,
    Why.NO_GRAMMARS:           lambda limits: limits.large_models_lack_grammars,
    Why.UPGRADES_BY_TRAINING:  lambda limits: limits.training_upgrades_improved_models,
}
# fmt: on


def refusals_of(operation: Operation, edition: Edition) -> tuple[Why, ...]:
    """All reasons for which this operation may be refused in this edition, in the order in which a request meets them.

    These are the refusals of its row and the general ones: credentials, the request's form, the accepted types.
    """
    found = {Why.MALFORMED_REQUEST, *operation.refusals}
    if operation.authenticated:
        found |= {Why.UNAUTHORIZED, Why.FORBIDDEN, Why.NOT_ACCEPTABLE}
        if "customization" in operation.path:
            found.add(Why.LITE_PLAN)
    if operation.params or operation.body is Body.JSON:
        found.add(Why.BAD_VALUE)
    if operation.body is not Body.IGNORED:
        found.add(Why.UNSUPPORTED_ENCODING)
    found -= {why for why, switch in operation.switches.items() if not getattr(edition.limits, switch)}
    family = operation.family
    if Why.NOT_CUSTOMIZABLE in found and family and all(is_customizable(b, family.kind) for b in edition.base_models):
        found.discard(Why.NOT_CUSTOMIZABLE)
    return tuple(why for why in Why if why in found and (why not in IF or IF[why](edition.limits)))
