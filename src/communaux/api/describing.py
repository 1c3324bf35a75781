"""What the OpenAPI description says of every address alike: refusals as problems, tokens, unchanged answers, moved addresses."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import OpenAPISchema

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
# What each status means here, for people; Django Ninja writes the HTTP phrase only
MEANINGS = {
    "200": "The document",
    "201": "Made: its address is in Location",
    "304": "Unchanged since the answer whose ETag was sent; no body",
    "308": "Merged or renamed: the present address is in Location",
    "400": "What was sent cannot be read",
    "401": "No token, or one that is not known, has expired or was revoked",
    "403": "The token only reads, or its owner may not do this",
    "404": "Nothing answers to this identifier",
    "405": "This address does not take this method (Allow says which)",
    "409": "Something stands against it: it was done already, or changed meanwhile; nothing was written",
    "410": "A person took it off the desk, and said why",
    "413": "More than 1 MB was sent",
    "422": "Something is missing or outside its limits (`errors`: by field), or what is known does not suffice (`missing`)",
    "503": "The desk is busy writing or cannot reach its database; try again in a moment",
}
ETAG = {"description": "Changes with the document", "schema": {"type": "string"}}
LOCATION = {"description": "The present address", "schema": {"type": "string"}}
CHALLENGE = {"description": "Bearer: send a token", "schema": {"type": "string"}}
HEADERS = {"201": {"Location": LOCATION}, "308": {"Location": LOCATION}, "401": {"WWW-Authenticate": CHALLENGE}}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer already held: 304 when nothing changed",
    "schema": {"type": "string"},
}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token made on /mon-compte/jetons/: it begins with cmx_. Writing asks for the scope `write`.",
}


def complete(schema: OpenAPISchema) -> OpenAPISchema:
    """Add to every operation what holds for all of them."""
    schema["components"]["securitySchemes"] = {"PersonalToken": TOKEN}
    for path in schema["paths"].values():
        for method, operation in path.items():
            kept = method == "get" and "security" not in operation
            if kept:
                operation.setdefault("parameters", []).append(IF_NONE_MATCH)
            operation["responses"] = _answers(operation["responses"], kept=kept)
    return schema


def _answers(own: dict[int | str, Any], *, kept: bool) -> dict[str, Any]:
    """The answers of one operation, those that any may give included; `kept`: anybody may keep a copy, and ask for changes."""
    given = {str(status): dict(answer) for status, answer in own.items()}
    given |= {status: {} for status in (*(("304",) if kept else ()), "405", "503")}
    for status, answer in given.items():
        answer["description"] = MEANINGS[status]
        if status >= "400":
            answer["content"] = PROBLEM
        if status in HEADERS:
            answer["headers"] = HEADERS[status]
    if kept:
        given["200"]["headers"] = given["304"]["headers"] = {"ETag": ETAG}
    return dict(sorted(given.items()))
