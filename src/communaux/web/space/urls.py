"""Addresses of one's own space, and of what is followed from elsewhere."""

from __future__ import annotations

from django.urls import path

from communaux.web import identities
from communaux.web.space import acts, follow, messages, pages, unsubscribe

urlpatterns = [
    path("mon-espace/", pages.space, name="space"),
    path("mon-espace/lu/", pages.mark_read, name="mark_read"),
    path("mon-espace/ne-plus-suivre/", follow.unfollow, name="unfollow"),
    path("mon-espace/reglages/", pages.choices, name="space_settings"),
    path("mon-espace/messages/", messages.inbox, name="messages"),
    path("mon-espace/messages/<uuid:message>/repondu/", messages.answered, name="answer_message"),
    path("mon-espace/depots/", identities.own_traces, name="own_traces"),
    path("mon-espace/depots/compter/", identities.count_me, name="count_me"),
    path("mon-espace/actes/<uuid:act>/", acts.dual_act, name="dual_act"),
    path("mon-espace/actes/<uuid:act>/decider/", acts.decide_dual_act, name="decide_dual_act"),
    path("communs/<slug:slug>/suivre/", follow.follow_commons, name="follow_commons"),
    path("feuilles-de-route/<slug:roadmap>/suivre/", follow.follow_roadmap, name="follow_roadmap"),
    path("rendez-vous/<slug:gathering>/suivre/", follow.follow_gathering, name="follow_gathering"),
    path("desabonnement/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
