"""Addresses: French at the root, the same paths in English under /en/; API, feeds and probes once."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import path
from django.views.generic import RedirectView

from communaux.api import api
from communaux.web import core, errors, organisations, pages
from communaux.web.accounts.urls import urlpatterns as account_pages
from communaux.web.catalogue import (
    claims,
    comparison,
    data,
    experiences,
    find,
    keeping,
    note_editing,
    notes,
    propose,
    providers,
    reuses,
    sheet,
    sources,
)

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many  # allauth looks for it here
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
        path("communs/<slug:slug>/s-en-occuper/", claims.claim, name="claim_commons"),
        path("demandes/<int:claim>/", claims.decide, name="claim"),
        path("communs/comparer/", comparison.compare, name="compare"),
        path("communs/comparer.csv", comparison.compare_csv, name="compare_csv"),
        path("communs/<slug:slug>.json", sheet.commons_json, name="commons_json"),
        path("communs/<slug:slug>/", sheet.commons, name="commons"),
        path("communs/<slug:slug>/histoire/", sheet.history, name="commons_history"),
        path("communs/<slug:slug>/sources/", sheet.commons_sources, name="commons_sources"),
        path("communs/<slug:slug>/usages/", reuses.uses, name="commons_uses"),
        path("communs/<slug:slug>/retours/", experiences.experiences, name="commons_experiences"),
        path("communs/<slug:slug>/prestataires/", providers.providers, name="commons_providers"),
        path("communs/<slug:slug>/utiliser/", reuses.declare, name="declare_reuse"),
        path("communs/<slug:slug>/utiliser/source/", reuses.declare_from_source, name="declare_reuse_from_source"),
        path("communs/<slug:slug>/accompagner/", providers.declare, name="declare_provider"),
        path("usages/<int:use>/", reuses.reuse, name="reuse"),
        path("usages/<int:use>/confirmer/", reuses.confirm, name="confirm_reuse"),
        path("usages/<int:use>/renouveler/", reuses.renew, name="renew_reuse"),
        path("usages/<int:use>/fin/", reuses.end, name="end_reuse"),
        path("usages/<int:use>/retour/", experiences.experience, name="experience"),
        path("usages/<int:use>/retour/retirer/", experiences.withdraw, name="withdraw_experience"),
        path("prestataires/<int:provider>/", providers.provider, name="provider"),
        path("prestataires/<int:provider>/confirmer/", providers.confirm, name="confirm_provider"),
        path("prestataires/<int:provider>/fin/", providers.end, name="end_provider"),
        path("notes/", notes.notes, name="notes"),
        path("notes/nouvelle/", notes.begin_note, name="begin_note"),
        path("notes/garder/", keeping.keep_search, name="keep_search"),
        path("notes/ajouter/", keeping.keep_compared, name="keep_compared"),
        path("notes/<uuid:note>/", notes.note, name="note"),
        path("notes/<uuid:note>.md", notes.note_file, {"ending": "md"}, name="note_md"),
        path("notes/<uuid:note>.odt", notes.note_file, {"ending": "odt"}, name="note_odt"),
        path("notes/<uuid:note>.json", notes.note_json, name="note_json"),
        path("notes/<uuid:draft>/modifier/", note_editing.edit_note, name="edit_note"),
        path("notes/<uuid:note>/publier/", notes.publish, name="publish_note"),
        path("notes/<uuid:note>/reviser/", notes.revise, name="revise_note"),
        path("sources/", sources.sources, name="sources"),
        path("donnees/", data.open_data, name="open_data"),
        path("sources/<slug:key>/importer/", sources.import_source, name="import_source"),
        path("taches/<uuid:pk>/", core.progress, name="progress"),
        path("taches/<uuid:pk>/annuler/", core.cancel, name="cancel_task"),
        path("journal/", core.journal, name="journal"),
        *account_pages,
        *organisations.urlpatterns,
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
