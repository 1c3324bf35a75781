"""What the OpenAPI description says of every address alike: refusals as problems, unchanged answers, moved addresses."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import OpenAPISchema

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
# What each status means here, for people; Django Ninja writes the HTTP phrase only
MEANINGS = {
    "200": "The document",
    "304": "Unchanged since the answer whose ETag was sent; no body",
    "308": "Merged or renamed: the present address is in Location",
    "400": "What was sent cannot be read",
    "404": "Nothing answers to this identifier",
    "405": "This address is only read (GET, HEAD)",
    "422": "A parameter is missing or outside its limits (`errors`), or what is known does not suffice (`missing`)",
    "503": "The desk is busy writing or cannot reach its database; try again in a moment",
}
ETAG = {"description": "Changes with the document", "schema": {"type": "string"}}
LOCATION = {"description": "The present address", "schema": {"type": "string"}}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer already held: 304 when nothing changed",
    "schema": {"type": "string"},
}


def complete(schema: OpenAPISchema) -> OpenAPISchema:
    """Add to every operation what holds for all of them."""
    for path in schema["paths"].values():
        for operation in path.values():
            operation.setdefault("parameters", []).append(IF_NONE_MATCH)
            operation["responses"] = _answers(operation["responses"])
    return schema


def _answers(own: dict[int | str, Any]) -> dict[str, Any]:
    """The answers of one operation, those that any may give included."""
    given = {str(status): dict(answer) for status, answer in own.items()}
    given |= {status: {} for status in ("304", "405", "503")}
    for status, answer in given.items():
        answer["description"] = MEANINGS[status]
        if status >= "400":
            answer["content"] = PROBLEM
    given["200"]["headers"] = given["304"]["headers"] = {"ETag": ETAG}
    if "308" in given:
        given["308"]["headers"] = {"Location": LOCATION}
    return dict(sorted(given.items()))
