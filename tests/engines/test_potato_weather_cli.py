"""The commands of late blight and of ingestion, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.potato.cli import app

HEAD = "# latitude = 41.5\n# longitude = 112\n# altitude = 1450\n"
COLUMNS = "time,temperature [°C],humidity [%],rain [mm],srad [W/m2],wind [m/s]\n"


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    rows = [f"2024-07-{day:02}T{hour:02}:00,{16 + (hour - 4) % 20 / 5},{95 if hour < 13 else 70},0.2,{300 if 6 <= hour < 18 else 0},2"
            for day in range(1, 32) for hour in range(24)]  # fmt: skip
    path = tmp_path / "w.csv"
    path.write_text(HEAD + COLUMNS + "\n".join(rows) + "\n", "utf-8")
    return path


def called(*words: object) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, [str(word) for word in words])
    return found.exit_code, found.stdout, found.stderr


def test_blight(hours: Path) -> None:
    code, out, _ = called("blight", "--weather", hours, "--lesions", 1, "--spray", "2024-07-10", "--json")
    found = json.loads(out)
    assert code == 0
    assert (len(found["days"]), found["days"][1]["wet_hours"], found["days"][9]["fungicide"]) == (
        31,
        12.0,
        1.0,
    )
    assert set(found["days"][0]) == {"date", "wet_hours", "wet_temperature_c", "severity_values", "blight_units", "fungicide_units", "hutton", "smith", "fungicide",
                                     "leaf_area", "severity_pct", "lost_pct"}  # fmt: skip
    assert found["advice"]["smith"][0] == "2024-07-02"
    code, out, _ = called(
        "blight", "--weather", hours, "--lesions", 1, "--language", "en", "--emergence", "2024-07-01"
    )
    assert (code, len(out.splitlines())) == (0, 2 + 31 + 4 + 1)
    assert out.splitlines()[0] == "weather: w.csv"
    assert "diseased leaf area" in out.splitlines()[-1]


def test_a_fault_is_one_line_and_ends_with_2(hours: Path, tmp_path: Path) -> None:
    for words in (("--weather", tmp_path / "none.csv"), ("--weather", hours, "--spray", "2025-07-10"), ("--weather", hours, "--spray", "July"),
                  ("--weather", hours, "--resistance", "XL"), ("--weather", hours, "--site", "north"), ("--weather", hours, "--language", "fr")):  # fmt: skip
        code, out, err = called("blight", *words)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert "[potato." in err


def test_ingest(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "sensor,variable,time,value,unit\nA1,墒情,2024-07-01 08:00,21,%\nA1,墒情,2024-07-01 09:00,wet,%\n",
        "utf-8",
    )
    code, out, err = called("ingest", path, "--lake", tmp_path / "lake", "--language", "en")
    assert code == 0
    assert "rows 1 accepted, 1 rejected" in out
    assert "rejected rows: " in err
    code, out, _ = called("ingest", path, "--lake", tmp_path / "lake", "--json")
    assert (code, json.loads(out)["known"], json.loads(out)["accepted"]) == (0, ["a.csv"], 0)
    code, out, err = called("ingest", path, "--lake", tmp_path / "lake", "--memory", "lots")
    assert (code, len(err.splitlines())) == (2, 1)
