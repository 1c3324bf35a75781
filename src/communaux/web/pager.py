"""Pages of a list: the number asked for, the numbers around it."""

from __future__ import annotations

from django.http import HttpRequest


def asked(request: HttpRequest) -> int:
    """`?page=` as a number, a huge one as a page beyond the last; anything else is page 1."""
    text = request.GET.get("page", "1")
    return int(text[:7]) if text.isascii() and text.isdigit() else 1


def context(page: int, pages: int) -> dict[str, int]:
    return {"page": page, "pages": pages, "previous_page": page - 1, "next_page": page + 1}
