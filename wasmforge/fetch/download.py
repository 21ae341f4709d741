"""Downloads one file over HTTP and verifies its SHA-256. A file that is not what was asked for never gets its name.

Proxies come from the usual variables (`HTTPS_PROXY`, `NO_PROXY`, …), certificates from those in `CA_VARIABLES`. A cut
connection is resumed where it ended, also by a later process; whatever was put together so is judged as a whole.
"""

import contextlib
import fcntl
import hashlib
import http.client
import io
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn
from urllib.parse import urlsplit

from wasmforge.model.units import format_size
from wasmforge.process import CancelToken
from wasmforge.store.cache_dirs import cannot_write

CA_VARIABLES = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""Variables that name a file of certificates to trust besides those of the system."""

SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
"""Where Debian keeps its certificates; a Python that was built elsewhere looks in other places."""

MAX_BYTES = 2 * 1024**3
"""Largest file that is downloaded, in bytes."""

STALL_TIMEOUT_S = 30.0
"""Seconds without any data after which a connection counts as cut."""

TIMEOUT_S = 1800.0
"""Seconds that one download may take with all its retries."""

ATTEMPTS = 4
"""Times that an address is asked before the next mirror is, when it does not answer or the connection is cut."""

RETRY_DELAY_S = 0.5
"""Seconds before the second attempt; each further one waits twice as long."""

MAX_REDIRECTS = 10

CHUNK_BYTES = 256 * 1024

PARTIAL = ".part"
"""What is behind the name of an unfinished file."""

TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses after which the same address is asked again."""

SCHEMES = ("https", "http")

Progress = Callable[[int, int | None], None]
"""Told the number of bytes that are here, and of the whole file if the server says it."""


class DownloadError(Exception):
    """The file cannot be had; the message is one line that names the address, `hint` a next step."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


class DigestMismatchError(DownloadError):
    """What was downloaded is not what was asked for: `found` is the SHA-256 of what came."""

    def __init__(self, what: str, found: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.found = found


@dataclass(frozen=True, kw_only=True)
class Downloaded:
    """A file that is here: its SHA-256, its size in bytes, and the address that it came from."""

    path: Path
    sha256: str
    size: int
    url: str


def download(
    urls: Sequence[str],
    into: Path,
    *,
    sha256: str | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    timeout: float = TIMEOUT_S,
    stall_timeout: float = STALL_TIMEOUT_S,
) -> Downloaded:
    """Download a file to `into` from the first of its addresses (`http` or `https`) that has it.

    With `sha256` (64 hexadecimal digits) the bytes must have that digest; without it, the caller judges the digest that
    is returned. What is at `into` already is taken if it has the digest. An unfinished file is kept at `into` with
    `.part` behind its name, and locked: of several processes one downloads. Raises DownloadError, DigestMismatchError,
    and ForgeError when the disk refuses.
    """
    for url in urls:
        if urlsplit(url).scheme not in SCHEMES or not urlsplit(url).hostname:
            raise DownloadError(f"{url}: is no address of http or https")
    budget = _Budget(max_bytes, time.monotonic() + timeout, stall_timeout, progress, cancel)
    problems: list[DownloadError] = []
    with _partial(into, budget) as file:
        if (found := _existing(into, sha256, urls[0])) is not None:
            return found
        for url in urls:
            try:
                return _from_one(url, file, into, sha256, budget)
            except DownloadError as e:
                problems.append(e)
                if budget.is_over():
                    break
    if len(problems) == 1:
        raise problems[0]
    what, hint = "; ".join(str(p) for p in problems), next((p.hint for p in problems if p.hint), "")
    if wrong := next((p for p in problems if isinstance(p, DigestMismatchError)), None):
        raise DigestMismatchError(what, wrong.found, wrong.hint)
    raise DownloadError(what, hint)


@dataclass(frozen=True)
class _Budget:
    """What a download may take: bytes, the monotonic time at which it must be over, seconds without data."""

    max_bytes: int
    deadline: float
    stall_timeout: float
    progress: Progress | None
    cancel: CancelToken | None

    def is_over(self) -> bool:
        """Whether nothing more may be tried."""
        return bool(self.cancel) or time.monotonic() >= self.deadline

    def demand(self, url: str) -> None:
        """Raise DownloadError when nothing more may be tried."""
        if self.cancel:
            raise DownloadError(f"{url}: interrupted")
        if time.monotonic() >= self.deadline:
            raise DownloadError(f"{url}: was not downloaded in time", "what is here is kept: try again")

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the download may take."""
        end = min(time.monotonic() + seconds, self.deadline)
        while not self.cancel and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))


