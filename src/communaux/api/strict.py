"""Unknown query parameters are refused by name: a filter that is misspelt must not be taken for one that keeps all."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, get_args, get_type_hints

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema

from communaux.core.errors import NotReady


class UnknownParameter(NotReady):
    """The query string holds names that this address does not know."""


def strict[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Refuse what the signature of a view does not name, with 422."""
    known = _names(view)

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        request = args[0]
        assert isinstance(request, HttpRequest)
        unknown = sorted(request.GET.keys() - known)[:20]
        if unknown:
            names = ", ".join(name[:40] for name in unknown)
            message = _("This address does not know these parameters: %(names)s.") % {"names": names}
            raise UnknownParameter("unknown_parameter", message, unknown=unknown, known=sorted(known))
        return view(*args, **kwargs)

    return checked


def _names(view: Callable[..., Any]) -> frozenset[str]:
    """Names a view reads: its own parameters, and the fields of the schemas among them."""
    hints, names = get_type_hints(view), set[str]()
    for name in inspect.signature(view).parameters:
        schemas = [
            one for one in (hints[name], *get_args(hints[name])) if inspect.isclass(one) and issubclass(one, Schema)
        ]
        names.update(*(schema.model_fields for schema in schemas) if schemas else ({name},))
    return frozenset(names - {"request"})
