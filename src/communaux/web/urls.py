"""Addresses: French at the root, the same paths in English under /en/; API, feeds and probes once."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import RedirectView

from communaux.api import api
from communaux.web import accounts, core, errors, pages
from communaux.web.catalogue import find, propose, sheet, sources
from communaux.web.space.urls import urlpatterns as space_pages

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("api/v1/", RedirectView.as_view(pattern_name="api:openapi-json")),
    path("api/v1/", api.urls),
    path("healthz", core.healthz, name="healthz"),
    path("readyz", core.readyz, name="readyz"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("opensearch.xml", pages.opensearch, name="opensearch"),
    *i18n_patterns(
        path("", find.home, name="home"),
        path("chercher/", find.search, name="search"),
        path("communs/", sheet.commons_list, name="commons_list"),
        path("communs/proposer/", propose.propose, name="propose"),
        path("communs/<slug:slug>/modifier/", propose.edit, name="edit_commons"),
        path("communs/<slug:slug>/remplir/", propose.fill, name="fill_commons"),
        path("communs/<slug:slug>/lire-le-depot/", propose.fetch, name="fetch_commons"),
        path("communs/<slug:slug>/publier/", propose.publish, name="publish_commons"),
        path("communs/<slug:slug>.json", sheet.commons_json, name="commons_json"),
        path("communs/<slug:slug>/", sheet.commons, name="commons"),
        path("communs/<slug:slug>/histoire/", sheet.history, name="commons_history"),
        path("communs/<slug:slug>/sources/", sheet.commons_sources, name="commons_sources"),
        path("sources/", sources.sources, name="sources"),
        path("sources/<slug:key>/importer/", sources.import_source, name="import_source"),
        path("taches/<uuid:pk>/", core.progress, name="progress"),
        path("taches/<uuid:pk>/annuler/", core.cancel, name="cancel_task"),
        path("journal/", core.journal, name="journal"),
        *space_pages,
        path("connexion/", accounts.SignIn.as_view(), name="login"),
        path("deconnexion/", LogoutView.as_view(), name="logout"),
        path("mon-compte/", accounts.account, name="account"),
        path("aide/", pages.help_page, name="help"),
        path("glossaire/", pages.glossary, name="glossary"),
        path("plan-du-site/", pages.site_map, name="sitemap_page"),
        path("accessibilite/", pages.accessibility, name="accessibility"),
        path("donnees-personnelles/", pages.privacy, name="privacy"),
        path("mentions-legales/", pages.legal, name="legal"),
        path("etat/", pages.status, name="status"),
        prefix_default_language=False,
    ),
]
