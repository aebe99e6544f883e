"""Fetching one file that can be trusted.

Bytes go to ``<name>.part``. Only when their number and their SHA-256 are the expected ones does the
file get its name, in one move: a file under its name is whole. A connection that breaks is taken up
where it broke, if the server can say that its file is still the same one (``ETag``, ``If-Range``);
otherwise the download starts again.
"""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from mmtutor.datasets.storage.cache import cannot_write, folder_for, only_one
from mmtutor.datasets.storage.checksums import sha256_of
from mmtutor.datasets.storage.network import (
    WEB_PAGE,
    Broken,
    DownloadError,
    Redirects,
    Refused,
    in_words,
)

BLOCK = 1 << 16


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
    remote: Remote,
    folder: Path,
    *,
    timeout: float = 30.0,
    tries: int = 3,
    pause: float = 1.0,
    progress: bool = True,
) -> Path:
    """Fetch a file into a folder, unless it is there already; return its path.

    :param remote: what to fetch.
    :param folder: where to put it; made if it is not there.
    :param timeout: seconds a server may be silent.
    :param tries: how often to ask one address after the connection broke.
    :param pause: seconds before asking again, doubled each time.
    :param progress: show a bar.
    :raises DownloadError: no address gave the file. What had arrived is kept as ``<name>.part`` if
        it can be taken up later (the message says so), and deleted otherwise.
    :raises OSError: the folder cannot be made or written to.
    """
    target = folder / remote.name
    if remote.is_at(target):
        return target
    with folder_for(folder), only_one(folder, remote.name):
        if not remote.is_at(target):  # who held the lock before us may have brought it
            _Transfer(remote, folder, timeout, tries, pause, progress).run(target)
    return target


