"""Serve the built book on this computer, gzipped as web servers do: ``make read``."""

from __future__ import annotations

import contextlib
import errno
import functools
import gzip
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from book.command import Command

PORT = 8000
SITE = Path(__file__).parent.parent / "_build" / "html"
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".ipynb", ".md", ".txt"}


class GzipHandler(SimpleHTTPRequestHandler):
    """Sends text files gzipped to those who accept it, everything else as it is."""

    extensions_map = {  # noqa: RUF012 - the base class's own way of setting types
        **SimpleHTTPRequestHandler.extensions_map,
        ".ipynb": "application/x-ipynb+json",
        ".js": "text/javascript",
        ".woff2": "font/woff2",
    }

    def handle(self) -> None:
        """Answer a reader, who may leave before all of it is there."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answer one request."""
        if "\0" in (wanted := self.translate_path(self.path)):  # a name that no file can have
            self.send_error(404, "File not found")
            return
        path = Path(wanted)
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepts and path.is_file() and path.suffix in COMPRESSED):
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add what a page cannot say of itself (see ``_ext/content_policy.py`` for the rest)."""
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet: the reader looks at the pages, not at the log."""


@contextlib.contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve ``folder`` on loopback while the block runs; yields the address, without a slash."""
    handler = functools.partial(GzipHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def main(argv: list[str] | None = None) -> int:
    """Serve the site until Ctrl+C."""
    command = Command("make read", description=__doc__)
    command.add_argument("--port", default="")
    port = command.port(command.parse_args(argv).port, PORT)
    if not (SITE / "index.html").is_file():
        print(f"No pages in {SITE}: make book builds them", file=sys.stderr)
        return 1
    try:
        with serving(SITE, port) as address, contextlib.suppress(KeyboardInterrupt):
            print(f"Reading at {address}/book/intro.html (stop with Ctrl+C)", flush=True)
            threading.Event().wait()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = (
            "is taken, perhaps by another make read"
            if error.errno == errno.EADDRINUSE
            else ("is not open to you")
        )
        print(f"Port {port} {why}. Name another: make read PORT=8123", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
