"""Pages of what every area shares: long work, the public journal, probes."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from communaux.core import queries, tasks
from communaux.core.models import Progress
from communaux.web.accounts import signed_in


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a piece of long work is; htmx asks for the bar alone, without script the page refreshes itself."""
    work, now = get_object_or_404(Progress, pk=pk), timezone.now()
    context = {
        "work": work,
        "remaining": tasks.remaining_seconds(work, now),
        "silent": tasks.is_silent(work, now),
        "elapsed": int((now - work.started_at).total_seconds()) if work.started_at else None,
    }
    template = "core/progress.html#bar" if "HX-Request" in request.headers else "core/progress.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    work = tasks.cancel(signed_in(request), get_object_or_404(Progress, pk=pk), at=timezone.now())
    return redirect("progress", work.pk)


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    return render(request, "core/journal.html", {"entries": queries.latest_entries()})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    executor = MigrationExecutor(connection)
    due = executor.migration_plan(executor.loader.graph.leaf_nodes())
    status = {"status": "ok" if not due else "migrations due", "migrations_due": len(due)}
    return JsonResponse(status, status=503 if due else 200)
