"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Model


def rewrite[M: Model](rows: Iterable[M], fields: Sequence[str], *, batch_size: int = 200) -> None:
    """Write these fields of rows that are stored already; all are of one model and hold all their other fields.

    The same as `bulk_update`, whose CASE of one WHEN a row took a third of an import: rows that all conflict with
    themselves are written by one plain statement.
    """
    kept = list(rows)
    if kept:
        type(kept[0])._base_manager.bulk_create(
            kept, batch_size=batch_size, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields)
        )
