"""``tuwei rules …``: what each command prints, and that every fault is one line and exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from tuwei.rules import assess, facts_file, plan
from tuwei.rules.cli import app

ON = "2026-05-01"
FACTS = {
    "name": "甲公司", "registered_in_mainland": True, "employees": 100, "tech_staff": 30, "sales": [1, 2, 10_000_000],
    "total_assets": 20_000_000, "rd_expense": [1, 1, 600_000], "cost_expense": 9_000_000, "ip_class1": 1,
    "products_allowed": True, "clean_record": True,
}  # fmt: skip


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    path = tmp_path / "firm.json"
    path.write_text(json.dumps(FACTS, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "firms.csv"
    path.write_text(
        "name,registered_in_mainland,employees,sales,total_assets,products_allowed,clean_record,high_tech_certificate\n"
        "甲,是,600,1000,1000,是,是,是\n乙,是,100,1000,1000,是,是,是\n丙,是,x,1000,1000,是,是,是\n",
        "utf-8",
    )
    return path


def test_list_names_every_rule() -> None:
    found = json.loads(_run("list", "--json").stdout)
    ids = [one["id"] for one in found]
    assert {"tech_sme", "high_tech", "super_deduction", "tech_contract"} <= set(ids)
    for language in ("zh", "en"):
        lines = _run("list", "--language", language).stdout.splitlines()
        assert [line.split()[0] for line in lines] == ids


def test_show_gives_the_parameters_with_their_sources() -> None:
    text = _run("show", "high_tech", "--on", ON).stdout
    assert "pass_mark" in text
    assert "国科发火〔2016〕195号" in text
    found = json.loads(_run("show", "high_tech", "--on", "2012-01-01", "--json").stdout)
    assert next(one for one in found["parameters"] if one["id"] == "pass_mark")["value"] == "70 分"
    assert {one["status"] for one in found["parameters"]} <= {"confirmed", "to_verify"}
    assert [one["version"] for one in found["windows"]] == ["art10", "art11", "art11"]
    assert (
        "No version is in force" in _run("show", "high_tech", "--on", "1990-01-01", "--language", "en").stdout
    )


@pytest.mark.parametrize("ending", ["json", "yaml", "toml"])
def test_assess_prints_exactly_the_documented_json(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"firm.{ending}"
    flat = "\n".join(
        f"{name}{' =' if ending == 'toml' else ':'} {json.dumps(value, ensure_ascii=False)}"
        for name, value in FACTS.items()
    )
    path.write_text(json.dumps(FACTS) if ending == "json" else flat, "utf-8")
    result = _run("assess", "tech_sme", "--facts", path, "--on", ON, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == assess("tech_sme", FACTS, ON).as_dict()


def test_assess_says_it_in_sentences_of_either_language(firm: Path) -> None:
    for language in ("zh", "en"):
        lines = _run(
            "assess", "tech_sme", "--facts", firm, "--on", ON, "--language", language
        ).stdout.splitlines()
        assert lines == ["甲公司", *assess("tech_sme", FACTS, ON).sentences(language)]


def test_plan_prints_the_ladder_and_the_policies_of_a_region(firm: Path) -> None:
    alone = json.loads(_run("plan", "--facts", firm, "--on", ON, "--json").stdout)
    assert alone == plan(FACTS, ON).as_dict()
    there = json.loads(_run("plan", "--facts", firm, "--on", ON, "--json", "--region", "hohhot").stdout)
    assert len(there["programmes"]) > len(alone["programmes"])
    assert _run("plan", "--facts", firm, "--on", ON).stdout.splitlines()[0] == "甲公司"


def test_bulk_writes_the_results_and_the_rejects(firms: Path, tmp_path: Path) -> None:
    result = _run("bulk", "tech_sme", "--facts", firms, "--on", ON, "--out", tmp_path / "found.csv")
    assert result.exit_code == 0, result.output
    assert "no 1, yes 1" in result.stdout
    assert "found-rejects.csv" in result.stderr
    found = json.loads(
        _run(
            "bulk", "tech_sme", "--facts", firms, "--on", ON, "--out", tmp_path / "found.xlsx", "--json"
        ).stdout
    )
    assert (found["rows"], found["judged"], found["rejected"]) == (3, 2, 1)


def test_whatif_tells_who_moves(firms: Path, tmp_path: Path) -> None:
    given = ("whatif", "tech_sme", "--facts", firms, "--on", ON)
    found = json.loads(_run(*given, "--set", "tech_sme.max_employees=700", "--json").stdout)
    assert found["moves"] == [{"from": "no", "to": "yes", "rows": 1}]
    assert (found["rows"], found["rejected"]) == (3, 1)
    text = _run(
        *given, "--set", "tech_sme.max_employees=700", "--out", tmp_path / "moved.csv", "--language", "en"
    ).stdout
    assert "no → yes: 1" in text
    assert "甲,no,yes" in (tmp_path / "moved.csv").read_text("utf-8-sig")


def test_whatif_takes_an_overlay_file_and_a_setting_over_it(firms: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "later.yaml"
    overlay.write_text(
        "overlay: later\nzh: 以后\nen: later\ndocuments:\n  d: {number: 假设1号, zh: 假设, en: assumption}\nparameters:\n  tech_sme.max_employees:\n    unit: people\n"
        "    rows:\n      - {value: 50, valid_from: 2020-01-01, document: d, article: 一, status: to_verify}\n",
        "utf-8",
    )
    result = _run("whatif", "tech_sme", "--facts", firms, "--on", ON, "--overlay", overlay, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["moves"] == [{"from": "yes", "to": "no", "rows": 1}]
    over = _run(
        "whatif",
        "tech_sme",
        "--facts",
        firms,
        "--on",
        ON,
        "--overlay",
        overlay,
        "--set",
        "tech_sme.max_employees=700",
        "--json",
    )
    assert json.loads(over.stdout)["moves"] == [{"from": "no", "to": "yes", "rows": 1}]


@pytest.mark.parametrize("rule", ["high_tech", "yearly", "rd_zero"])
def test_a_template_explains_itself(rule: str, tmp_path: Path) -> None:
    result = _run("template", rule, "--out", tmp_path / "t.xlsx")
    assert result.exit_code == 0, result.output
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames[:2] == ["数据", "填写说明"]


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "f.json",
            '{"employees": -1,\n "tech_staff": 2.5,\n "sles": 3}',
            ["f.json:1", "f.json:2", "f.json:3"],
        ),
        ("f.yaml", "employees: many\nclean_record: 1\n", ["f.yaml:1", "f.yaml:2"]),
        ("f.toml", 'founded = "2020-13-01"\nsales = 1.005\n', ["f.toml:1", "f.toml:2"]),
        ("f.json", '{"employees": 3, "tech_staff": 4}', ["tech_staff, employees"]),
        ("f.json", '{"employees": 3,\n "employees": 4}', ["f.json:2"]),
        ("f.json", "{", ["f.json:1"]),
        ("f.yaml", "- 1\n", ["f.yaml:1"]),
        ("f.txt", "", [".json"]),
    ],
)
def test_every_fault_of_a_file_is_a_line_with_file_and_line(
    name: str, text: str, told: list[str], tmp_path: Path
) -> None:
    result = _run("assess", "tech_sme", "--facts", _file(tmp_path, name, text), "--on", ON)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == len(told)
    for want in told:
        assert any(want in line for line in lines), lines
    assert all("Traceback" not in line and line.endswith("]") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("assess", "tech_sne", "--facts", "F", "--on", ON), "rules.no_rule"),
        (("assess", "tech_sme", "--facts", "F", "--on", "1 May"), "rules.bad_date"),
        (("assess", "tech_sme", "--facts", "none.json", "--on", ON), "rules.no_file"),
        (("assess", "tech_sme", "--facts", "F", "--on", ON, "--language", "fr"), "rules.bad_language"),
        (("assess", "tech_sme", "--facts", "F", "--on", ON, "--overlay", "none.yaml"), "rules.no_overlay"),
        (("plan", "--facts", "F", "--on", ON, "--region", "atlantis"), "rules.no_region"),
        (("show", "high", "--on", ON), "rules.no_rule"),
        (("whatif", "tech_sme", "--facts", "T", "--on", ON), "rules.no_assumption"),
        (("whatif", "tech_sme", "--facts", "T", "--on", ON, "--set", "pass_mark"), "rules.bad_setting"),
        (
            ("whatif", "tech_sme", "--facts", "T", "--on", ON, "--set", "tech_sme.pass_mark=high"),
            "rules.bad_value",
        ),
        (
            ("whatif", "tech_sme", "--facts", "T", "--on", ON, "--set", "tech_sme.nothing=1"),
            "rules.no_parameter",
        ),
        (("bulk", "tech_sme", "--facts", "F", "--on", ON, "--out", "O.txt"), "rules.unknown_format"),
        (("template", "tech_sme", "--out", "O.txt"), "table.unknown_format"),
    ],
)
def test_what_is_asked_wrongly_is_one_line_too(
    arguments: tuple[str, ...], code: str, firm: Path, firms: Path
) -> None:
    places = {"F": firm, "T": firms, "O.txt": firm.with_name("O.txt")}
    result = _run(*(places.get(one, one) for one in arguments))
    assert result.exit_code == 2, result.output
    assert code in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_overlay_that_is_broken_names_file_and_line(firm: Path, tmp_path: Path) -> None:
    overlay = _file(
        tmp_path, "o.yaml", "overlay: o\nparameters:\n  tech_sme.pass_mark: {unit: point, rows: []}\n"
    )
    result = _run("plan", "--facts", firm, "--on", ON, "--overlay", overlay)
    assert result.exit_code == 2
    assert "o.yaml" in result.stderr


def test_the_whole_command_is_plain_when_piped(firm: Path) -> None:
    command = [sys.executable, "-m", "tuwei", "rules", "assess", "tech_sme", "--facts", str(firm), "--on", ON]
    found = subprocess.run(command, capture_output=True, check=True)
    assert b"\x1b" not in found.stdout
    wrong = subprocess.run([*command[:-1], "never"], capture_output=True, check=False)
    assert wrong.returncode == 2
    assert wrong.stdout == b""


def test_help_speaks_both_languages() -> None:
    for command in ("list", "show", "assess", "bulk", "plan", "whatif", "template"):
        text = _run(command, "--help").stdout
        assert " · " in text, command


@pytest.mark.parametrize(
    ("name", "text", "facts"),
    [
        ("a.json", '{"sales": 1.10, "employees": 3}', {"sales": "1.10", "employees": 3}),
        ("a.yaml", "sales: 1.10\nfounded: 2020-01-02\nclean_record: yes\nnote: null\n", {"sales": "1.10", "founded": "2020-01-02", "clean_record": True, "note": None}),
        ("a.toml", "sales = 1.10\nfounded = 2020-01-02\n", {"sales": "1.10", "founded": "2020-01-02"}),
    ],
)  # fmt: skip
def test_numbers_of_a_file_stay_exact(name: str, text: str, facts: dict[str, Any], tmp_path: Path) -> None:
    found = facts_file(_file(tmp_path, name, text)).facts
    shown = {
        key: value if isinstance(value, bool | int) or value is None else str(value)
        for key, value in found.items()
    }
    assert shown == facts


@pytest.mark.parametrize(
    "text",
    ['{"a": NaN}', "[" * 100_000, '{"a": 1' + "0" * 5000 + "}", '{"a": "' + "x" * 1_100_000 + '"}', "\x00"],
)
def test_hostile_files_are_one_line(text: str, tmp_path: Path) -> None:
    result = _run("assess", "tech_sme", "--facts", _file(tmp_path, "a.json", text), "--on", ON)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    result = _run("assess", "tech_sme", "--facts", _file(tmp_path, "a.yaml", text), "--on", ON)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
