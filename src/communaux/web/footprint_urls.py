"""Addresses of footprints: calculators for anybody, services of a commons, what was measured of them, audits."""

from __future__ import annotations

from django.urls import path

from communaux.web import ai_notes, audit_checks, audit_comparisons, audit_reviews, audits, digital_services, footprints

urlpatterns = [
    path("empreinte/", footprints.footprint, name="footprint"),
    path("empreinte/video/", footprints.video, name="footprint_video"),
    path("empreinte/ia/", footprints.answer, name="footprint_ai"),
    path("empreinte/page/", footprints.page, name="footprint_page"),
    path("empreinte/materiel/", footprints.hardware, name="footprint_hardware"),
    path("empreinte/besoin-ia/", footprints.need_ai, name="footprint_need_ai"),
    path("empreinte/besoin-ia/signer/", ai_notes.sign, name="sign_ai_note"),
    path("empreinte/notes-ia/<uuid:pk>/", ai_notes.note, name="ai_note"),
    path("empreinte/notes-ia/<uuid:pk>/reviser/", ai_notes.revise, name="revise_ai_note"),
    path("empreinte/comparer/", audit_comparisons.side_by_side_page, name="compare_services"),
    path("empreinte/facteurs/", footprints.factors, name="footprint_factors"),
    path("ecoconception/", audits.own, name="own_declaration"),
    path("ecoconception.json", audits.own_json, name="own_declaration_json"),
    path("communs/<slug:slug>/empreinte/", digital_services.footprint_of, name="footprint_of_commons"),
    path("communs/<slug:slug>/services/nouveau/", digital_services.register, name="new_service"),
    path("communs/<slug:slug>/services/<slug:service>/", digital_services.service, name="service"),
    path("communs/<slug:slug>/services/<slug:service>/modifier/", digital_services.edit, name="edit_service"),
    path("communs/<slug:slug>/services/<slug:service>/retirer/", digital_services.withdraw, name="withdraw_service"),
    path("communs/<slug:slug>/services/<slug:service>/mesures/", digital_services.bring, name="bring_measurement"),
    path(
        "communs/<slug:slug>/services/<slug:service>/mesures/<uuid:pk>/",
        digital_services.measurement,
        name="measurement",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/mesures/<uuid:pk>/retirer/",
        digital_services.withdraw_measurement,
        name="withdraw_measurement",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/resultats/<uuid:pk>/",
        digital_services.result,
        name="footprint_result",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/resultats/<uuid:pk>/recalculer/",
        digital_services.recompute,
        name="recompute_footprint",
    ),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/", audits.start, name="start_audit"),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/", audits.audit, name="audit"),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/dire/", audits.head, name="audit_head"),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/clore/", audits.close, name="close_audit"),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/publier/", audits.publish, name="publish_audit"),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/jeter/", audits.drop, name="drop_audit"),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/verifications/",
        audit_checks.checks,
        name="audit_checks",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/comparer/<uuid:other>/",
        audit_comparisons.over_time,
        name="compare_audits",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/declaration/",
        audits.declared,
        name="declaration_of_audit",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/declaration.json",
        audits.declared_json,
        name="declaration_of_audit_json",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/revue/", audit_reviews.review, name="audit_review"
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/revue/demander/",
        audit_reviews.ask,
        name="ask_audit_review",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/revue/reprendre/",
        audit_reviews.withdraw,
        name="withdraw_audit_review",
    ),
    path(
        "communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/revue/<str:number>/",
        audit_reviews.line,
        name="review_audit_line",
    ),
    path("communs/<slug:slug>/services/<slug:service>/rgesn/<uuid:pk>/<str:number>/", audits.line, name="audit_line"),
    path("communs/<slug:slug>/services/<slug:service>/declaration/", audits.declared, name="declaration"),
    path(
        "communs/<slug:slug>/services/<slug:service>/declaration.json",
        audits.declared_json,
        name="declaration_json",
    ),
]
