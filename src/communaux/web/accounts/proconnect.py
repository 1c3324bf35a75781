"""Signing in by ProConnect: allauth does the flow (state, PKCE); ours are the checks it leaves out, the words, the claim.

ProConnect's userinfo is a signed JWT, where allauth reads JSON. Both tokens are verified against the keys of the provider, the
nonce is ours, and both must speak of the same subject (OpenID Connect Core 1.0, §§ 3.1.3.7 and 5.3.2).
"""

from __future__ import annotations

import logging
import secrets
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

import jwt
from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from requests import RequestException

from communaux.core import accounts, proconnect
from communaux.core.forms import ClaimedBody
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.territory import bodies
from communaux.web.accounts import account_needed, signed_in

log = logging.getLogger(__name__)
ALGORITHMS: Final = ("RS256", "ES256")  # never the one that a token asks for: "none" and HS256 are refused
LEEWAY: Final = 60  # seconds between two clocks
KEYS_KEPT: Final = 3600  # seconds
NONCES, LEAVING = "proconnect_nonces", "proconnect_leaving"  # in the session
KEPT: Final = ("sub", "email", "given_name", "usual_name")


class ProConnect(OpenIDConnectOAuth2Adapter):
    """Reads what the provider answers; raise OAuth2Error for what cannot be trusted."""

    def __init__(self, request: HttpRequest, provider_id: str = proconnect.PROVIDER) -> None:
        super().__init__(request, provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        found = cast(dict[str, Any], super().openid_config)
        if str(found.get("issuer", "")).rstrip("/") != settings.PROCONNECT_URL.rstrip("/"):
            raise OAuth2Error("issuer")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **told: Any) -> SocialLogin:
        hint = str(told["response"].get("id_token") or "")
        proven = self._decoded(app, hint)
        nonces = request.session.get(NONCES, [])
        if proven.get("nonce") not in nonces:
            raise OAuth2Error("nonce")
        request.session[NONCES] = [one for one in nonces if one != proven["nonce"]]
        info = self._info(app, token.token)
        if info.get("sub") != proven["sub"]:
            raise OAuth2Error("sub")
        login = self.get_provider().sociallogin_from_response(
            request, {"userinfo": {name: info[name] for name in KEPT if name in info}}
        )
        login.account.extra_data = proconnect.to_keep(login.account.uid, info.get("siret"))
        login.user.display_name = _named(info)
        request.session[LEAVING] = [self.openid_config.get("end_session_endpoint", ""), hint]
        return cast(SocialLogin, login)

    def _info(self, app: Any, token: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
        if answer.headers.get("content-type", "").partition(";")[0].strip() == "application/jwt":
            return self._decoded(app, answer.text)
        found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error("userinfo")
        return found

    def _decoded(self, app: Any, text: str) -> dict[str, Any]:
        """Signed by a key of the provider, for this desk, in force."""
        try:
            header = jwt.get_unverified_header(text)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("algorithm")
            return jwt.decode(
                text,
                self._key(str(header.get("kid"))),
                algorithms=[header["alg"]],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=LEEWAY,
                options={"require": ["iss", "aud", "exp", "sub"]},
            )
        except jwt.PyJWTError as fault:
            raise OAuth2Error(type(fault).__name__) from fault

    def _key(self, kid: str) -> Any:
        """Of the keys kept for an hour, else of those asked for once more: they may have been turned."""
        address = self.openid_config["jwks_uri"]
        place = f"proconnect-keys:{address}"
        for fresh in (False, True):
            told = None if fresh else cache.get(place)
            if told is None:
                with get_adapter().get_requests_session() as session:
                    answer = session.get(address)
                    answer.raise_for_status()
                    told = answer.json()
                cache.set(place, told, KEYS_KEPT)
            for one in jwt.PyJWKSet.from_dict(told).keys:
                if one.key_id == kid:
                    return one.key
        raise OAuth2Error("kid")


def _named(info: dict[str, Any]) -> str:
    """First and usual name; without them, what stands before the @ of the address."""
    told = " ".join(str(info.get(name) or "").strip() for name in ("given_name", "usual_name")).strip()
    return (told or str(info.get("email") or "").partition("@")[0])[: Person._meta.get_field("display_name").max_length]


class Identities(DefaultSocialAccountAdapter):
    """Who an identity of ProConnect is on this desk: never guessed from a mail address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if not sociallogin.email_addresses:
            refuse(request, _("ProConnect gave no mail address: open an account by mail, then link ProConnect to it."))
        mail = sociallogin.email_addresses[0].email
        if accounts.is_taken(mail):
            sentence = _("An account here already has the address %(mail)s. Sign in to it, then link ProConnect to it.")
            refuse(request, sentence % {"mail": mail}, sociallogin.state.get("next"))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        user = cast(Person, sociallogin.user)
        user.mail, user.lang = data.get("email") or None, get_language() or "fr"
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """A new account, opened by its holder as by the form."""
        person = cast(Person, sociallogin.user)
        person.set_unusable_password()
        accounts.sign_up(person, at=timezone.now())
        sociallogin.save(request)
        accounts.change_access(person, person, what="proconnect_added", at=timezone.now())
        return person

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")

    def send_notification_mail(self, *given: Any, **told: Any) -> None:
        """Said by the adapter of accounts, whose words are ours."""
        from allauth.account.adapter import get_adapter as of_accounts

        of_accounts().send_notification_mail(*given, **told)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """One sentence, and a reference that the operator finds in the log; nothing of the answer itself."""
        following = ((extra_context or {}).get("state") or {}).get("next")
        if error == AuthError.CANCELLED:
            refuse(request, _("You did not go on with ProConnect: nothing has changed."), following)
        reference = secrets.token_hex(3).upper()
        log.warning("ProConnect, reference %s: %s %s", reference, type(exception).__name__, _code(exception))
        if isinstance(exception, RequestException):
            told = _("ProConnect does not answer. You can sign in by your mail address (reference %(reference)s).")
        else:
            told = _(
                "The answer of ProConnect could not be trusted. Try again, or sign in by your mail address "
                "(reference %(reference)s)."
            )
        refuse(request, told % {"reference": reference}, following)


def _code(fault: Exception | None) -> str:
    """Ours are one word; those of allauth may quote an answer, tokens included."""
    text = str(fault or "")
    return text if text.isidentifier() else ""


def refuse(request: HttpRequest, sentence: str, following: str | None = None) -> None:
    """Back to where one signs in, what was wanted kept."""
    messages.error(request, sentence)
    if request.user.is_authenticated:
        raise ImmediateHttpResponse(redirect("account"))
    query = f"?{urlencode({'next': following})}" if following else ""
    raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}{query}"))


@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """Go to the provider: to sign in, or, signed in already, to link the two."""
    if not settings.PROCONNECT_URL:
        raise Http404
    provider = get_adapter().get_provider(request, proconnect.PROVIDER)
    nonce = secrets.token_urlsafe(24)
    request.session[NONCES] = [*request.session.get(NONCES, []), nonce][-5:]
    process, following = "connect" if request.user.is_authenticated else "login", get_next_redirect_url(request)
    provider.oauth2_adapter_class = ProConnect
    try:
        answer = provider.redirect(request, process, next_url=following, auth_params={"nonce": nonce})
        return cast(HttpResponse, answer)
    except (RequestException, KeyError, OAuth2Error) as fault:
        state = {"state": {"next": following}}
        try:
            get_adapter().on_authentication_error(request, provider, exception=fault, extra_context=state)
        except ImmediateHttpResponse as refused:
            return refused.response
        raise


def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """The provider sends the browser back here; a body that it names is asked about at once."""
    if not settings.PROCONNECT_URL:
        raise Http404
    try:
        answer = OAuth2CallbackView.adapter_view(ProConnect(request))(request)
    except (KeyError, ValueError, IntegrityError) as fault:
        try:
            get_adapter().on_authentication_error(request, None, exception=fault)
        except ImmediateHttpResponse as refused:
            return refused.response
        raise
    if isinstance(request.user, Person) and answer.status_code == 302 and proconnect.claim_of(request.user):
        return redirect(f"{reverse('proconnect_body')}?{urlencode({'next': answer.headers['location']})}")
    return cast(HttpResponse, answer)


def opened(request: HttpRequest, person: Person, login: SocialLogin) -> None:
    """After each sign-in by ProConnect: what has changed there."""
    addresses = login.email_addresses
    mail = addresses[0].email if addresses else ""
    for sentence in proconnect.came_in(
        person, siret=login.account.extra_data.get("siret"), mail=mail, at=timezone.now()
    ):
        messages.warning(request, sentence)


@account_needed
def body(request: HttpRequest) -> HttpResponse:
    """You represent this body? Nothing is given before one says yes."""
    person, claim = signed_in(request), None
    claim, following = proconnect.claim_of(person), get_next_redirect_url(request) or reverse("account")
    if request.method == "POST" and "no" in request.POST:
        proconnect.decline(person, at=timezone.now())
        return redirect(following)
    if claim is None:
        return redirect(following)
    official = None if claim.organisation else bodies.official(claim.siret)
    begun = {"key": uuid7()} | ({"name": official.name, "kind": bodies.KIND} if official else {})
    form = ClaimedBody(request.POST or None, known=claim.organisation is not None, initial=begun)
    if request.method == "POST" and form.is_valid():
        place = official.code if official else ""
        made = proconnect.confirm(person, at=timezone.now(), place=place, **form.cleaned_data)
        messages.success(request, _("You now act in the name of %(name)s.") % {"name": made.organisation.name})
        return redirect(following)
    context = {"claim": claim, "form": form, "following": following, "official": official}
    return render(request, "core/proconnect_body.html", context)


@require_POST
@reauthentication_required
def unlink(request: HttpRequest) -> HttpResponse:
    proconnect.unlink(signed_in(request), at=timezone.now())
    messages.success(request, _("ProConnect is no longer linked to your account."))
    return redirect("account")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Out of the desk; out of ProConnect too, where it opened this session."""
    address, hint = request.session.get(LEAVING) or ("", "")
    answer = account.logout(request)
    if not (settings.PROCONNECT_URL and urlsplit(address).scheme in {"https", "http"}):
        return cast(HttpResponseBase, answer)
    home = request.build_absolute_uri(reverse("home"))
    told = {"id_token_hint": hint, "state": secrets.token_urlsafe(16), "post_logout_redirect_uri": home}
    return redirect(f"{address}?{urlencode(told)}")
