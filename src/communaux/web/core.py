"""Pages of what every area shares: long work, the public journal, probes."""

from __future__ import annotations

from uuid import UUID

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import translate_url
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.commons import newest_index
from communaux.core import heartbeat, queries, tasks
from communaux.core.models import Progress
from communaux.web.accounts import signed_in

never_kept = cache_control(no_store=True)


@never_kept
@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a piece of long work is; htmx asks for the bar alone, without script the page refreshes itself."""
    work, now = get_object_or_404(Progress, pk=pk), timezone.now()
    context = {
        "work": work,
        "result": _in_this_language(work.result_url),
        "remaining": tasks.remaining_seconds(work, now),
        "silent": tasks.is_silent(work, now),
        "elapsed": tasks.elapsed_seconds(work, now),
        "pause": _pause(tasks.elapsed_seconds(work, now)),
        "messages_told": tasks.messages(work),
        "error": tasks.failure(work),
    }
    template = "core/progress.html#bar" if "HX-Request" in request.headers else "core/progress.html"
    return render(request, template, context)


def _in_this_language(url: str) -> str:
    """The address as the page speaks: it was written in the language of whoever started the work."""
    wanted = translation.get_language() or "fr"
    with translation.override("en" if url.startswith("/en/") else "fr"):
        return translate_url(url, wanted)


def _pause(elapsed: int | None) -> int:
    """Seconds before the next look: 2 at first, 10 once the work has lasted a minute and a half (10 § 3.4)."""
    return min(10, 2 + (elapsed or 0) // 12)


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    work = tasks.cancel(signed_in(request), get_object_or_404(Progress, pk=pk), at=timezone.now())
    return redirect("progress", work.pk)


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    entries = list(queries.latest_entries())
    about = [one.subject_id for one in entries if one.subject_kind == "commons"]
    named = {str(one.pk): one for one in Commons.objects.filter(pk__in=about, state="published")}
    return render(request, "core/journal.html", {"entries": entries, "about": named})


@never_kept
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_kept
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 until the database answers with every migration; the index and the worker are told, and refuse nothing."""
    try:
        executor = MigrationExecutor(connection)
        due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if due:
        return JsonResponse({"status": "migrations due", "migrations_due": due}, status=503)
    index, seen = newest_index(), heartbeat.last_seen()
    told = {"generation": index.generation, "built_at": index.built_at} if index else None
    worker = {"last_seen": seen, "alive": heartbeat.is_alive(seen, timezone.now())}
    return JsonResponse({"status": "ok", "migrations_due": 0, "index": told, "worker": worker})