class _Transfer:
    """One file on its way: the bytes so far, and what is needed to take them up again."""

    def __init__(
        self, remote: Remote, folder: Path, timeout: float, tries: int, pause: float, bar: bool
    ) -> None:
        self.remote, self.folder = remote, folder
        self.timeout, self.tries, self.pause, self.progress = timeout, tries, pause, bar
        self.part = folder / f"{remote.name}.part"
        self.note = folder / f"{remote.name}.part.from"  # two lines: address and ETag

    def run(self, target: Path) -> None:
        """Ask each address in turn; move the file to its place when it is whole."""
        said, keep = [], False
        try:
            if self.remote.is_at(self.part):  # stopped right before the last step
                os.replace(self.part, target)
                return
            for url in self.remote.urls:
                try:
                    keep = True  # what has come stays if we are stopped here (Ctrl-C)
                    self._ask(url)
                    os.replace(self.part, target)
                    keep = False
                    return
                except Refused as error:
                    keep = False
                    self._forget()
                    said.append(f"{url}\n    {error}")
                except Broken as error:
                    keep = True
                    said.append(f"{url}\n    {error}")
                except OSError:
                    keep = False
                    raise
            raise DownloadError(self._message(said))
        finally:
            if not (keep and self._can_go_on()):
                self._forget()

    def _ask(self, url: str) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise Refused("only addresses that start with http:// or https:// are fetched")
        failures = 0
        while True:
            try:
                went_on = self._receive(url)
            except Broken as error:
                failures += 1
                if error.afresh:
                    self._forget()
                if failures == self.tries:
                    raise
                time.sleep(self.pause * 2 ** (failures - 1))
                continue
            if sha256_of(self.part) == self.remote.sha256:
                return
            wrong = self._what_came()
            self._forget()
            if not went_on:
                raise Refused(wrong)
            # Two halves of different files: the server's word was wrong. Once more from the start.

    def _receive(self, url: str) -> bool:
        """Receive the rest of the file; True if bytes of an earlier time were kept."""
        have, request = 0, urllib.request.Request(url)
        request.add_header("User-Agent", "mmtutor")
        request.add_header("Accept-Encoding", "identity")
        if etag := self._etag(url):
            have = self.part.stat().st_size
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", etag)
        self._room(self.remote.size - have)
        opener = urllib.request.build_opener(Redirects)
        return in_words(self.timeout, lambda: self._save(opener, request, url, have))

    def _save(
        self, opener: urllib.request.OpenerDirector, request: urllib.request.Request, url: str,
        have: int,
    ) -> bool:  # fmt: skip
        with opener.open(request, timeout=self.timeout) as answer:
            if answer.status == 206:
                if not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                    raise Broken("the server goes on at another place than asked", afresh=True)
            else:
                have = 0
            length = answer.headers.get("Content-Length")
            if length and length.isdigit() and have + int(length) != self.remote.size:
                self._refuse_size(answer, have + int(length))
            etag = answer.headers.get("ETag", "")
            if not have:
                self._forget()
            with self._guard(lambda: self.part.open("ab" if have else "wb")) as file:
                self._remember(url, etag)
                self._copy(answer, file, have)
        return have > 0

    def _copy(self, answer: http.client.HTTPResponse, file: BinaryIO, have: int) -> None:
        size = self.remote.size
        bar = tqdm(
            total=size, initial=have, desc=self.remote.name, unit="B", unit_scale=True,
            leave=False, disable=not self.progress,
        )  # fmt: skip
        with bar:
            while block := answer.read1(BLOCK):
                have += len(block)
                if have > size:
                    raise Refused(f"it sends more than the {size:,} bytes the file should have")
                self._guard(lambda block=block: (file.write(block), file.flush()))
                bar.update(len(block))
        if have < size:
            raise Broken(f"the connection ended after {have:,} of {size:,} bytes")

    # ── what came ──────────────────────────────────────────────────────────────────────────────
    def _refuse_size(self, answer: http.client.HTTPResponse, size: int) -> None:
        if "html" in answer.headers.get("Content-Type", ""):
            raise Refused(WEB_PAGE)
        raise Refused(
            f"it has {size:,} bytes there, the file should have {self.remote.size:,}: it was "
            "changed, or something else is at this address now"
        )

    def _what_came(self) -> str:
        with self.part.open("rb") as file:
            start = file.read(512).lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")):
            return WEB_PAGE
        return (
            f"its SHA-256 is {sha256_of(self.part)}, expected {self.remote.sha256}: it was changed "
            "or damaged on the way, and was deleted unopened"
        )

    # ── the part on disk ───────────────────────────────────────────────────────────────────────
    def _etag(self, url: str) -> str:
        """The ETag of the file whose first bytes we have, if it came from this address."""
        try:
            source, etag = self.note.read_text(encoding="utf-8").splitlines()
            return etag if source == url and 0 < self.part.stat().st_size < self.remote.size else ""
        except (OSError, ValueError):
            return ""

    def _remember(self, url: str, etag: str) -> None:
        # A weak ETag (W/"…") promises the same meaning, not the same bytes.
        if etag.startswith('"') and etag.isprintable():
            self._guard(lambda: self.note.write_text(f"{url}\n{etag}", encoding="utf-8"))
        else:
            self.note.unlink(missing_ok=True)

    def _can_go_on(self) -> bool:
        return any(self._etag(url) for url in self.remote.urls)

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _room(self, needed: int) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise self._disk_full(f"{needed / 1e6:,.1f} MB are needed, {free / 1e6:,.1f} MB free")

    def _disk_full(self, why: str) -> DownloadError:
        return DownloadError(
            f"The disk that holds {self.folder} is full ({why}). What had arrived of "
            f"{self.remote.name} was deleted. Make room, or name another folder with --folder, "
            "folder=… or the environment variable MMTUTOR_DATA."
        )

    def _guard(self, write: Callable) -> BinaryIO:
        """Do something to the disk; what goes wrong there is not the network's fault."""
        try:
            return write()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise self._disk_full(error.strerror) from error
            raise DownloadError(str(cannot_write(self.folder, error))) from error

    def _message(self, said: list[str]) -> str:
        lines = [f"Could not fetch {self.remote.name} ({self.remote.size / 1e6:,.1f} MB):"]
        lines += [f"  {one}" for one in said]
        if self._can_go_on():
            have = self.part.stat().st_size
            lines.append(
                f"{have / 1e6:,.1f} MB have arrived and are kept in {self.part}. Ask again to go "
                "on from there, or delete that file."
            )
        else:
            lines.append(
                f"Nothing was kept. Check your connection and ask again; or bring the file from "
                f"elsewhere, as {self.folder / self.remote.name}: it is used if its SHA-256 is "
                "right."
            )
        return "\n".join(lines)
