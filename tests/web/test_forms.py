"""Every form: labels, required in words, help and errors tied to their field, what was typed kept and escaped."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import override


class Loan(forms.Form):
    title = forms.CharField(label="Title", max_length=5, help_text="Short")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    text = forms.CharField(label="Text", widget=forms.Textarea, required=False)
    form_key = forms.CharField(widget=forms.HiddenInput)


def shown(**given: str) -> str:
    with override("en"):
        return str(Loan(given or None).render())


def test_a_new_form_has_labels_and_help_and_no_error() -> None:
    page = shown()
    assert '<label for="id_title">Title (required)</label>' in page
    assert '<label for="id_text">Text</label>' in page
    assert "<legend>Kind (required)</legend>" in page
    assert '<p class="src" id="id_title_helptext">Short</p>' in page
    assert ("error" in page, "alert" in page) == (False, False)


def test_a_refused_form_says_which_fields_and_keeps_what_was_typed() -> None:
    page = shown(title="<b>too long", text="kept & safe", form_key="7")
    assert 'role="alert" tabindex="-1" id="errors" autofocus' in page
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["id_title", "id_kind"]
    assert 'id="id_kind"' in page
    (described,) = re.findall(r'name="title"[^>]*aria-describedby="([^"]+)"', page)
    assert all(f'id="{one}"' in page for one in described.split())
    assert 'value="&lt;b&gt;too long"' in page
    assert "kept &amp; safe" in page
    assert page.count('<input type="hidden" name="form_key" value="7"') == 1
