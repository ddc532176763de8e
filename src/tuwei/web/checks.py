"""What ``tuwei check`` tells: the settings in force, secrets masked, and what is unsafe about them."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}


def masked(secret: str) -> str:
    """Return whether a secret is set, never the secret.

    >>> masked("abc"), masked("")
    ('****', '-')
    """
    return "****" if secret else "-"


def in_force() -> Iterator[tuple[str, str]]:
    """Yield each variable and the value in force."""
    database = settings.DATABASES["default"]
    where = f"{database['ENGINE'].rsplit('.', 1)[-1]} {database.get('HOST') or ''} {database['NAME']}"
    yield "TUWEI_DATA", str(settings.DATA)
    yield "TUWEI_DATABASE_URL", " ".join(where.split())
    yield "TUWEI_SECRET_KEY", masked(settings.SECRET_KEY)
    yield "TUWEI_DEBUG", "1" if settings.DEBUG else "0"
    yield "TUWEI_HOSTS", ",".join(settings.ALLOWED_HOSTS)
    yield "TUWEI_URL", settings.BASE_URL
    yield "TUWEI_BEHIND_PROXY", "1" if settings.SECURE_PROXY_SSL_HEADER else "0"
    yield "TUWEI_UPLOAD_MB", str(settings.UPLOAD_LIMIT // 1024**2)
    yield "TUWEI_PACK", settings.PACK
    yield "TUWEI_TRAIN_AFTER", str(settings.TRAIN_AFTER)
    yield "TUWEI_TIME_ZONE", settings.TIME_ZONE
    mail = (
        settings.EMAIL_HOST
        if "smtp" in settings.EMAIL_BACKEND
        else f"- (邮件写入 mails go to {settings.EMAIL_FILE_PATH}/)"
    )
    yield "TUWEI_SMTP_HOST", mail
    yield "TUWEI_SMTP_PASSWORD", masked(settings.EMAIL_HOST_PASSWORD)
    yield "TUWEI_MAIL_FROM", settings.DEFAULT_FROM_EMAIL
    url, key, grade = _model()
    yield "TUWEI_LLM_URL", url or "-"
    yield "TUWEI_LLM_KEY", masked(key)
    yield "TUWEI_LLM_MAX_GRADE", f"L{grade}"


def unsafe() -> Iterator[str]:
    """Yield one sentence pair for each thing that should be mended before others use the site."""
    yield from _web_faults()
    yield from _secret_faults()
    yield from _model_faults()
    if waiting := _waiting_migrations():
        yield f"数据库缺 {waiting} 项更新，请运行 tuwei migrate。 {waiting} migrations wait: run tuwei migrate."
    else:
        yield from _demo_faults()
    for fault in run_checks():
        if fault.level >= ERROR:
            yield f"{fault.id}: {fault.msg}"


def _model() -> tuple[str, str, int]:
    """Return address, key and highest grade of the language model."""
    return str(settings.LLM["url"]), str(settings.LLM["key"]), int(str(settings.LLM["max_grade"]))


def _web_faults() -> Iterator[str]:
    address = urlsplit(settings.BASE_URL)
    open_hosts = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL]
    if settings.DEBUG:
        yield "TUWEI_DEBUG=1 会向访客显示程序内部信息。 TUWEI_DEBUG=1 shows the program's inside to visitors."
    if "*" in settings.ALLOWED_HOSTS:
        yield "TUWEI_HOSTS 不应为 *。 TUWEI_HOSTS should name the site's hosts, not *."
    if address.scheme != "https" and (address.hostname not in LOCAL or open_hosts):
        yield (
            "网站对外开放却没有 HTTPS，请把 TUWEI_URL 设为 https 地址。 "
            "Open to others without HTTPS: give TUWEI_URL an https address."
        )
    if address.scheme == "https" and not settings.SECURE_PROXY_SSL_HEADER:
        yield (
            "TUWEI_URL 为 https，请由反向代理提供并设 TUWEI_BEHIND_PROXY=1。 "
            "TUWEI_URL is https: put a proxy in front and set TUWEI_BEHIND_PROXY=1."
        )


def _secret_faults() -> Iterator[str]:
    if len(settings.SECRET_KEY) < 40:
        yield "TUWEI_SECRET_KEY 少于 40 个字符。 TUWEI_SECRET_KEY has fewer than 40 characters."
    for path in (Path(settings.DATA) / "secret-key", Path(settings.DATA) / "tuwei.sqlite3"):
        if path.exists() and path.stat().st_mode & (stat.S_IWGRP | stat.S_IRWXO & ~stat.S_IROTH):
            yield f"{path} 可被他人改写。 {path} can be changed by others."
    key = Path(settings.DATA) / "secret-key"
    if key.exists() and key.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield f"{key} 可被他人读取，请运行 chmod 600。 {key} can be read by others: chmod 600."


def _demo_faults() -> Iterator[str]:
    """Demo accounts belong to a trial: nobody but them signs in, and nobody else can reach the site."""
    from tuwei.web.accounts.models import User

    demo = User.objects.filter(is_sample=True, is_active=True).count()
    real = User.objects.filter(is_sample=False, is_active=True).exists()
    if demo and (real or _is_open()):
        yield (
            f"有 {demo} 个密码写在文件里的演示账号可以登录，请运行 tuwei user purge-demo。 "
            f"{demo} demo accounts, their passwords in a file, can sign in: run tuwei user purge-demo."
        )


def _is_open() -> bool:
    """Whether others can reach the site."""
    others = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL]
    return bool(others) or urlsplit(settings.BASE_URL).hostname not in LOCAL


def _model_faults() -> Iterator[str]:
    url, _, grade = _model()
    address = urlsplit(url)
    if url and address.scheme != "https" and address.hostname not in LOCAL:
        yield "TUWEI_LLM_URL 不是 https，需求会以明文传出。 TUWEI_LLM_URL is not https: needs travel in clear."
    if url and grade > 1:
        yield f"L{grade} 级内容会发给外部模型。 Content up to grade L{grade} goes to the outside model."


def _waiting_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
