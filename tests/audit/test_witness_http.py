"""A witness over HTTP: the statuses of the specification, and no other way in."""

from __future__ import annotations

import http.client
import socket
from threading import Thread

import pytest

from audit import cosignature, witness_http
from audit.witness_http import Server
from tests.audit.exports import small_log
from tests.audit.given import ADA, ORIGIN
from tests.audit.witnesses import fork, introduce, key_of, request, witness

MADE = small_log()
SIZE = MADE[3].checkpoint.size


@pytest.fixture
def server(tmp_path):
    found = witness(tmp_path / "w")
    introduce(found, tmp_path / "first", MADE[:4])
    with Server(found, 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def call(server):
    """One connection for several requests: it is kept alive."""
    connection = http.client.HTTPConnection(*server.server_address, timeout=20)

    def ask(method: str, path: str, body: bytes | None = None) -> tuple[int, str, bytes]:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()

    yield ask
    connection.close()


def test_it_listens_on_this_machine_only(server):
    """Loopback, whatever port."""
    assert server.server_address[0] == "127.0.0.1"


def test_add_checkpoint_and_what_monitors_ask_for(server, call):
    """200 with the cosignature; the newest cosigned checkpoint can be fetched, and verifies as it is."""
    name = server.witness._path(ORIGIN).stem
    assert call("GET", f"/{'00' * 32}/checkpoint")[0] == 404
    status, _, line = call("POST", "/add-checkpoint", request(MADE, old=SIZE))
    assert status == 200
    status, _, whole = call("GET", f"/{name}/checkpoint")
    assert (status, whole) == (200, MADE[-1].note + line)
    assert [each.witness for each in cosignature.cosigners(whole, [key_of(server.witness)])]


def test_the_statuses(server, call, capsys):
    """400, 403, 404, 409 with its size and content type, 422; a fork is told to the operator with both heads."""
    other, elsewhere = fork(MADE, 3, 8, 9), MADE[-1].note.replace(ORIGIN.encode(), b"another.example/log")
    unsigned = MADE[-1].note.replace(b"\xe2\x80\x94 force", b"\xe2\x80\x94 farce")
    assert call("POST", "/add-checkpoint", b"junk")[0] == 400
    assert call("POST", "/add-checkpoint", request(MADE, old=SIZE, note=unsigned))[0] == 403
    assert call("POST", "/add-checkpoint", request(MADE, old=SIZE, note=elsewhere))[0] == 404
    assert call("POST", "/add-checkpoint", request(MADE, old=3)) == (409, "text/x.tlog.size", b"9\n")
    assert call("POST", "/add-checkpoint", b"old 9\n\n" + MADE[-1].note)[0] == 422
    assert capsys.readouterr().err.count("FORKED") == 0
    assert (
        call("POST", "/add-checkpoint", request(other, old=SIZE))[0]
        == 422
        == call("POST", "/add-checkpoint", request(other, old=SIZE))[0]
    )
    said = capsys.readouterr().err
    assert said.count("FORKED") == 2
    assert MADE[3].note.decode() in said
    assert other[-1].note.decode() in said


def test_what_is_not_there(call):
    """Other paths, and nothing outside the folder."""
    for method, path in (("POST", "/"), ("GET", "/"), ("GET", "/key.json"), ("GET", "/../key/checkpoint")):
        assert call(method, path, b"")[0] == 404
    status, _, body = call("GET", "/key/checkpoint")
    assert (status, b"seed" in body) == (404, False)


def test_a_damaged_state_is_the_operators_business(server, call, capsys):
    """500 without the reason, which is told to the operator."""
    server.witness._path(ORIGIN).write_text("{}")
    status, _, body = call("POST", "/add-checkpoint", request(MADE, old=SIZE))
    assert (status, b"damaged" in body) == (500, False)
    assert "damaged" in capsys.readouterr().err


def test_a_body_is_bounded(server):
    """Without a length, or with one too great, nothing is read, and the connection ends."""
    for length in ("", "Content-Length: 100001\r\n", "Content-Length: -1\r\n", "Content-Length: x\r\n"):
        with socket.create_connection(server.server_address, timeout=20) as client:
            client.sendall(
                f"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\n{length}\r\nPOST / HTTP/1.1".encode()
            )
            answer = b"".join(iter(lambda client=client: client.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 400")
        assert answer.count(b"HTTP/1.1") == 1


def test_a_silent_client_does_not_hold_it_up(server, call, monkeypatch):
    """Whoever says nothing is waited for in a thread of its own, and then not."""
    monkeypatch.setattr(witness_http._Handler, "timeout", 0.2)
    with socket.create_connection(server.server_address, timeout=20) as client:
        client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 10\r\n\r\n")
        assert call("POST", "/add-checkpoint", request(MADE, old=SIZE))[0] == 200
        assert client.recv(10) == b""
    assert ADA.public in server.witness.known()[0].keys
