"""Copies of repositories from real servers: a folder, and git's own server behind HTTP on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, ENVIRONMENT, Made, git, repository

from communaux.core import hosts, mirrors
from communaux.core.mirrors import Limits, mirror
from communaux.engines.assess.kernel import read
from communaux.engines.assess.model import AssessError

FILES = {"README.md": "# Hello\n", ".mailmap": "Ada <ada@x.org> <bob@y.org>\n", "big.bin": os.urandom(200_000)}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = repository(tmp_path / "made", [Made(0, ADA, FILES), Made(1, BOB, {"a.py": "1\n"})])
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(folder, "tag", "v1.0", "main")
    return folder


class Backend(BaseHTTPRequestHandler):
    """`git http-backend`, as a web server would run it."""

    root: Path
    moved = ""

    def log_message(self, *_arguments: object) -> None:
        """Keep the output of the tests clean."""

    def do_GET(self) -> None:
        if self.moved and self.path.startswith(self.moved):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix(self.moved))
            self.end_headers()
            return
        path, _mark, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environment = ENVIRONMENT | {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        answer = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, check=False, capture_output=True
        ).stdout
        head, _blank, content = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET


@contextmanager
def served(root: Path, moved: str = "") -> Generator[str]:
    handler = type("Here", (Backend,), {"root": root, "moved": moved})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


OPEN = {"schemes": ("http", "file"), "allowed": ("127.0.0.1",)}


def objects(copy: Path) -> set[str]:
    """Ids of the contents of files that the copy holds."""
    lines = git(copy, "cat-file", "--batch-all-objects", "--batch-check").decode().splitlines()
    return {line.split()[0] for line in lines if line.split()[1] == "blob"}


def test_only_what_is_read_is_fetched(made: Path) -> None:
    wanted = {git(made, "rev-parse", f"main:{path}").decode().strip() for path in ("README.md", ".mailmap", "a.py")}
    with served(made.parent) as url, mirror(f"{url}/made", **OPEN) as copy:
        assert objects(copy) == wanted
        facts = read(copy)
        assert len(facts.history) == 2
        assert facts.changes is not None
        assert len(facts.changes.commit) == 4
        assert sorted(facts.tree.texts) == [".mailmap", "README.md"]
        assert facts.tree.texts[".mailmap"] == FILES[".mailmap"].encode()
        assert [tag.name for tag in facts.tags] == ["v1.0"]
    assert not copy.exists()


def test_a_server_that_cannot_leave_out_sends_everything(made: Path) -> None:
    git(made, "config", "uploadpack.allowFilter", "false")
    with served(made.parent) as url, mirror(f"{url}/made", **OPEN) as copy:
        assert len(objects(copy)) == 4
        assert read(copy).tree.texts[".mailmap"]


def test_the_stage_is_told_and_a_file_address_works_where_it_is_allowed(made: Path) -> None:
    stages: list[str] = []
    with mirror(f"file://{made}", told=stages.append, **OPEN) as copy:
        assert read(copy).head == git(made, "rev-parse", "main").decode().strip()
    assert stages == ["fetch"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "file:///etc",
        "ssh://git@example.org/x",
        "ext::sh -c id",
        "git://example.org/x",
        "https://user:secret@example.org/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.1:99999/x",
        "https://169.254.169.254/latest",
        "--upload-pack=id",
        "",
    ],
)
def test_where_nobody_may_go(url: str) -> None:
    with pytest.raises(AssessError) as refused, mirror(url):
        raise AssertionError("unreachable: nothing was opened")
    assert refused.value.code == "refused_host"


@pytest.mark.parametrize(
    "url", ["https://", f"https://{'a' * 70}.org/x", "https://no-such-name.invalid/x", "https://a b/x"]
)
def test_names_that_lead_nowhere(url: str) -> None:
    with pytest.raises(AssessError) as refused, mirror(url):
        raise AssertionError("unreachable: nothing was opened")
    assert refused.value.code == "unreachable"


def test_a_name_is_looked_up_once_and_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.215.14", "127.0.0.1"])
    monkeypatch.setattr(hosts.socket, "getaddrinfo", lambda *_given, **_named: [(2, 1, 6, "", (next(answers), 443))])
    assert mirrors.pinned("https://example.org/x", ()) == "example.org:443:93.184.215.14"
    with pytest.raises(AssessError) as refused:
        mirrors.pinned("https://example.org/x", ())
    assert refused.value.code == "refused_host"


def test_redirects_are_not_followed(made: Path) -> None:
    """The other address would answer: it is the redirect that is refused."""
    with served(made.parent, moved="/old") as url:
        with mirror(f"{url}/made", **OPEN) as copy:
            assert (copy / "HEAD").exists()
        with pytest.raises(AssessError) as refused, mirror(f"{url}/old/made", **OPEN):
            raise AssertionError("unreachable: nothing was opened")
    assert refused.value.code == "unreachable"


def test_what_was_not_brought_is_never_asked_for_while_reading(made: Path, tmp_path: Path) -> None:
    """A copy without contents, whose server would send them: reading refuses, and fetches nothing."""
    copy = tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{made}", str(copy))
    before = sorted(path.name for path in (copy / "objects" / "pack").iterdir())
    with pytest.raises(AssessError):
        read(copy)
    assert sorted(path.name for path in (copy / "objects" / "pack").iterdir()) == before


@pytest.mark.parametrize(
    ("name", "code"), [("nothing", "unreachable"), ("empty", "nothing_there"), ("made/objects", "unreachable")]
)
def test_what_is_no_repository(made: Path, name: str, code: str) -> None:
    repository(made.parent / "empty", [])
    with served(made.parent) as url, pytest.raises(AssessError) as refused, mirror(f"{url}/{name}", **OPEN) as copy:
        read(copy)
    assert refused.value.code == code


def test_a_page_instead_of_git(tmp_path: Path) -> None:
    class Page(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Keep the output of the tests clean."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>hello</h1>")

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(AssessError) as refused, mirror(f"http://127.0.0.1:{server.server_port}/x", **OPEN):
            raise AssertionError("unreachable: nothing was opened")
        server.shutdown()
    assert refused.value.code == "nothing_there"


def test_too_large_and_too_slow(made: Path) -> None:
    git(made, "config", "uploadpack.allowFilter", "false")
    with served(made.parent) as url:
        with pytest.raises(AssessError) as refused, mirror(f"{url}/made", limits=Limits(60, 50_000), **OPEN):
            raise AssertionError("unreachable: nothing was opened")
        assert refused.value.code == "too_big"
        with pytest.raises(AssessError) as refused, mirror(f"{url}/made", limits=Limits(0, 1 << 30), **OPEN):
            raise AssertionError("unreachable: nothing was opened")
        assert refused.value.code == "timeout"


def test_hooks_and_templates_of_the_machine_stay_out(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched, templates = tmp_path / "touched", tmp_path / "templates"
    (templates / "hooks").mkdir(parents=True)
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (templates / "hooks" / name).write_text(f"#!/bin/sh\ntouch {touched}\n")
        (templates / "hooks" / name).chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(templates))
    with mirror(f"file://{made}", **OPEN) as copy:
        assert not (copy / "hooks").exists()
    assert not touched.exists()


def test_django_is_not_needed() -> None:
    program = "import sys; import communaux.core.mirrors; print('django' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "False\n"
    )


def test_what_git_says_of_accounts_is_unreachable() -> None:
    codes: dict[str, Callable[[str], AssessError]] = {"x": mirrors.refusal}
    assert codes["x"]("fatal: could not read Username for 'https://x'").code == "unreachable"
    assert str(mirrors.refusal("")) == "git ended without a word"


def test_the_commit_that_is_offered_without_a_copy(made: Path, tmp_path: Path) -> None:
    expected = git(made, "rev-parse", "main").decode().strip()
    assert mirrors.head_of(made.as_uri(), schemes=("file",)) == expected
    empty = tmp_path / "empty"
    git(tmp_path, "init", "--quiet", "--bare", str(empty))
    with pytest.raises(AssessError) as raised:
        mirrors.head_of(empty.as_uri(), schemes=("file",))
    assert raised.value.code == "nothing_there"
    with pytest.raises(AssessError) as refused:
        mirrors.head_of("https://127.0.0.1/a.git")
    assert refused.value.code == "refused_host"
