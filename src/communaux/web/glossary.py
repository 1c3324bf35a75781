"""Words of the field that the pages explain; `docs/glossary.md` has them all, with their keys in the code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = [
    (
        _("Commons"),
        _("A resource, a community that keeps it and rules that the community gives itself so that it stays shared."),
    ),
    (
        _("Resource"),
        _("What is shared: software, data, content, a standard, a method, hardware, a service or a place."),
    ),
    (_("Community"), _("The people and bodies who keep the resource alive and answer for it.")),
    (_("Governance"), _("Who decides, by which rules, and what happens to the resource if they stop.")),
    (_("Source"), _("A public catalogue that this desk reads, with its licence and the day it was read.")),
    (_("Record"), _("What one source says of one thing; it is never edited here.")),
    (_("Merged view"), _("What all records of a commons say together; each value keeps the record it comes from.")),
    (_("Declared"), _("Said by a source or a person, without evidence that the desk could check.")),
    (_("Sign of life"), _("The newest change, release or update that a source reports.")),
    (
        _("Stage"),
        _(
            "Where a commons is in its life: idea, investigation, construction, growth, operated, paused, transferred, ended."
        ),
    ),
    (
        _("Outside the commons"),
        _("Something that cannot be shared freely; described only because commons relate to it."),
    ),
    (_("Function"), _("What a public service needs done, with all the words people use for it.")),
    (
        _("Opportunity note"),
        _("The dated proof that one looked before building or buying; once frozen, nothing in it can change."),
    ),
    (
        _("Footprint"),
        _("What a digital service takes of the climate: grams of CO2 equivalent between two bounds, never a mark."),
    ),
    (
        _("Token (of a language model)"),
        _("A piece of a word, by which language models count; 100 words in French make some 150."),
    ),
    (
        _("PUE"),
        _("Power usage effectiveness: the energy of a whole data centre over that of its machines (ISO/IEC 30134-2)."),
    ),
    (_("SCI"), _("Software carbon intensity: grams for each request, user or session (ISO/IEC 21031).")),
    (
        _("RGESN"),
        _(
            "The French reference for the ecodesign of digital services: 78 criteria, published in 2024 by Arcep and others."
        ),
    ),
    (_("Journal"), _("The list of everything the desk has written, each line bound to the one before.")),
]
