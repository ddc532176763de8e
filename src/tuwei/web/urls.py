"""All addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from tuwei.web.api import api
from tuwei.web.api_docs import api_docs
from tuwei.web.market.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("tuwei.web.base.urls")),
    path("accounts/", include("tuwei.web.accounts.urls")),
    path("", include("tuwei.web.market.urls")),
    path("desk/", include("tuwei.web.deals.urls")),
    path("policy/", include("tuwei.web.policy.urls")),
    path("api/docs/", api_docs, name="api-docs"),
    path("api/v1/", api.urls),
]
handler400 = "tuwei.web.base.views.bad_request"
handler404 = "tuwei.web.base.views.not_found"
handler403 = "tuwei.web.base.views.forbidden"
handler500 = "tuwei.web.base.views.server_error"
