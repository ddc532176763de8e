"""Addresses of the account pages."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from .views import entry, office, profile, second_factor, signup

app_name = "accounts"
urlpatterns = [
    path("login/", entry.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("signup/", signup.signup, name="signup"),
    path("signup/sent/", signup.applied, name="applied"),
    path("signup/confirm/<str:token>/", signup.confirm, name="confirm"),
    path("signup/organisations/", signup.organisation_options, name="organisation-options"),
    path("invitation/<str:token>/", signup.accept, name="accept"),
    path("reset/", entry.reset_request, name="reset"),
    path("reset/sent/", entry.reset_sent, name="reset-sent"),
    path("reset/<uidb64>/<token>/", entry.ResetConfirm.as_view(), name="reset-confirm"),
    path("second-factor/", second_factor.challenge, name="second-factor"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.ChangePassword.as_view(), name="password"),
    path("profile/second-factor/", second_factor.manage, name="factor"),
    path("profile/second-factor/setup/", second_factor.setup, name="factor-setup"),
    path("profile/second-factor/qr.svg", second_factor.qr, name="factor-qr"),
    path("profile/second-factor/codes/", second_factor.codes, name="factor-codes"),
    path("profile/tokens/", profile.tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revoke/", profile.token_end, name="token-revoke"),
    path("approvals/", office.approvals, name="approvals"),
    path("approvals/<int:pk>/approve/", office.approve, name="approve"),
    path("approvals/<int:pk>/refuse/", office.refuse, name="refuse"),
    path("organisations/<int:pk>/verify/", office.verify, name="organisation-verify"),
    path("invitations/", office.invite, name="invitations"),
    path("invitations/<int:pk>/withdraw/", office.uninvite, name="uninvite"),
    path("people/", office.people, name="people"),
    path("people/<int:pk>/", office.person, name="person"),
    path("people/<int:pk>/suspend/", office.suspend, name="suspend"),
    path("people/<int:pk>/reactivate/", office.reactivate, name="reactivate"),
    path("people/<int:pk>/identity/", office.identity, name="identity"),
    path("people/<int:pk>/move/", office.move, name="move"),
]
