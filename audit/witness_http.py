"""A witness over HTTP, on the loopback of its own machine (c2sp.org/tlog-witness).

    POST /add-checkpoint                        200 and the cosignature; 400, 403, 404, 409, 422 as specified
    GET  /<SHA-256 of the origin>/checkpoint    the checkpoint cosigned last, or 404

There is no authentication but the log's own signature on the head, as the specification has it. Only loopback
addresses are served: whoever wants it reachable puts something in front of it that is made for that.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from audit.errors import AuditError, Declined, Forked
from audit.verdict import broken
from audit.witness import MAX_REQUEST
from audit.witness_store import Witness

HOST = "127.0.0.1"
PATIENCE = 10  # seconds for which a silent client is waited for
SIZE_TYPE, TEXT_TYPE = "text/x.tlog.size", "text/plain; charset=utf-8"


class Server(ThreadingHTTPServer):
    """The witness listening on a port of the loopback interface; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, witness: Witness, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.witness = witness


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server: Server

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_REQUEST:
            self.close_connection = True  # what follows is not read, so it cannot be taken for a request
            self._answer(400, "a request has a length, and is not longer than one can be\n")
            return
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._answer(404, "there is nothing here but add-checkpoint\n")
            return
        self._judged(lambda: self.server.witness.add_checkpoint(body))

    def do_GET(self) -> None:
        name = self.path.removeprefix("/").removesuffix("/checkpoint")
        if self.path != f"/{name}/checkpoint":
            self._answer(404, "there is nothing here but ORIGIN-HASH/checkpoint\n")
            return
        self._judged(lambda: self.server.witness.latest(name))

    def _judged(self, act: Any) -> None:
        try:
            self._answer(200, act())
        except Declined as exc:
            self._answer(exc.status, exc.body, SIZE_TYPE if exc.status == 409 else TEXT_TYPE)
        except Forked as exc:
            sys.stderr.write(broken(exc))
            self._answer(422, f"{exc.message}\n")
        except (AuditError, OSError) as exc:
            sys.stderr.write(f"{exc}\n")
            self._answer(500, "the witness cannot answer; its operator has been told why\n")

    def _answer(self, status: int, text: str, kind: str = TEXT_TYPE) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Nothing of this machine is told to whoever asks."""
        return "witness"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the standard library
        """One line a request, without what the client chose to call itself."""
        sys.stderr.write(f"{self.log_date_time_string()} {format % args!r}\n")
