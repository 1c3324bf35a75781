"""Addresses of accounts: our French paths; names beginning with account_ or mfa_ are those by which allauth finds them."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from communaux.web import resuming
from communaux.web.accounts import data, devices, pages, proconnect, tokens
from communaux.web.accounts.trial import kept_for_all

sign_in, sign_out, home = pages.SignIn.as_view(), proconnect.sign_out, pages.account

SIGNING_IN = [
    path("inscription/", pages.SignUp.as_view(), name="account_signup"),
    path("inscription/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("connexion/", sign_in, name="account_login"),
    path("connexion/", sign_in, name="login"),
    path("connexion/courriel/", pages.AskForCode.as_view(), name="account_request_login_code"),
    path("connexion/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/deuxieme-etape/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/cle/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/proconnect/", kept_for_all(proconnect.begin), name="proconnect"),
    path(
        "connexion/proconnect/retour/",
        proconnect.callback,
        {"provider_id": "proconnect"},
        name="openid_connect_callback",
    ),
    path("connexion/ferme/", account.account_inactive, name="account_inactive"),
    path("connexion/reprendre/", resuming.resume, name="resume"),
    path("deconnexion/", sign_out, name="account_logout"),
    path("deconnexion/", sign_out, name="logout"),
    path("mot-de-passe-oublie/", pages.ForgottenPassword.as_view(), name="account_reset_password"),
    path("mot-de-passe-oublie/code/", account.confirm_password_reset_code, name="account_confirm_password_reset_code"),
    path("mot-de-passe-oublie/nouveau/", account.complete_password_reset, name="account_complete_password_reset"),
    path("mot-de-passe-oublie/fait/", account.password_reset_from_key_done, name="account_password_reset_completed"),
]
CONFIRMING = [
    path("mon-compte/confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path(
        "mon-compte/confirmer/courriel/",
        account.request_reauthentication_code,
        name="account_request_reauthentication_code",
    ),
    path(
        "mon-compte/confirmer/code/",
        account.confirm_reauthentication_code,
        name="account_confirm_reauthentication_code",
    ),
    path("mon-compte/confirmer/application/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("mon-compte/confirmer/cle/", pages.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
]
WAYS_IN = [
    path("mon-compte/adresses/", kept_for_all(account.email), name="account_email"),
    path("mon-compte/mot-de-passe/", kept_for_all(account.password_change), name="account_change_password"),
    path("mon-compte/mot-de-passe/choisir/", kept_for_all(account.password_set), name="account_set_password"),
    path("mon-compte/cles/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("mon-compte/cles/ajouter/", kept_for_all(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("mon-compte/cles/<int:pk>/retirer/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("mon-compte/cles/<int:pk>/nommer/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("mon-compte/application/", kept_for_all(totp.activate_totp), name="mfa_activate_totp"),
    path("mon-compte/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("mon-compte/codes-de-secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("mon-compte/codes-de-secours/nouveaux/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
OWN = [
    path("mon-compte/", home, name="mfa_index"),
    path("mon-compte/", home, name="account"),
    path("mon-compte/nom/", kept_for_all(pages.profile), name="profile"),
    path("mon-compte/proconnect/organisme/", proconnect.body, name="proconnect_body"),
    path("mon-compte/proconnect/delier/", kept_for_all(proconnect.unlink), name="proconnect_unlink"),
    path("mon-compte/appareils/", devices.devices, name="devices"),
    path("mon-compte/appareils/<int:pk>/fermer/", devices.close_device, name="close_device"),
    path("mon-compte/appareils/fermer/", devices.close_others, name="close_others"),
    path("mon-compte/jetons/", tokens.tokens, name="tokens"),
    path("mon-compte/jetons/<uuid:token>/revoquer/", tokens.revoke, name="revoke_token"),
    path("mon-compte/donnees/", data.data, name="own_data"),
    path("mon-compte/donnees/fichier/", data.export, name="own_data_file"),
    path("mon-compte/donnees/effacer/", data.erase, name="erase_account"),
]
urlpatterns = [*SIGNING_IN, *CONFIRMING, *WAYS_IN, *OWN]
