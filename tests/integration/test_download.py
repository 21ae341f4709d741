"""Downloads from a server on loopback that cuts, delays, redirects and lies: what comes is whole, or an error."""

import hashlib
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.file_server import FileServer, Served, file_server
from wasmforge import process
from wasmforge.fetch import download as module
from wasmforge.fetch.download import DigestMismatchError, DownloadError, download
from wasmforge.process import CancelToken

DATA = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "RETRY_DELAY_S", 0.01)
    with file_server() as found:
        yield found


def failure(*urls: str, into: Path, sha256: str | None = DIGEST, **more: object) -> DownloadError:
    with pytest.raises(DownloadError) as caught:
        download(urls, into, sha256=sha256, **more)  # type: ignore[arg-type]
    assert not into.exists()
    return caught.value


def test_a_file_comes_whole_and_is_not_asked_for_again(server: FileServer, tmp_path: Path) -> None:
    url, into, told = server.add("/a.tar.gz", DATA), tmp_path / "new/a.tar.gz", list[tuple[int, int | None]]()
    found = download([url], into, sha256=DIGEST, progress=lambda *at: told.append(at))
    assert (found.sha256, found.size, found.url) == (DIGEST, len(DATA), url)
    assert into.read_bytes() == DATA
    assert told[-1] == (len(DATA), len(DATA))
    download([url], into, sha256=DIGEST)
    assert len(server.requests) == 1
    assert [p.name for p in into.parent.iterdir()] == ["a.tar.gz"]


def test_without_a_digest_the_caller_is_told_it(server: FileServer, tmp_path: Path) -> None:
    assert download([server.add("/a", DATA)], tmp_path / "a").sha256 == DIGEST


