"""Addresses of the account pages."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.urls import path

app_name = "accounts"
urlpatterns = [
    path("login/", auth.LoginView.as_view(template_name="accounts/login.html"), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("second-factor/", auth.LoginView.as_view(template_name="accounts/login.html"), name="second-factor"),
]
