"""Fetching one file that can be trusted, with `pooch <https://www.fatiando.org/pooch>`_.

pooch streams to a temporary file, compares the SHA-256, and asks again when a connection broke.
Added here: bounds on size and time, no way from a secure page to an open one, and what a person is
told. A file under its name is whole; what is not whole is deleted.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tqdm import tqdm

from mmtutor.datasets.storage.cache import ELSEWHERE, cannot_write, make_folder, scratch
from mmtutor.datasets.storage.checksums import sha256_of

if TYPE_CHECKING:
    from requests import Response

BLOCK = 1 << 14
GRACE = 60.0  # seconds until a server must have begun
LEAST_RATE = 10_000  # bytes a second from then on, on average

WEB_PAGE = (
    "a web page came instead of the file. A network that wants you to log in (hotel, train, "
    "campus) does that: open any page in a browser, log in, ask again"
)
STATUS = {
    404: "the file is not there (404); it may have moved",
    410: "the file was taken away (410)",
    401: "the server wants a login (401)",
    403: "the server does not let us have it (403)",
}


class DownloadError(OSError):
    """A file could not be fetched; the sentence says why and what to do."""


class _Refused(Exception):
    """This address will not give us the file, however often we ask."""


@dataclass(frozen=True)
class Remote:
    """A file somewhere else.

    :ivar name: its name here.
    :ivar urls: addresses, the first that works is used.
    :ivar size: its number of bytes.
    :ivar sha256: its SHA-256 in hexadecimal.
    """

    name: str
    urls: tuple[str, ...]
    size: int
    sha256: str

    def is_at(self, path: Path) -> bool:
        """Whether a file is this one."""
        return (
            path.is_file() and path.stat().st_size == self.size and sha256_of(path) == self.sha256
        )


def fetch(
    remote: Remote, folder: Path, *, timeout: float = 30.0, tries: int = 3, progress: bool = True
) -> Path:
    """Fetch a file into a folder, unless it is there already; return its path.

    Only one process at a time may do that: see `only_one`.

    :param remote: what to fetch.
    :param folder: where to put it; made if it is not there.
    :param timeout: seconds a server may be silent.
    :param tries: how often to ask one address when the connection breaks.
    :param progress: show a bar.
    :raises DownloadError: no address gave the file, or the disk is full.
    :raises OSError: the folder cannot be made or written to.
    """
    import pooch  # with requests, a tenth of a second that only a download is worth
    import requests

    target = folder / remote.name
    if remote.is_at(target):
        return target
    make_folder(folder)
    if (free := shutil.disk_usage(folder).free) < remote.size:
        why = f"{remote.size / 1e6:,.1f} MB are needed, {free / 1e6:,.1f} MB free"
        raise _disk_full(folder, why)
    problems = []
    with scratch(folder, remote.name) as place:
        for url in remote.urls:
            files = pooch.create(
                path=place,
                base_url="",
                registry={remote.name: f"sha256:{remote.sha256}"},
                urls={remote.name: url},
                retry_if_failed=tries - 1,
            )
            try:
                files.fetch(remote.name, downloader=_Transfer(remote, timeout, progress))
                os.replace(place / remote.name, target)
                return target
            except (requests.RequestException, ValueError, _Refused) as error:
                problems.append(f"  {url}\n    {_in_words(error, remote, timeout)[0]}")
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise _disk_full(folder, str(error.strerror)) from error
                raise cannot_write(folder, error) from error
    raise DownloadError(
        "\n".join([f"Could not fetch {remote.name} ({remote.size / 1e6:,.1f} MB):", *problems])
        + "\nNothing was kept. Check your connection and ask again; or bring the file from "
        f"elsewhere, as {target}: it is used if its SHA-256 is right."
    )


class _Transfer:
    """One file on its way: what pooch calls to fetch it, and the file that it writes to."""

    def __init__(self, remote: Remote, timeout: float, progress: bool) -> None:
        self.remote, self.timeout, self.progress = remote, timeout, progress
        self.received, self.given_up = 0, False
        self.file: BinaryIO
        self.bar: tqdm

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Fetch an address; ends in time, whatever the server does.

        A server can keep a connection alive for ever with a byte now and then, also before the
        answer begins. So one thread receives and another one looks at the clock.
        """
        failed: list[Exception] = []

        def receive() -> None:
            from pooch import HTTPDownloader

            try:
                HTTPDownloader(
                    chunk_size=BLOCK,
                    timeout=self.timeout,
                    headers={"User-Agent": "mmtutor", "Accept-Encoding": "identity"},
                    hooks={"response": self._look_at},
                )(url, self, None)
            except Exception as error:
                failed.append(error)

        name, size, begin = self.remote.name, self.remote.size, time.monotonic()
        self.received = 0
        with open(output_file, "wb") as self.file, tqdm(
            total=size, desc=name, unit="B", unit_scale=True, leave=False,
            disable=None if self.progress else True,
        ) as self.bar:  # fmt: skip
            thread = threading.Thread(target=receive, daemon=True)
            thread.start()
            try:
                while thread.is_alive():
                    thread.join(0.1)
                    if self.received < LEAST_RATE * (time.monotonic() - begin - GRACE):
                        raise _Refused("the server is too slow: it would take for ever")
            finally:
                self.given_up = thread.is_alive()
        if failed:
            words, again = _in_words(failed[0], self.remote, self.timeout)
            raise failed[0] if again else _Refused(words) from failed[0]

    def write(self, block: bytes) -> None:
        """Take the next bytes, within the size of the file."""
        if self.given_up:
            raise _Refused("nobody waits for it any longer")
        self.received += len(block)
        if self.received > self.remote.size:
            raise _Refused(f"it sends more than the {self.remote.size:,} bytes it should have")
        self.file.write(block)
        self.bar.update(len(block))

    def flush(self) -> None:
        """Hand on what was written."""
        self.file.flush()

    def _look_at(self, answer: Response, **_: Any) -> None:
        """Refuse what can be seen to be wrong before the first byte of it is asked for."""
        target = answer.headers.get("Location", "")
        if answer.is_redirect:
            if answer.url.startswith("https:") and target.lower().startswith("http:"):
                raise _Refused(f"it redirects to {target}, which is not safe to follow")
            return
        length = answer.headers.get("Content-Length", "")
        if answer.ok and length.isdigit() and int(length) != self.remote.size:
            if "html" in answer.headers.get("Content-Type", ""):
                raise _Refused(WEB_PAGE)
            raise _Refused(
                f"it has {int(length):,} bytes there, the file should have "
                f"{self.remote.size:,}: it was changed, or something else is at this address now"
            )


