"""A second factor: codes of an authenticator app (TOTP) and backup codes."""

from __future__ import annotations

import io
import math
import secrets
from typing import Any

import qrcode
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathFillImage

from tuwei.core.errors import ConflictError
from tuwei.web.base import events

from ..models import User

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def active(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def device_to_confirm(user: User) -> TOTPDevice:
    """Return the device being set up, made on the first call; it counts for nothing until confirmed."""
    if active(user):
        raise ConflictError("factor.on", "两步验证已开启。", "The second factor is on already.")
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": user.email})
    return device


def qr_svg(device: TOTPDevice) -> bytes:
    """Draw the device's address as an SVG file."""
    picture = qrcode.make(device.config_url, image_factory=SvgPathFillImage, box_size=12, border=2)
    out = io.BytesIO()
    picture.save(out)
    return out.getvalue()


def confirm(*, actor: User, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Turn the factor on if ``code`` is right; returns the device and the backup codes, shown once."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=actor, confirmed=False).first()
        _require_patience(device)
        if device is None or not device.verify_token(code):
            return None
        device.confirmed = True
        device.save()
        codes = _new_codes(actor)
        events.record(actor=actor, verb="account.factor_on", obj=actor)
    return device, codes


def _require_patience(device: Any) -> None:
    """A right code right after a wrong one is not called wrong: it was not looked at."""
    if device is None:
        return
    allowed, why = device.verify_is_allowed()
    if allowed:
        return
    until = (why or {}).get("locked_until")
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds())) if until else 1
    raise ConflictError(
        "factor.wait",
        "刚才的验证码有误，请稍候再试（约 {seconds} 秒后）；这次的验证码没有核对。",
        "The last code was wrong; please try again in about {seconds} s. This code was not looked at.",
        seconds=seconds,
    )


def renew_codes(*, actor: User) -> list[str]:
    """Replace the backup codes; the old ones end."""
    if not active(actor):
        raise ConflictError("factor.off", "两步验证未开启。", "The second factor is off.")
    with transaction.atomic():
        codes = _new_codes(actor)
        events.record(actor=actor, verb="account.factor_codes", obj=actor)
    return codes


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup")
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    for code in codes:
        device.token_set.create(token=code)
    return codes


def codes_left(user: User) -> int:
    device = StaticDevice.objects.filter(user=user).first()
    return device.token_set.count() if device else 0


def turn_off(*, actor: Any, user: User) -> None:
    """Remove all devices (the view has asked for the password; on the command line the host's owner acts)."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        events.record(actor=actor, verb="account.factor_off", obj=user)


def match(*, user: User, code: str) -> Any:
    """Return the device that accepts the code (six digits: the app; else a backup code), or None.

    Each device slows down after wrong codes (django-otp), so guessing is hopeless.

    Raises
    ------
    ConflictError
        ``factor.wait``: too soon after a wrong code, so this one was not looked at.
    """
    code = "".join(code.split()).replace("-", "").lower()
    model = TOTPDevice if len(code) == 6 and code.isdigit() else StaticDevice
    with transaction.atomic():
        for device in model.objects.select_for_update().filter(user=user, confirmed=True):
            _require_patience(device)
            if device.verify_token(code):
                return device
    return None