class _TransientError(Exception):
    """The connection was cut, or the server asks to come again; the message says how."""


class _Partial:
    """The unfinished file, open and unbuffered: what is written is in it, whatever happens next."""

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self.path = path
        self._file = file

    @property
    def size(self) -> int:
        """Bytes that are here."""
        return os.fstat(self._file.fileno()).st_size

    def empty(self) -> None:
        """Forget what is here."""
        self._file.truncate(0)

    def append(self, data: bytes) -> None:
        """Write at the end. Raises ForgeError when the disk refuses."""
        try:
            self._file.seek(0, os.SEEK_END)
            while data:
                data = data[self._file.write(data) :]
        except OSError as e:
            raise cannot_write(self.path, e) from None

    def digest(self) -> str:
        """The SHA-256 of what is here."""
        self._file.seek(0)
        return hashlib.file_digest(self._file, "sha256").hexdigest()

    def rename(self, into: Path) -> None:
        """Give it its name. Raises ForgeError when the disk refuses."""
        try:
            self.path.replace(into)
        except OSError as e:
            raise cannot_write(into, e) from None


@contextmanager
def _partial(into: Path, budget: _Budget) -> Iterator[_Partial]:
    """The unfinished file, locked for this process; removed if nothing came."""
    path = into.with_name(f"{into.name}{PARTIAL}")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        file = _locked(path, budget)
    except OSError as e:
        raise cannot_write(path, e) from None
    with file:
        partial = _Partial(path, file)
        try:
            yield partial
        finally:
            if partial.size == 0:
                path.unlink(missing_ok=True)


def _locked(path: Path, budget: _Budget) -> io.FileIO:
    """Open the unfinished file when no other process has it, at the name that it has then."""
    while True:
        file = io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600), "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
                return file
        except BlockingIOError:
            if budget.is_over():
                file.close()
                raise DownloadError(f"{path.name}: another process is downloading it", "try again later") from None
            budget.wait(0.2)
        file.close()


def _existing(into: Path, sha256: str | None, url: str) -> Downloaded | None:
    """What is at `into`, if it is what is asked for."""
    if sha256 is None or not into.is_file():
        return None
    with into.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            return None
    return Downloaded(path=into, sha256=sha256, size=into.stat().st_size, url=url)


def _from_one(url: str, file: _Partial, into: Path, sha256: str | None, budget: _Budget) -> Downloaded:
    """Download from one address. Raises DownloadError when it does not have the file."""
    resumed = file.size > 0
    _fill(url, file, budget)
    found = file.digest()
    if sha256 is not None and found != sha256 and resumed:  # the part that was here may be of another file
        file.empty()
        _fill(url, file, budget)
        found = file.digest()
    size = file.size
    if sha256 is not None and found != sha256:
        file.empty()
        what = f"{url}: has SHA-256 {found} ({format_size(size)}), expected {sha256}"
        raise DigestMismatchError(what, found, "the file was replaced, or the digest is another file's")
    file.rename(into)
    return Downloaded(path=into, sha256=found, size=size, url=url)


def _fill(url: str, file: _Partial, budget: _Budget) -> None:
    """Download the rest of the file, in several attempts if need be."""
    delay, said, attempt = RETRY_DELAY_S, "", 0
    while attempt < ATTEMPTS:
        budget.demand(url)
        before = file.size
        try:
            _attempt(url, file, budget)
        except _TransientError as e:
            said = str(e)
            attempt += 1
            if file.size > before:  # a server that sends something is worth asking again
                attempt, delay = 1, RETRY_DELAY_S
            if attempt < ATTEMPTS:
                budget.wait(delay)
            delay *= 2
        else:
            return
    raise DownloadError(f"{url}: {said}", "check the network and the proxy; what is here is kept: try again")


