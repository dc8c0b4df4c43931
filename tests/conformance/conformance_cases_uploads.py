"""Bodies in every form in which a client may send one."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping
from contextlib import closing

from conformance_asking import LONGER_S, TIMEOUT_S, Ask, Heard, Reach
from conformance_outcome import status_of
from conformance_peer import counting_peer
from conformance_session import MODELS, BareClient, Session, flac, model, same_as_bare, session
from conformance_ways import Way


def upload(kind: str) -> Callable[[Way], None]:
    """A body in one of its forms arrives whole, and as nothing but itself."""

    def check(way: Way) -> None:
        data = flac()
        zipped = kind == "gzip"
        with session(way) as one:
            heard = one.upload(
                f"{MODELS}/{model(one, 'pending')}/audio/a1",
                gzip.compress(data) if zipped else data,
                kind="bytes" if zipped else kind,
                headers={"Content-Encoding": "gzip"} if zipped else {},
            )
            assert heard.status == 201, heard
            call = one.stt.journal.last("addAudio").call
            assert call is not None
            stored = call.upload
            assert stored is not None
            assert stored.facts is not None
            assert stored.facts.duration_s == 720
            if not zipped:
                assert (stored.size_bytes, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())

    return check


def multipart(way: Way) -> None:
    """The customization interface takes audio as it is, and a form for none of its types: each library's is refused."""

    def work(one: Session) -> Heard:
        url = f"{one.reach.url}{MODELS}/{model(one, 'pending')}/audio/a1"
        ask = Ask(method="POST", url=url, headers=one.authorization, body=flac(), kind="multipart")
        return one.client.send(ask.by_hand() if isinstance(one.client, BareClient) else ask)

    same_as_bare(way, work, 415)


def wrong_length(more_bytes: int) -> Callable[[Way], None]:
    """A Content-Length that promises more, or less, than a generator gives: as at a real server that counts.

    What that server takes for the body is stored, if the client doesn't see to it that nothing is.
    """

    def check(way: Way) -> None:
        data = flac()
        promised = {"Content-Length": str(len(data) + more_bytes)}

        def ask_of(url: str, headers: Mapping[str, str], timeout_s: float) -> Ask:
            sent = {"Content-Type": "audio/flac", **headers, **promised}
            return Ask(method="POST", url=url, headers=sent, body=data, kind="generator", timeout_s=timeout_s)

        for timeout_s in LONGER_S if more_bytes > 0 else (TIMEOUT_S,):
            with session(way) as one:
                url = f"{one.reach.url}{MODELS}/{model(one, 'pending')}/audio/a1"
                got = status_of(lambda: one.client.send(ask_of(url, one.authorization, timeout_s)))  # noqa: B023
                journal = list(one.stt.journal)
            if way.name == "WSGI":
                # Nobody counts there but the application.
                expected = 400 if more_bytes > 0 else 201
            else:
                with (
                    counting_peer(tls=way.tls) as (url, ca_file),
                    closing(way.client(Reach("", "", "", ca_file=ca_file))) as real,
                ):
                    expected = status_of(lambda: real.send(ask_of(url, {}, timeout_s)))  # noqa: B023
            if got == expected:
                break
        assert got == expected, f"{got} here, {expected} from a real peer"
        stored = [e.call.upload.size_bytes for e in journal if e.call and e.call.upload and e.status == 201]
        assert stored == ([len(data) + more_bytes] if got == 201 else [])

    return check


def large_upload(way: Way) -> None:
    data = b"RIFF" + bytes(range(256)) * 8192
    with session(way) as one:
        one.upload(f"{MODELS}/{model(one, 'pending')}/audio/a1", data, kind="generator")
        call = one.stt.journal.last("addAudio").call
        assert call is not None
        assert call.upload is not None
        assert call.upload.size_bytes == len(data)


def empty_upload(way: Way) -> None:
    same_as_bare(way, lambda one: one.upload(f"{MODELS}/{model(one, 'pending')}/audio/a1", b""), 400)
