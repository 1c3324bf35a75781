"""Write a note d'opportunité through its pages, without a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import uuid4

import httpx

WHY = "Essayé une semaine par deux agents de la commune, qui disent pourquoi."


def write_note(client: httpx.Client, title: str, searches: Sequence[str], last: str) -> str:
    """Begin, search, judge all that is found, conclude; `last` is the last button: save, or freeze (and publish)."""
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    begun = client.post("/notes/nouvelle/", data=token | {"key": str(uuid4()), "title": title, "need_text": title})
    address = begun.url.path
    texts = {"title": title, "need_text": title, "conclusion": "reuse", "conclusion_text": "Le premier suffit."}
    page = begun.text
    for query in searches:
        page = client.post(address, data=token | texts | {"version": version(page), "q": query}).text
    while hits := re.findall(r'name="do" value="judge ([\w-]+)"', page):
        verdict = {"c-slug": hits[0], "c-version": "0", "c-verdict": "adapt", "c-reason": WHY}
        page = client.post(address, data=token | texts | verdict | {"version": version(page)}).text
    answer = client.post(address, data=token | texts | {"version": version(page), "do": last})
    assert answer.status_code == 200, answer.text[:2000]
    if last == "freeze":
        client.post(f"{answer.url.path}publier/", data=token)
    return str(answer.url.path)


def version(page: str) -> str:
    (found,) = re.findall(r'name="version" value="(\d+)"', page)
    return found