def _attempt(url: str, file: _Partial, budget: _Budget) -> None:
    """One request for what is missing of the file."""
    here = file.size
    headers = {"User-Agent": "wasmforge", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - `_opener` knows http and https alone
        with _opener().open(request, timeout=budget.stall_timeout) as response:
            if here and response.status != http.client.PARTIAL_CONTENT:
                file.empty()  # the whole file comes
            elif here and not str(response.headers.get("Content-Range", "")).startswith(f"bytes {here}-"):
                file.empty()
                raise _TransientError("another part was sent than was asked for")
            _receive(url, response, file, budget)
    except urllib.error.HTTPError as e:
        with e:
            _judge_status(url, e, file)
    except urllib.error.URLError as e:
        _judge_failure(url, e.reason)
    except (OSError, http.client.HTTPException, ValueError) as e:
        _judge_failure(url, e)


def _receive(url: str, response: http.client.HTTPResponse, file: _Partial, budget: _Budget) -> None:
    length = response.headers.get("Content-Length", "")
    total = file.size + int(length) if length.isdigit() else None
    if total is not None and total > budget.max_bytes:
        raise _too_large(url, budget.max_bytes)
    while chunk := response.read1(CHUNK_BYTES):
        budget.demand(url)
        file.append(chunk)
        if file.size > budget.max_bytes:
            file.empty()
            raise _too_large(url, budget.max_bytes)
        if budget.progress:
            budget.progress(file.size, total)
    if total is not None and file.size < total:
        raise _TransientError(f"the connection was cut after {format_size(file.size)} of {format_size(total)}")


def _judge_status(url: str, error: urllib.error.HTTPError, file: _Partial) -> NoReturn:
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and file.size:
        file.empty()
        raise _TransientError("has another length than before")
    said = f"the server answered {error.code} {error.reason}".rstrip()
    if error.code in TRANSIENT_STATUSES:
        raise _TransientError(said)
    raise DownloadError(f"{url}: {said}", "check the address" if error.code in (404, 410) else "")


def _judge_failure(url: str, reason: object) -> NoReturn:
    """Raise the error for a request that got no answer; only what may go away is tried again."""
    if isinstance(reason, ssl.SSLCertVerificationError):
        hint = f"behind a company's proxy name its certificates: {CA_VARIABLES[0]}=FILE"
        raise DownloadError(f"{url}: its certificate is not trusted: {reason.verify_message}", hint)
    if isinstance(reason, TimeoutError):
        raise _TransientError("nothing came for too long")
    if isinstance(reason, ValueError | http.client.InvalidURL):
        raise DownloadError(f"{url}: is no address: {reason}")
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    raise _TransientError(words.lower() if words else type(reason).__name__)


def _too_large(url: str, max_bytes: int) -> DownloadError:
    return DownloadError(f"{url}: has more than {format_size(max_bytes)}, which is the most that is downloaded")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects as urllib does, but never from https to http."""

    max_redirections = MAX_REDIRECTS

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            fp.close()
            raise DownloadError(f"{req.full_url}: leads to {newurl}, which is not followed", "name an https address")
        new = super().redirect_request(req, fp, code, msg, headers, newurl)
        if new is not None and (part := req.get_header("Range")):
            new.add_header("Range", part)
        return new


def _opener() -> urllib.request.OpenerDirector:
    """Sends requests by http and https alone: no file, no ftp, no data."""
    opener = urllib.request.OpenerDirector()
    handlers: tuple[urllib.request.BaseHandler, ...] = (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=_trusted()),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
    )
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _trusted() -> ssl.SSLContext:
    """The certificates of the system, and those that the caller's variables name."""
    context = ssl.create_default_context()
    for bundle in (*(os.environ.get(name, "") for name in CA_VARIABLES), SYSTEM_BUNDLE):
        if bundle:
            with contextlib.suppress(OSError, ssl.SSLError):  # other programs may read what this variable names
                context.load_verify_locations(bundle)
    return context
