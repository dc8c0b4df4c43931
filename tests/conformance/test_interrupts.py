"""A client may be interrupted at a request: in process by every way in, and over a socket by none."""

from __future__ import annotations

import pytest
from conformance_session import BASE, MODELS, session
from conformance_ways import IN_PROCESS, LIVE, Way

from fakestt import ConfigurationError
from fakestt.wire import Interrupted

BODY = {"name": "car", "base_model_name": BASE}


@pytest.mark.parametrize("commits", [False, True], ids=["before the work", "after the work"])
@pytest.mark.parametrize("way", [way for way in IN_PROCESS if way.name != "WSGI"], ids=str)
def test_an_interrupt_is_raised_in_the_client(way: Way, commits: bool) -> None:
    with session(way) as one:
        one.stt.faults.on("createAcousticModel", times=1).interrupt(commits=commits)
        with pytest.raises(KeyboardInterrupt) as caught:
            one.ask("POST", MODELS, BODY)
        assert type(caught.value) is Interrupted
        assert len(one.ask("GET", MODELS).json["customizations"]) == int(commits)  # the client is still good
        assert one.ask("POST", MODELS, BODY).status == 201
        one.stt.check_used()
        exchange = one.stt.journal[0]
        assert (exchange.status, exchange.arrival.how, len(exchange.changes)) == (None, "closed", int(commits))


@pytest.mark.parametrize("commits", [False, True], ids=["before the work", "after the work"])
@pytest.mark.parametrize("way", [way for way in LIVE if not way.absent], ids=str)
def test_an_interrupt_over_a_socket_is_refused_in_words(way: Way, commits: bool) -> None:
    with session(way) as one:
        rule = one.stt.faults.on("createAcousticModel", times=1).interrupt(commits=commits)
        assert one.ask("POST", MODELS, BODY).status == 500
        assert len(one.stt.acoustic_models) == 0
        assert one.reach.server is not None
        failure = one.reach.server.failures.pop()
        assert isinstance(failure, ConfigurationError)
        said = f"{rule}: only a client in this process can be interrupted, and this request came through a server"
        assert str(failure).startswith(said)
        assert one.stt.journal[0].problem == str(failure)
        assert one.ask("POST", MODELS, BODY).status == 201
