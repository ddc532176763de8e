"""Addresses of needs: one need, its dialogue, its disclosure, its files, the queues."""

from __future__ import annotations

from django.urls import path

from ..views import clarify, disclosure, files, needs, preview, queues

urlpatterns = [
    path("needs/new/", clarify.need_new, name="need-new"),
    path("needs/new/form/", needs.need_edit, name="need-new-form"),
    path("needs/mine/", needs.my_needs, name="my-needs"),
    path("needs/clarifying/", queues.clarifying, name="clarifying"),
    path("needs/publishing/", queues.publishing, name="publishing"),
    path("needs/<int:pk>/", needs.need_detail, name="need"),
    path("needs/<int:pk>/edit/", needs.need_edit, name="need-edit"),
    path("needs/<int:pk>/step/<slug:verb>/", needs.need_step, name="need-step"),
    path("needs/<int:pk>/clarify/", clarify.need_clarify, name="need-clarify"),
    path("needs/<int:pk>/clarify/proposal/", clarify.proposal_decide, name="need-proposal"),
    path("needs/<int:pk>/clarify/model/", clarify.model_ask, name="need-model"),
    path("needs/<int:pk>/preview/", preview.need_preview, name="need-preview"),
    path("needs/<int:pk>/disclosure/", disclosure.need_disclosure, name="need-disclosure"),
    path("needs/<int:pk>/disclosure/<int:grant>/revoke/", disclosure.grant_revoke, name="grant-revoke"),
    path(
        "needs/<int:pk>/disclosure/<int:asked>/decline/", disclosure.request_decline, name="request-decline"
    ),
    path("needs/<int:pk>/ask/", disclosure.need_ask, name="need-ask"),
    path("needs/<int:pk>/files/", files.need_file, name="attachment-add"),
    path("files/<int:pk>/", files.attachment, name="attachment"),
    path("files/<int:pk>/remove/", files.attachment_remove, name="attachment-remove"),
]
