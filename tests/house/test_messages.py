"""The catalogue tool on a small app of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import messages

TEMPLATE = """{% load i18n %}
  <h1 class="x">{% translate "需求" %}</h1>
{% blocktranslate trimmed with total=total %}
      共 {{ total }} 项,
      含 50% 折扣
{% endblocktranslate %}
<a lang="zh-Hans" href="?l=zh">中文</a> it's (fine
{% blocktranslate count n=n %}{{ n }} 天{% plural %}{{ n }} 天{% endblocktranslate %}
"""
CODE = """
from django.utils.translation import gettext_lazy as _, ngettext
TITLE = _("成果")
def days(n): return ngettext("%(n)d 天前", "%(n)d 天前", n) % {"n": n}
"""


@pytest.fixture
def web(tmp_path: Path) -> Path:
    app = tmp_path / "web" / "demo"
    (app / "templates").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "views.py").write_text(CODE, encoding="utf-8")
    (app / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path / "web"


def fill(web: Path, old: str, new: str) -> None:
    path = messages.po_path(web, "demo")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def fill_all(web: Path) -> None:
    messages.update(web)
    fill(web, 'msgid "需求"\nmsgstr ""', 'msgid "需求"\nmsgstr "Needs"')
    fill(web, 'msgid "成果"\nmsgstr ""', 'msgid "成果"\nmsgstr "Results"')
    fill(
        web,
        'msgid "共 %(total)s 项, 含 50%% 折扣"\nmsgstr ""',
        'msgid "共 %(total)s 项, 含 50%% 折扣"\nmsgstr "%(total)s, 50%% off"',
    )
    for kind in ("(n)d", "(n)s"):
        tail = "天前" if kind.endswith("d") else "天"
        fill(
            web,
            f'msgid_plural "%{kind} {tail}"\nmsgstr[0] ""\nmsgstr[1] ""',
            f'msgid_plural "%{kind} {tail}"\nmsgstr[0] "%{kind} day"\nmsgstr[1] "%{kind} days"',
        )
    messages.update(web)


def test_every_message_is_found_and_each_missing_one_is_told(web: Path) -> None:
    messages.update(web)
    told = "\n".join(messages.faults(web))
    for words in ("“需求”", "“成果”", "“共 %(total)s 项, 含 50%% 折扣”", "“%(n)s 天”", "“%(n)d 天前”"):
        assert f"no English for {words}" in told


def test_a_complete_catalogue_has_no_fault_and_writing_twice_changes_nothing(web: Path) -> None:
    fill_all(web)
    assert list(messages.faults(web)) == []
    compiled = messages.po_path(web, "demo").with_suffix(".mo")
    before = compiled.read_bytes()
    messages.update(web)
    assert compiled.read_bytes() == before


def test_a_message_nobody_says_any_more_goes(web: Path) -> None:
    fill_all(web)
    (web / "demo" / "views.py").write_text("", encoding="utf-8")
    assert any("not up to date" in fault for fault in messages.faults(web))
    messages.update(web)
    assert "成果" not in messages.po_path(web, "demo").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgid "需求"', '#, fuzzy\nmsgid "需求"', "marked fuzzy"),
        ('msgstr "%(total)s, 50%% off"', 'msgstr "many"', "other placeholders"),
        ('msgstr "Needs"', 'msgstr "Demands"', "not up to date"),
    ],
)
def test_a_spoilt_catalogue_is_told(web: Path, old: str, new: str, fault: str) -> None:
    fill_all(web)
    fill(web, old, new)
    assert any(fault in line for line in messages.faults(web))


def test_chinese_outside_a_translation_is_told(web: Path) -> None:
    fill_all(web)
    page = web / "demo" / "templates" / "page.html"
    page.write_text(TEMPLATE + "<p>忘了翻译</p>\n", encoding="utf-8")
    assert list(messages.faults(web)) == ["demo/templates/page.html: not translatable: <p>忘了翻译</p>"]


def test_two_apps_may_not_translate_one_message_differently(web: Path) -> None:
    fill_all(web)
    other = web / "other"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "views.py").write_text('_("需求")', encoding="utf-8")
    messages.update(web)
    assert list(messages.faults(web)) == []  # the translation of the first app is taken over
    path = messages.po_path(web, "other")
    path.write_text(path.read_text(encoding="utf-8").replace("Needs", "Demands"), encoding="utf-8")
    messages.update(web)
    assert ["another English" in fault for fault in messages.faults(web)] == [True]
