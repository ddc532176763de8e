"""The one password rule that Django 5.2 words anew, without a Chinese translation."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least ``min_length`` characters."""

    def get_error_message(self) -> str:
        return _("密码太短，至少需要 %(count)s 个字符。") % {"count": self.min_length}
