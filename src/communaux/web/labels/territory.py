"""Words for territories and for what is present there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communaux.web.labels.words import Words

TERRITORY: Words = {
    "ue": _("Union"),
    "pays": _("country"),
    "region": _("region"),
    "departement": _("département"),
    "epci": _("intercommunal body"),
    "ept": _("territorial body of Greater Paris"),
    "commune": _("commune"),
    "quartier": _("quarter"),
}
TERRITORY_SUBTYPE: Words = {
    "CC": _("community of communes"),
    "CA": _("urban-area community"),
    "CU": _("urban community"),
    "METRO": _("metropolis"),
    "MET69": _("metropolis with the powers of a département"),
}
PRESENCE: Words = {
    "commons": _("Commons"),
    "actor": _("Bodies"),
}
PRESENCE_ROLE: Words = {
    "seat": _("seat"),
    "deployed": _("deployed"),
    "available": _("available"),
    "pilot": _("on trial"),
    "covers": _("covers it"),
}
MEASURE: Words = {
    "commons_deployed": _("deployments of commons inside"),
    "actors": _("bodies that have their seat inside"),
    "places": _("places of help inside"),
    "ambassadors": _("ambassadors inside"),
    "needs_open": _("open needs inside"),
    "needs_answered": _("answered needs inside"),
}
MEASURE_OF_ONE: Words = {
    "commons_deployed": _("deployment of a commons inside"),
    "actors": _("body that has its seat inside"),
    "places": _("place of help inside"),
    "ambassadors": _("ambassador inside"),
    "needs_open": _("open need inside"),
    "needs_answered": _("answered need inside"),
}
ON_MAP: Words = {
    "commons_deployed": _("Deployed commons"),
    "actors": _("Bodies with a seat"),
    "places": _("Places of help"),
    "ambassadors": _("Ambassadors"),
    "needs_open": _("Open needs"),
    "needs_answered": _("Answered needs"),
}
DISTANCE: Words = {
    "here": _("in the same place"),
    "epci": _("in the same intercommunal body"),
    "departement": _("in the same département"),
    "above": _("in a wider place that holds this one"),
}
