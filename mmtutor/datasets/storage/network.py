"""What the network did, in the words of the person who waits for a file."""

from __future__ import annotations

import http.client
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

REDIRECTS = 5


class DownloadError(OSError):
    """A file could not be fetched; the sentence says why and what to do."""


class Broken(Exception):
    """The connection ended early; trying again may help.

    :ivar afresh: the server cannot go on where it stopped: the next try starts from nothing.
    """

    def __init__(self, why: str, *, afresh: bool = False) -> None:
        super().__init__(why)
        self.afresh = afresh


class Refused(Exception):
    """This address will not give us the file, however often we ask."""


class Redirects(urllib.request.HTTPRedirectHandler):
    """At most `REDIRECTS` redirects, to the web, and never from a secure page to an open one."""

    max_redirections = REDIRECTS
    max_repeats = 2

    def redirect_request(  # noqa: D102
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        old, new = (urllib.parse.urlsplit(u).scheme for u in (req.full_url, newurl))
        if new not in ("http", "https") or (old == "https" and new == "http"):
            fp.close()
            raise Refused(f"it redirects to {newurl}, which is not safe to follow")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


WEB_PAGE = (
    "a web page came instead of the file. A network that wants you to log in (hotel, train, "
    "campus) does that: open any page in a browser, log in, ask again"
)


def in_words(timeout: float, receive: Callable[[], bool]) -> bool:
    """Run a transfer; say in words what the network did."""
    try:
        return receive()
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:
            raise Broken("the server has no more than we have", afresh=True) from error
        if error.code in (408, 429) or error.code >= 500:
            raise Broken(f"the server answers {error.code} {error.reason}") from error
        if 300 <= error.code < 400:
            where = f"in a circle, more than {REDIRECTS} times, or to no web page"
            raise Refused(f"it redirects {where}") from error
        meaning = {
            404: "the file is not there (404); it may have moved",
            410: "the file was taken away (410)",
            401: "the server wants a login (401)",
            403: "the server does not let us have it (403)",
        }
        said = meaning.get(error.code, f"the server answers {error.code} {error.reason}")
        raise Refused(said) from error
    except urllib.error.URLError as error:
        raise _reason(error.reason, timeout) from error
    except DownloadError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise _reason(error, timeout) from error


def _reason(error: object, timeout: float) -> Broken | Refused:
    if isinstance(error, socket.gaierror):
        return Refused("no computer of that name is known; are you connected to the internet?")
    if isinstance(error, TimeoutError):
        return Broken(f"the server said nothing for {timeout:g} seconds")
    if isinstance(error, ConnectionRefusedError):
        return Refused("the computer is there but refuses the connection")
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return Broken("the connection broke off")
    if "CERTIFICATE" in str(error):
        return Refused(f"its certificate cannot be trusted ({error})")
    return Broken(f"{type(error).__name__}: {error}")
