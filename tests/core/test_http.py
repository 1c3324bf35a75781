"""Outside HTTP: nothing private can be reached, nothing too large is read, what fails is told."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from communaux.core import hosts, http
from communaux.core.errors import BadRequest, Unavailable


@pytest.fixture
def open_door(settings: object, httpserver: HTTPServer) -> HTTPServer:
    """A server on this machine that the guard is told to let through."""
    settings.PRIVATE_HOSTS_ALLOWED = (httpserver.host,)
    return httpserver


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "127.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
        ),
        *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]"),
        *("[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "[fec0::1]"),
        *("224.0.0.1", "239.1.1.1", "[ff02::1]", "[ff0e::1]"),
        *("[::ffff:169.254.169.254]", "[2001:db8::1]", "localhost", "2130706433", "0x7f000001", "127.1"),
    ],
)
def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(BadRequest) as refused:
        http.get(f"http://{host}:9/")
    assert refused.value.code == "private_address"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://demo.example/x",
        "file:///etc/passwd",
        "gopher://demo.example/",
        "javascript:alert(1)",
        "http://",
        "data:,x",
    ],
)
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(BadRequest) as refused:
        http.get(url)
    assert refused.value.code == "bad_address"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pas une adresse",
        "http://exa mple.org/",
        "http://a.invalid:99999/",
        "http://[::1/",
        "//demo.example/",
        "http://\x00/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadRequest) as refused:
        http.get(url)
    assert refused.value.code == "bad_address"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".invalid"])
def test_an_unknown_name_is_told(host: str) -> None:
    with pytest.raises(Unavailable) as refused:
        http.get(f"http://{host}/", attempts=1)
    assert refused.value.code == "unknown_host"


def test_a_page_comes_back_whole(open_door: HTTPServer) -> None:
    open_door.expect_request("/a").respond_with_data(
        "é", headers={"etag": '"1"'}, content_type="text/plain; charset=utf-8"
    )
    answer = http.get(open_door.url_for("/a"))
    assert (answer.status, answer.body.decode(), answer.etag) == (200, "é", '"1"')
    assert (answer.url, answer.content_type.split(";")[0]) == (open_door.url_for("/a"), "text/plain")


def test_the_name_asked_travels_although_its_address_is_used(settings: object, httpserver: HTTPServer) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = ("localhost",)
    httpserver.expect_request("/").respond_with_handler(lambda request: Response(request.headers["host"]))
    answer = http.get(f"http://localhost:{httpserver.port}/")
    assert answer.body.decode() == f"localhost:{httpserver.port}"


def test_an_unchanged_page_costs_nothing(open_door: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        return Response(status=304) if request.headers.get("if-none-match") == '"1"' else Response("new")

    open_door.expect_request("/a").respond_with_handler(answer)
    same = http.get(open_door.url_for("/a"), etag='"1"')
    assert (same.status, same.body) == (304, b"")
    assert http.get(open_door.url_for("/a")).body == b"new"


def test_redirects_are_followed_five_times(open_door: HTTPServer) -> None:
    for step in range(7):
        open_door.expect_request(f"/{step}").respond_with_data(status=302, headers={"location": f"/{step + 1}"})
    open_door.expect_request("/7").respond_with_data("end")
    assert http.get(open_door.url_for("/2")).url == open_door.url_for("/7")
    with pytest.raises(BadRequest) as refused:
        http.get(open_door.url_for("/1"))
    assert refused.value.code == "too_many_redirects"


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://[::1]:1/", "http://127.0.0.1:1/", "http://169.254.169.254/latest/"]
)
def test_a_redirect_to_a_private_address_is_refused(open_door: HTTPServer, target: str) -> None:
    open_door.expect_request("/a").respond_with_data(status=302, headers={"location": target})
    with pytest.raises(BadRequest) as refused:
        http.get(open_door.url_for("/a"))
    assert refused.value.code == "private_address"


def test_a_redirect_out_of_http_is_refused(open_door: HTTPServer) -> None:
    open_door.expect_request("/a").respond_with_data(status=302, headers={"location": "file:///etc/passwd"})
    with pytest.raises(BadRequest) as refused:
        http.get(open_door.url_for("/a"))
    assert refused.value.code == "bad_address"


def test_what_is_too_large_is_refused_as_soon_as_it_is(open_door: HTTPServer) -> None:
    open_door.expect_request("/a").respond_with_data(b"x" * 1001)
    with pytest.raises(BadRequest) as refused:
        http.get(open_door.url_for("/a"), limit=1000)
    assert refused.value.code == "too_large"
    assert len(http.get(open_door.url_for("/a"), limit=1001).body) == 1001


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "2001:660::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert hosts.is_public(ipaddress.ip_address(address))


def test_a_body_that_drips_is_given_up(open_door: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes well before the timeout between two reads; all of them would take five seconds."""

    def drip() -> Iterator[bytes]:
        for _byte in range(100):
            time.sleep(0.05)
            yield b"x"

    monkeypatch.setattr(http, "WITHIN", 0.3)
    open_door.expect_request("/a").respond_with_handler(lambda request: Response(drip()))
    began = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        http.get(open_door.url_for("/a"))
    assert refused.value.code == "too_slow"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(("status", "asked"), [(404, 1), (410, 1), (500, 1), (502, 3), (503, 3), (429, 3)])
def test_only_passing_faults_are_asked_again(open_door: HTTPServer, status: int, asked: int) -> None:
    open_door.expect_request("/a").respond_with_data(status=status)
    with pytest.raises(Unavailable):
        http.get(open_door.url_for("/a"))
    assert len(open_door.log) == asked


def test_a_fault_that_passes_is_forgotten(open_door: HTTPServer) -> None:
    open_door.expect_ordered_request("/a").respond_with_data(status=503)
    open_door.expect_ordered_request("/a").respond_with_data("back")
    assert http.get(open_door.url_for("/a")).body == b"back"


def test_a_closed_port_is_told(settings: object) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = ("127.0.0.1",)
    with pytest.raises(Unavailable) as refused:
        http.get("http://127.0.0.1:9/", attempts=1)
    assert refused.value.code == "no_answer"
