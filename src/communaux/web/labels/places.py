"""Words for places of help: what they offer, to whom, at what price, and the steps of a second life of equipment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communaux.web.labels.words import Words

PLACE_SERVICE: Words = {
    "administrative": _("help with administrative steps online"),
    "everyday": _("learning the tools of every day"),
    "access": _("internet access and computers on site"),
    "equipment": _("computers at a solidarity price"),
    "safety": _("using digital tools safely"),
    "employment": _("finding work with digital tools"),
    "parenting": _("parenting and education with digital tools"),
    "understanding": _("understanding the digital world"),
    "creation": _("leisure and creation with digital tools"),
}
PLACE_PUBLIC: Words = {
    "youth": _("young people"),
    "students": _("students"),
    "families": _("families and children"),
    "seniors": _("older people"),
    "women": _("women"),
}
PLACE_FEE: Words = {
    "free": _("free of charge"),
    "conditional": _("free of charge under conditions"),
    "paid": _("to be paid"),
}
PLACE_STEP: Words = {
    "collection": _("Collection"),
    "sorting": _("Sorting"),
    "refurbishing": _("Refurbishing"),
    "distribution": _("Distribution"),
}
