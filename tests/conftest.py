"""Every test: a data folder of its own, no variable of the person who runs it, no network."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("tuwei", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("tuwei")

# Before Django reads its settings, which pytest-django does only after it has read this file.
_DATA = tempfile.mkdtemp(prefix="tuwei-test-")
_DATABASE = os.environ.get("TUWEI_TEST_DATABASE_URL", "")
for _name in [name for name in os.environ if name.startswith("TUWEI_")]:
    del os.environ[_name]
os.environ["TUWEI_DATA"] = _DATA
os.environ["DJANGO_SETTINGS_MODULE"] = "tuwei.web.settings"
if _DATABASE:  # kept under its own name too: the workers of xdist start with our variables
    os.environ["TUWEI_TEST_DATABASE_URL"] = os.environ["TUWEI_DATABASE_URL"] = _DATABASE

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_configure() -> None:
    """Test modules may import models at their top; pytest-django waits until someone has imported Django."""
    import django

    django.setup()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    chosen = [item for item in items if uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def uses_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


def pytest_unconfigure() -> None:
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """A password that takes 50 ms to check makes a suite that nobody runs."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Nothing leaves this machine: a test that tries fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test tried to reach {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
