"""A web server of the test's own, on loopback, that misbehaves as it is told to."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from mmtutor.datasets.storage.download import Remote, fetch

CONTENT = bytes(range(256)) * 2000  # half a megabyte: several blocks
HALF = len(CONTENT) // 2

Answer = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """Serves ``answers``: path → what to do with a request; remembers every request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append((self.path, dict(self.headers)))
                self.close_connection = True
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    web.answers.get(self.path, status(404))(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # At its own pace, it would take half a second to end.
        serve = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        serve.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def remote(self, content: bytes, *paths: str, **changes: object) -> Remote:
        """What the tests ask for: a file with this content at these addresses."""
        facts = {
            "name": "file.bin",
            "urls": tuple(self.address + path for path in paths or ("/file",)),
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return Remote(**{**facts, **changes})


def get(remote: Remote, folder: Path, **options: object) -> Path:
    """Fetch without a bar."""
    return fetch(remote, folder, **{"progress": False, "timeout": 5.0, **options})


def headers(request: BaseHTTPRequestHandler, code: int, **fields: object) -> None:
    request.send_response(code)
    request.send_header("Connection", "close")
    for name, value in fields.items():
        request.send_header(name.replace("_", "-"), str(value))
    request.end_headers()


def status(code: int, **fields: object) -> Answer:
    """An empty answer with a status."""
    return lambda request: headers(request, code, Content_Length=0, **fields)


def file(
    content: bytes, *, stop: int | None = None, then: Answer | None = None, **fields: object
) -> Answer:
    """A file; with ``stop`` the connection ends after so many bytes of it; ``then`` says how."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        headers(request, 200, **{"Content_Length": len(content), **fields})
        request.wfile.write(content[:stop])
        request.wfile.flush()
        if then:
            then(request)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """A different answer each time; the last one stays."""
    left = list(answers)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


def reset(request: BaseHTTPRequestHandler) -> None:
    """Break the connection off, as a router does that was unplugged."""
    time.sleep(0.05)  # let what was sent arrive
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()
    request.rfile.close()
