"""How every form of the desk looks: label above, help and error tied to the field, what was typed kept."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields by `parts/field.html`, wherever a template writes `{{ field.as_field_group }}` or `{{ form }}`."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
