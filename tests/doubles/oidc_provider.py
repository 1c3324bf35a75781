"""An identity provider of OpenID Connect on 127.0.0.1, as ProConnect is one: userinfo a signed JWT, keys of its own.

Each fault a test asks for is one attribute; everything else stays right, so that what is refused is refused for that alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET, ACCESS = "guichet", "un secret partagé", "laissez-passer-4242"
AGENT = {
    "sub": "agent-1",
    "given_name": "Camille",
    "usual_name": "Essai",
    "email": "camille.essai@ville.example",
    "siret": "35600000000048",
    "uid": "4242",
    "idp_id": "demo",
}
type Answer = tuple[str, list[tuple[str, str]], bytes]


@dataclass
class Provider:
    """What it knows and how it misbehaves. `claims`, `info` replace claims of the id_token and of the userinfo."""

    url: str = ""
    agent: dict[str, Any] = field(default_factory=lambda: dict(AGENT))
    claims: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"  # also ES256, none, and HS256: signed with the public key as if it were a secret
    shape: str = "jwt"  # of userinfo; else json
    denied: bool = False
    failing: str = ""  # a path that answers 500
    slow: float = 0  # seconds before each answer
    kid: str = "first"
    published: bool = True  # whether its keys can be had
    asked: list[str] = field(default_factory=list)  # paths
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    rsa_key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    ec_key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def turn_keys(self) -> None:
        self.rsa_key, self.kid = rsa.generate_private_key(65537, 2048), f"{self.kid}-turned"

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        time.sleep(self.slow)
        given = parse_qs(environ["QUERY_STRING"])
        if environ["REQUEST_METHOD"] == "POST":
            given |= parse_qs(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode())
        known = {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/jwks": self._keys,
        }
        if path == self.failing or path not in known:
            status, headers, body = "500 Fault", [("Content-Type", "text/plain")], b"fault"
        else:
            status, headers, body = known[path]({name: values[0] for name, values in given.items()})
        start(status, headers)
        return [body]

    def _discovery(self, _given: dict[str, str]) -> Answer:
        places = ("authorization", "token", "userinfo")
        paths = ("authorize", "token", "userinfo")
        told = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in zip(places, paths, strict=True)}
        return _json(
            told
            | {"issuer": self.url, "jwks_uri": f"{self.url}/jwks", "end_session_endpoint": f"{self.url}/logout"}
            | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        )

    def _authorize(self, given: dict[str, str]) -> Answer:
        """As if the agent had signed in there: straight back."""
        assert given["client_id"] == CLIENT
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        assert set(given["scope"].split()) >= {"openid", "email", "siret"}
        code = f"code-{len(self.codes)}"
        self.codes[code] = given
        told = {"error": "access_denied"} if self.denied else {"code": code}
        where = f"{given['redirect_uri']}?{urlencode(told | {'state': given['state']})}"
        return "302 Found", [("Location", where)], b""

    def _token(self, given: dict[str, str]) -> Answer:
        begun = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        secret = (given.get("client_id"), given.get("client_secret")) == (CLIENT, SECRET)
        if begun is None or not secret or begun["code_challenge"] != proof:
            return _json({"error": "invalid_grant"}, "400 Bad Request")
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": self.agent["sub"]}
        told = claims | ({"nonce": begun["nonce"]} if "nonce" in begun else {}) | self.claims
        return _json({"access_token": ACCESS, "token_type": "Bearer", "expires_in": 60, "id_token": self.signed(told)})

    def _userinfo(self, _given: dict[str, str]) -> Answer:
        now = int(time.time())
        told = self.agent | {"iss": self.url, "aud": CLIENT, "exp": now + 60} | self.info
        told = {name: value for name, value in told.items() if value is not None}
        if self.shape == "json":
            return _json(told)
        return "200 OK", [("Content-Type", "application/jwt; charset=utf-8")], self.signed(told).encode()

    def _keys(self, _given: dict[str, str]) -> Answer:
        first = jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa_key.public_key(), as_dict=True)
        second = jwt.algorithms.ECAlgorithm.to_jwk(self.ec_key.public_key(), as_dict=True)
        if not self.published:
            return _json({"keys": [second | {"kid": "curve", "alg": "ES256"}]})
        return _json({"keys": [first | {"kid": self.kid, "alg": "RS256"}, second | {"kid": "curve", "alg": "ES256"}]})

    def signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": self.kid})
        if self.algorithm == "HS256":
            return _by_public_key(claims, self.rsa_key, self.kid)
        key, kid = (self.ec_key, "curve") if self.algorithm == "ES256" else (self.rsa_key, self.kid)
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": kid})


def _by_public_key(claims: dict[str, Any], key: Any, kid: str) -> str:
    """The old trick: what everybody knows taken for the secret of an HMAC (the library itself refuses to do it)."""
    import hmac

    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head, body = (
        base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=")
        for one in ({"alg": "HS256", "typ": "JWT", "kid": kid}, claims)
    )
    seal = hmac.new(pem, head + b"." + body, hashlib.sha256).digest()
    return b".".join((head, body, base64.urlsafe_b64encode(seal).rstrip(b"="))).decode()


def _json(told: object, status: str = "200 OK") -> Answer:
    return status, [("Content-Type", "application/json")], json.dumps(told).encode()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *given: object) -> None:
        """Nothing on the terminal of a test."""


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.answer, server_class=_Server, handler_class=_Silent)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
