"""How every form of the desk looks: label above, help and error tied to the field, what was typed kept."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.forms import Field
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class Renderer(TemplatesSetting):
    """Fields by `parts/field.html`, wherever a template writes `{{ field.as_field_group }}` or `{{ form }}`."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"


def say_plainly() -> None:
    """Say in our words what every form checks; those of the framework speak of values."""
    Field.default_error_messages["required"] = _("Fill this in: it is required.")
    MinLengthValidator.message = ngettext_lazy(
        "Too short: write at least %(limit_value)d character (there is %(show_value)d).",
        "Too short: write at least %(limit_value)d characters (so far %(show_value)d).",
        "limit_value",
    )
    MaxLengthValidator.message = ngettext_lazy(
        "Too long: write at most %(limit_value)d character (there are %(show_value)d).",
        "Too long: write at most %(limit_value)d characters (there are %(show_value)d).",
        "limit_value",
    )
