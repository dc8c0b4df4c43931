"""HTTP is read as strictly as RFC 9112 has it. h11 is the other opinion: whatever it refuses is refused here.

A row says which status the request gets. Where the server refuses what h11 lets through, the row says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

import pytest
from http_opinions import Witness, of_h11, of_server

from fakestt.transports.live import Server, Workers
from fakestt.transports.live.request import Headless, Request, find_head

CONTROLS = "RFC 9110, 5.5: a value with a control is invalid, and h11 refuses a few of them only"
ONE_LINE = "RFC 9112, 5.2: a server may refuse a header on two lines, and others read it as two headers"

# fmt: off
HEADS: dict[str, tuple[int, bytes, str]] = {
    "plain":                            (200, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "bare line feeds":                  (200, b"GET /x HTTP/1.1\nHost: x\n\n", ""),
    "HTTP/1.0 without a Host":          (200, b"GET /x HTTP/1.0\r\n\r\n", ""),
    "an empty Host":                    (200, b"GET /x HTTP/1.1\r\nHost:\r\n\r\n", ""),
    "white space around a value":       (200, b"GET /x HTTP/1.1\r\nHost: \t x \t \r\n\r\n", ""),
    "a value of Latin-1":               (200, b"GET /x HTTP/1.1\r\nHost: x\r\nA: \xe9\r\n\r\n", ""),
    "a tab in a value":                 (200, b"GET /x HTTP/1.1\r\nHost: x\r\nA: 1\t2\r\n\r\n", ""),
    "a name of odd characters":         (200, b"GET /x HTTP/1.1\r\nHost: x\r\n!#$%&'*+-.^_`|~0: 1\r\n\r\n", ""),
    "a method of its own":              (200, b"m-search /x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "an absolute target":               (200, b"GET http://y:8/x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "an address of IPv6":               (200, b"GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", ""),
    "a bare CR before a header":        (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: 1\rB: 2\r\n\r\n", ""),
    "a bare CR at the end of a line":   (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: 1\r\r\n\r\n", ""),
    "a bare CR in a name":              (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA\r: 1\r\n\r\n", ""),
    "a bare CR in the request line":    (400, b"GET /x\rHost: y HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a bare CR ends the request line":  (400, b"GET /x HTTP/1.1\rHost: x\r\n\r\n", ""),
    "NUL in a value":                   (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: 1\x002\r\n\r\n", ""),
    "NUL in a name":                    (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA\x00: 1\r\n\r\n", ""),
    "NUL in the target":                (400, b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a control in the target":          (400, b"GET /\x07 HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "DEL in the target":                (400, b"GET /\x7f HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a control in the method":          (400, b"G\x01T /x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a byte of 8 bits in the target":   (400, b"GET /\xe9 HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a vertical tab around a value":    (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA:\x0b1\r\n\r\n", ""),
    "a form feed in a value":           (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: 1\x0c2\r\n\r\n", ""),
    "a bell in a value":                (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: \x07\r\n\r\n", CONTROLS),
    "DEL in a value":                   (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: \x7f\r\n\r\n", CONTROLS),
    "two Hosts":                        (400, b"GET /x HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", ""),
    "two Hosts in HTTP/1.0":            (400, b"GET /x HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", ""),
    "no Host":                          (400, b"GET /x HTTP/1.1\r\n\r\n", ""),
    "no Host, but an absolute target":  (400, b"GET http://x/x HTTP/1.1\r\n\r\n", ""),
    "a Host with a user":               (400, b"GET /x HTTP/1.1\r\nHost: me:pw@x\r\n\r\n",
                                         "RFC 9112, 3.2: a Host with an invalid value is a 400, and h11 doesn't look"),
    "a Host with a path":               (400, b"GET /x HTTP/1.1\r\nHost: x/y\r\n\r\n",
                                         "RFC 9112, 3.2: a Host with an invalid value is a 400, and h11 doesn't look"),
    "a target with a user":             (400, b"GET http://me:pw@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
                                         "RFC 9110, 4.2.4: a user in a URL is an error, and h11 doesn't look"),
    "a target that is no URL":          (400, b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
                                         "its path can't be told from its host, and h11 doesn't look"),
    "a header on two lines":            (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA: 1\r\n 2\r\n\r\n", ONE_LINE),
    "a header on two lines, by a tab":  (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA:\r\n\t2\r\n\r\n", ONE_LINE),
    "white space before the first":     (400, b"GET /x HTTP/1.1\r\n Host: x\r\n\r\n", ""),
    "white space before a colon":       (400, b"GET /x HTTP/1.1\r\nHost : x\r\n\r\n", ""),
    "no colon":                         (400, b"GET /x HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", ""),
    "no name":                          (400, b"GET /x HTTP/1.1\r\nHost: x\r\n: 1\r\n\r\n", ""),
    "a name in quotes":                 (400, b'GET /x HTTP/1.1\r\nHost: x\r\n"A": 1\r\n\r\n', ""),
    "a name of 8 bits":                 (400, b"GET /x HTTP/1.1\r\nHost: x\r\n\xe9: 1\r\n\r\n", ""),
    "two spaces in the request line":   (400, b"GET  /x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a tab in the request line":        (400, b"GET\t/x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "a space at its end":               (400, b"GET /x HTTP/1.1 \r\nHost: x\r\n\r\n", ""),
    "a space at its beginning":         (400, b" GET /x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "an empty line before it":          (400, b"\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "no version":                       (400, b"GET /x\r\nHost: x\r\n\r\n", ""),
    "a version of two digits":          (400, b"GET /x HTTP/1.11\r\nHost: x\r\n\r\n", ""),
    "a version in small letters":       (400, b"GET /x http/1.1\r\nHost: x\r\n\r\n", ""),
    "HTTP/2":                           (505, b"GET /x HTTP/2.0\r\nHost: x\r\n\r\n",
                                         "RFC 9110, 15.6.6: the version is not spoken here, and h11 doesn't look"),
    "101 headers":                      (431, b"GET /x HTTP/1.1\r\nHost: x\r\n" + b"A: 1\r\n" * 100 + b"\r\n",
                                         "the number of headers is bounded here, and that of bytes in h11"),
}

EQUAL = "RFC 9112, 6.3: a list of equal lengths may be refused, and some don't read lists"
TWO_ENDS = "RFC 9112, 6.3: a request with both ought to be handled as an error"
OLD = "RFC 9112, 6.1: Transfer-Encoding in HTTP/1.0 is faulty framing"
EXTENSION = "RFC 9112, 7.1.1: no control stands in an extension, and others end the line there"
LAST = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
OLD_CHUNKED = b"/1.0 Transfer-Encoding: chunked\r\nConnection: keep-alive"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"

# Headers that frame a body, the body as somebody might read it, and a request that is part of the body for others.
PAIRS: dict[str, tuple[int, bytes, bytes, str]] = {
    "a length":                         (200, b"Content-Length: 5", b"hello", ""),
    "no length":                        (200, b"X: 1", b"", ""),
    "a length of 0":                    (200, b"Content-Length: 00", b"", ""),
    "chunks":                           (200, CHUNKED, CHUNKS, ""),
    "CHUNKS":                           (200, b"TRANSFER-ENCODING: CHUNKED", CHUNKS, ""),
    "chunks, and a space":              (200, b"Transfer-Encoding:\t chunked \t", CHUNKS, ""),
    "an extension and a trailer":       (200, CHUNKED, b"5;a=b\r\nhello\r\n0\r\nA: 1\r\n\r\n", ""),
    "equal lengths":                    (200, b"Content-Length: 5\r\nContent-Length: 5", b"hello", ""),
    "a name with an underscore":        (200, b"Transfer_Encoding: chunked\r\nContent-Length: 5", b"hello", ""),
    "another header of chunks":         (200, b"X-Transfer-Encoding: chunked\r\nContent-Length: 5", b"hello", ""),
    "a list of equal lengths":          (400, b"Content-Length: 5, 5", b"hello", EQUAL),
    "a list of lengths":                (400, b"Content-Length: 5, 6", b"hello", ""),
    "two lengths":                      (400, b"Content-Length: 5\r\nContent-Length: 0", b"hello", ""),
    "two lengths, the first 0":         (400, b"Content-Length: 0\r\nContent-Length: 5", b"hello", ""),
    "a length of +5":                   (400, b"Content-Length: +5", b"hello", ""),
    "a length of -5":                   (400, b"Content-Length: -5", b"hello", ""),
    "a length of 0x5":                  (400, b"Content-Length: 0x5", b"hello", ""),
    "a length of 5_0":                  (400, b"Content-Length: 5_0", b"hello", ""),
    "a length of 5.0":                  (400, b"Content-Length: 5.0", b"hello", ""),
    "a length of 1 1":                  (400, b"Content-Length: 1 1", b"hello", ""),
    "an empty length":                  (400, b"Content-Length:", b"hello", ""),
    "a length in superscript":          (400, b"Content-Length: \xb2", b"hello", ""),
    "a length and NBSP":                (400, b"Content-Length: 5\xa0", b"hello", ""),
    "a length and a vertical tab":      (400, b"Content-Length: \x0b5", b"hello", ""),
    "a length of 30 digits":            (400, b"Content-Length: " + b"9" * 30, b"hello", ""),
    "a length behind a bare CR":        (400, b"X: 1\rContent-Length: 5", b"hello", ""),
    "a length before a colon":          (400, b"Content-Length : 5", b"hello", ""),
    "a length on the next line":        (400, b"Content-Length:\r\n 5", b"hello", ONE_LINE),
    "length and chunks":                (400, b"Content-Length: 5\r\nTransfer-Encoding: chunked", CHUNKS, TWO_ENDS),
    "chunks and length":                (400, b"Transfer-Encoding: chunked\r\nContent-Length: 5", CHUNKS, TWO_ENDS),
    "chunks on the next line":          (400, b"Transfer-Encoding:\r\n chunked", CHUNKS, ONE_LINE),
    "chunks behind a bare CR":          (400, b"Content-Length: 5\r\nX: 1\rTransfer-Encoding: chunked", b"hello", ""),
    "chunks before a colon":            (400, b"Content-Length: 5\r\nTransfer-Encoding : chunked", b"hello", ""),
    "chunks and a vertical tab":        (400, b"Transfer-Encoding: \x0bchunked", CHUNKS, ""),
    "chunks and NUL":                   (400, b"Transfer-Encoding: chunked\x00", CHUNKS, ""),
    "chunks and NBSP":                  (501, b"Transfer-Encoding: chunked\xa0", CHUNKS, ""),
    "chunks twice":                     (501, b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", CHUNKS, ""),
    "a list of chunks":                 (501, b"Transfer-Encoding: chunked, chunked", CHUNKS, ""),
    "chunks and identity":              (501, b"Transfer-Encoding: chunked, identity", CHUNKS, ""),
    "gzip and chunks":                  (501, b"Transfer-Encoding: gzip, chunked", CHUNKS, ""),
    "chunks in quotes":                 (501, b'Transfer-Encoding: "chunked"', CHUNKS, ""),
    "chunks with a parameter":          (501, b"Transfer-Encoding: chunked;q=1", CHUNKS, ""),
    "xchunked":                         (501, b"Transfer-Encoding: xchunked", CHUNKS, ""),
    "identity":                         (501, b"Transfer-Encoding: identity\r\nContent-Length: 5", b"hello", ""),
    "an empty coding":                  (501, b"Transfer-Encoding:\r\nContent-Length: 5", b"hello", ""),
    "chunks in HTTP/1.0":               (400, OLD_CHUNKED, CHUNKS, OLD),
    "a chunk ends by a line feed":      (400, CHUNKED, b"5\r\nhello\n0\r\n\r\n", ""),
    "a chunk ends nowhere":             (400, CHUNKED, b"5\r\nhelloo0\r\n\r\n", ""),
    "a size ends by a line feed":       (400, CHUNKED, b"5\nhello\r\n0\r\n\r\n", ""),
    "a size ends by a bare CR":         (400, CHUNKED, b"5\rhello\r\n0\r\n\r\n", ""),
    "a size of 0x5":                    (400, CHUNKED, b"0x5\r\nhello\r\n0\r\n\r\n", ""),
    "a size of +5":                     (400, CHUNKED, b"+5\r\nhello\r\n0\r\n\r\n", ""),
    "a size of -5":                     (400, CHUNKED, b"-5\r\nhello\r\n0\r\n\r\n", ""),
    "a size of 5_":                     (400, CHUNKED, b"5_0\r\nhello\r\n0\r\n\r\n", ""),
    "a space before a size":            (400, CHUNKED, b" 5\r\nhello\r\n0\r\n\r\n", ""),
    "a vertical tab behind a size":     (400, CHUNKED, b"5\x0b\r\nhello\r\n0\r\n\r\n", ""),
    "no size":                          (400, CHUNKED, b"\r\nhello\r\n0\r\n\r\n", ""),
    "a size of 30 digits":              (400, CHUNKED, b"f" * 30 + b"\r\nhello\r\n0\r\n\r\n", ""),
    "a size of 17 digits":              (400, CHUNKED, b"0" * 16 + b"5\r\nhello\r\n0\r\n\r\n",
                                         "nobody has so much to send, and 64 bits don't hold it"),
    "an extension with a bare CR":      (400, CHUNKED, b"5;a\rb\r\nhello\r\n0\r\n\r\n", EXTENSION),
    "a trailer that is none":           (400, CHUNKED, b"5\r\nhello\r\n0\r\nnone\r\n\r\n", ""),
    "a trailer with a space":           (400, CHUNKED, b"5\r\nhello\r\n0\r\nA : 1\r\n\r\n", ""),
    "a trailer behind a line feed":     (400, CHUNKED, b"5\r\nhello\r\n0\r\nA: 1\n\r\n",
                                         "RFC 9112, 7.1: a line between chunks ends with CR LF; h11 asks it of some"),
}
# fmt: on


@pytest.fixture(scope="module")
def witness() -> Witness:
    return Witness()


@pytest.fixture(scope="module")
def server(witness: Witness) -> Iterator[Server]:
    with Workers() as workers, workers.serve(witness) as server:
        yield server
        assert server.failures == []


def check(server: Server, witness: Witness, data: bytes, status: int, why: str) -> None:
    ours, statuses = of_server(server, witness, data)
    theirs = of_h11(data)
    assert ours.refused == (status != 200)
    if ours.refused:
        assert (ours.seen, statuses) == ([], [status])
    if why:
        assert ours.refused
        assert not theirs.refused
    else:
        assert ours == theirs


@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_read_in_the_one_way_in_which_everybody_reads_it(server: Server, witness: Witness, name: str) -> None:
    status, data, why = HEADS[name]
    check(server, witness, data, status, why)


@pytest.mark.parametrize("name", PAIRS)
def test_no_request_is_smuggled_in_a_body(server: Server, witness: Witness, name: str) -> None:
    status, framing, body, why = PAIRS[name]
    version = b"1.1"
    if framing.startswith(b"/1.0 "):
        version, framing = b"1.0", framing[5:]
    head = b"POST /first HTTP/%b\r\nHost: x\r\n%b\r\n\r\n" % (version, framing)
    check(server, witness, head + body + LAST, status, why)


@pytest.mark.parametrize(
    ("start", "repeated"),
    [
        (b"GET /x HTTP/1.1\r\nHost: x\r\nA:", b" "),
        (b"GET /x HTTP/1.1\r\nHost: x\r\nA:", b"\t1"),
        (b"GET /x HTTP/1.1\r\nHost: x\r\n", b"A:\r\n"),
        (b"GET /x HTTP/1.1\r\nHost: x\r\n", b"A"),
        (b"GET /", b"x"),
        (b"", b"G"),
    ],
)
def test_a_long_head_that_is_none_takes_no_longer_than_its_length_asks_for(start: bytes, repeated: bytes) -> None:
    def took_s(size: int) -> float:
        began_s = process_time()
        for _ in range(8):
            head = bytearray(start + repeated * (size // len(repeated)) + b"\x00\r\n\r\n")
            try:
                whole = find_head(head)
                assert whole is not None
                assert Request(None, None, whole).refused  # type: ignore[arg-type]  # it asks neither yet
            except Headless:
                continue
        return process_time() - began_s

    # Twice as much twice over would be sixteen times as long, were all ways tried.
    assert min(took_s(60_000) for _ in range(3)) < 0.01 + 8 * min(took_s(15_000) for _ in range(3))