def test_a_cut_connection_is_resumed_where_it_ended(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(DATA, cuts=[1000, 500])
    download([f"{server.url}/a"], tmp_path / "a", sha256=DIGEST)
    assert [part for _, part in server.requests] == ["", "bytes=1000-", "bytes=1500-"]


def test_a_server_without_ranges_is_asked_for_all_of_it(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(DATA, cuts=[1000], ranges=False)
    assert download([f"{server.url}/a"], tmp_path / "a", sha256=DIGEST).size == len(DATA)


def test_a_cut_without_a_length_is_found_by_the_digest(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(DATA, cuts=[1000], length=False)
    assert isinstance(failure(f"{server.url}/a", into=tmp_path / "a"), DigestMismatchError)


def test_what_an_earlier_process_left_is_resumed_and_judged_as_a_whole(server: FileServer, tmp_path: Path) -> None:
    url = server.add("/a", DATA)
    (tmp_path / "a.part").write_bytes(DATA[:5000])
    download([url], tmp_path / "a", sha256=DIGEST)
    assert [part for _, part in server.requests] == ["bytes=5000-"]
    (tmp_path / "b.part").write_bytes(b"?" * 5000)
    download([url], tmp_path / "b", sha256=DIGEST)
    assert [part for _, part in server.requests][1:] == ["bytes=5000-", ""]
    (tmp_path / "c.part").write_bytes(b"?" * 2 * len(DATA))
    assert download([url], tmp_path / "c", sha256=DIGEST).size == len(DATA)


def test_a_partial_file_of_a_failure_is_kept_for_the_next_time(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(DATA, cuts=[700, *[0] * 20])
    problem = failure(f"{server.url}/a", into=tmp_path / "a")
    assert "the connection was cut after 700 B of 1000.0 KiB" in str(problem)
    assert "what is here is kept" in problem.hint
    assert (tmp_path / "a.part").read_bytes() == DATA[:700]


def test_another_file_is_refused_with_both_digests_and_never_kept(server: FileServer, tmp_path: Path) -> None:
    problem = failure(server.add("/a", b"other"), into=tmp_path / "a")
    assert isinstance(problem, DigestMismatchError)
    assert problem.found == hashlib.sha256(b"other").hexdigest()
    assert problem.found in str(problem)
    assert DIGEST in str(problem)
    assert not [*tmp_path.iterdir()]


def test_the_next_mirror_is_asked_after_one_that_is_gone_wrong_or_silent(server: FileServer, tmp_path: Path) -> None:
    good, wrong = server.add("/good", DATA), server.add("/wrong", b"other")
    silent = "http://127.0.0.1:9/a"  # the port of `discard`, on which nobody listens
    assert download([f"{server.url}/none", wrong, silent, good], tmp_path / "a", sha256=DIGEST).url == good
    problem = failure(f"{server.url}/none", silent, into=tmp_path / "b")
    assert "the server answered 404" in str(problem)
    assert "connection refused" in str(problem)


def test_a_busy_server_is_asked_again_and_a_missing_file_is_not(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(DATA, statuses=[503, 429])
    download([f"{server.url}/a"], tmp_path / "a", sha256=DIGEST)
    server.files["/b"] = Served(DATA, statuses=[403])
    assert "403" in str(failure(f"{server.url}/b", into=tmp_path / "b"))
    assert [path for path, _ in server.requests] == ["/a", "/a", "/a", "/b"]


def test_redirects_lead_to_http_alone_and_end(server: FileServer, tmp_path: Path) -> None:
    server.add("/there", DATA)
    server.files["/a"] = Served(redirect="/there")
    download([f"{server.url}/a"], tmp_path / "a", sha256=DIGEST)
    (tmp_path / "secret").write_bytes(DATA)
    server.files["/b"] = Served(redirect=f"file://{tmp_path}/secret")
    assert "is not allowed" in str(failure(f"{server.url}/b", into=tmp_path / "b"))
    server.files["/c"] = Served(redirect="/c")
    assert "302" in str(failure(f"{server.url}/c", into=tmp_path / "c"))


def test_a_cut_behind_a_redirect_is_resumed(server: FileServer, tmp_path: Path) -> None:
    server.files["/there"] = Served(DATA, cuts=[1000])
    server.files["/a"] = Served(redirect="/there")
    download([f"{server.url}/a"], tmp_path / "a", sha256=DIGEST)
    assert server.requests[-1] == ("/there", "bytes=1000-")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/a", "data:,x", "/etc/passwd", "http:///a", ""])
def test_no_other_scheme_is_opened(url: str, tmp_path: Path) -> None:
    assert "is no address of http or https" in str(failure(url, into=tmp_path / "a"))


def test_a_file_that_is_too_large_is_refused_whether_its_length_is_told_or_not(
    server: FileServer, tmp_path: Path
) -> None:
    server.add("/a", DATA)
    assert "has more than 1000 B" in str(failure(f"{server.url}/a", into=tmp_path / "a", max_bytes=1000))
    server.files["/b"] = Served(DATA, length=False)
    assert "has more than 1000 B" in str(failure(f"{server.url}/b", into=tmp_path / "b", max_bytes=1000))
    assert not [*tmp_path.iterdir()]


def test_a_server_that_stalls_or_drips_is_given_up(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(b"xy", delay=1.0)
    assert "nothing came for too long" in str(failure(f"{server.url}/a", into=tmp_path / "a", stall_timeout=0.05))
    server.files["/b"] = Served(b"x" * 1000, delay=0.02)
    assert "was not downloaded in time" in str(failure(f"{server.url}/b", into=tmp_path / "b", timeout=0.2))


def test_an_interrupted_download_ends(server: FileServer, tmp_path: Path) -> None:
    server.files["/a"] = Served(b"x" * 1000, delay=0.01)
    cancel = CancelToken()
    problem = failure(f"{server.url}/a", into=tmp_path / "a", cancel=cancel, progress=lambda *_: cancel.set())
    assert "interrupted" in str(problem)


def test_the_proxy_of_the_environment_is_used_unless_the_host_is_excepted(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("/proxy/upstream.test/a", DATA)
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    download(["http://upstream.test/a"], tmp_path / "a", sha256=DIGEST)
    download([server.add("/b", DATA)], tmp_path / "b", sha256=DIGEST)
    assert [path for path, _ in server.requests] == ["/proxy/upstream.test/a", "/b"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    key, made = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    done = process.run(words, env={"PATH": os.environ["PATH"]}, timeout=60)
    assert done.ok, done.text
    (tmp_path / "both.pem").write_bytes(key.read_bytes() + made.read_bytes())
    return made


def test_a_certificate_counts_where_a_variable_names_it(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in module.CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with file_server(certificate.with_name("both.pem")) as server:
        url = server.add("/a", DATA)
        problem = failure(url, into=tmp_path / "a")
        assert "its certificate is not trusted" in str(problem)
        assert "SSL_CERT_FILE=FILE" in problem.hint
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(certificate))
        download([url], tmp_path / "a", sha256=DIGEST)
        server.files["/b"] = Served(redirect="http://127.0.0.1:9/a")
        assert "leads to http://127.0.0.1:9/a, which is not followed" in str(
            failure(f"{server.url}/b", into=tmp_path / "b")
        )


def _in_a_process(url: str, into: Path) -> None:
    download([url], into, sha256=DIGEST)


def test_of_several_processes_one_downloads(server: FileServer, tmp_path: Path) -> None:
    url = server.add("/a", DATA)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_in_a_process, args=(url, tmp_path / "a")) for _ in range(2)]
    for each in processes:
        each.start()
    for each in processes:
        each.join(30)
        assert each.exitcode == 0
    assert (tmp_path / "a").read_bytes() == DATA
    assert len(server.requests) == 1
