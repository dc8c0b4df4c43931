"""Does the mutation run know which functions are called for a result that is kept?"""

from __future__ import annotations

import functools
import gc

from meetings import Met


def inner() -> int:
    return 1


@functools.lru_cache
def kept() -> int:
    return inner()


def test_a_function_that_is_called_for_a_kept_result_is_known_where_all_there_is_is_frozen():
    gc.freeze()
    try:
        met = Met([inner])
        met.take()
        assert kept() == 1
        assert {name for _, name in met.take()} == {name for _, name in met.behind_caches} == {"inner"}
    finally:
        gc.unfreeze()