def _in_words(error: Exception, remote: Remote, timeout: float) -> tuple[str, bool]:
    """What the network did, for the person who waits; and whether asking again may help."""
    import requests

    text = str(error)
    if isinstance(error, _Refused):
        return text, False
    if isinstance(error, requests.HTTPError) and error.response is not None:
        code = error.response.status_code
        words = STATUS.get(code, f"the server answers {code} {error.response.reason}")
        return words, code in (408, 429) or code >= 500
    if isinstance(error, requests.exceptions.SSLError):
        return f"its certificate cannot be trusted ({error})", False
    if isinstance(error, requests.TooManyRedirects):
        return "it redirects in a circle, or too often", False
    if isinstance(error, requests.exceptions.InvalidSchema | requests.exceptions.InvalidURL):
        return f"only addresses that start with http:// or https:// are fetched ({error})", False
    if isinstance(error, requests.Timeout) or "Read timed out" in text:
        return f"the server said nothing for {timeout:g} seconds", True
    if "NameResolutionError" in text:
        return "no computer of that name is known; are you connected to the internet?", False
    if "refused" in text:
        return "the computer is there but refuses the connection", False
    if isinstance(error, requests.RequestException):
        return f"the connection broke off ({error})", True
    if isinstance(error, ValueError) and "hash" in text:
        wrong = f"its SHA-256 is not {remote.sha256}"
        return f"{wrong}: it was changed or damaged on the way, and was deleted unopened", True
    return f"{type(error).__name__}: {error}", True


def _disk_full(folder: Path, why: str) -> DownloadError:
    return DownloadError(
        f"The disk that holds {folder} is full ({why}). What had arrived was deleted. Make room, "
        f"or {ELSEWHERE}."
    )
