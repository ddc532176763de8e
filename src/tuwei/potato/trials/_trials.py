"""A folder of field trials, laid out as tables beside raw weather and soil files, read into cases and observations."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from tuwei.core.errors import InputError, TuweiError
from tuwei.potato.crop._season import Case, Crop, Fertiliser, Irrigation, arrays_of
from tuwei.potato.crop._soil import Horizon, Profile
from tuwei.potato.trials._dssat import Initial, Setting, read_settings, read_soil
from tuwei.potato.trials._dssat_trials import experiment_tables, observation_rows
from tuwei.potato.trials._weather import Filling, changed, weather_of_station

# Nitrate, ammonium and urea share of the N of DSSAT's materials (its fertiliser code list, FE001..FE019).
MATERIALS = {
    "FE001": (0.5, 0.5, 0.0), "FE002": (0.0, 1.0, 0.0), "FE003": (0.25, 0.75, 0.0), "FE004": (0.0, 1.0, 0.0),
    "FE005": (0.0, 0.0, 1.0), "FE006": (0.0, 1.0, 0.0), "FE007": (0.0, 1.0, 0.0), "FE008": (1.0, 0.0, 0.0),
    "FE009": (0.0, 1.0, 0.0), "FE010": (0.25, 0.25, 0.5), "FE011": (0.5, 0.5, 0.0), "FE012": (0.0, 1.0, 0.0),
    "FE017": (1.0, 0.0, 0.0), "FE019": (0.0, 0.0, 1.0), "FE051": (0.0, 0.0, 1.0),
}  # fmt: skip
OTHER = (0.5, 0.5, 0.0)
DEEP = (
    "AP002",
    "AP004",
    "AP007",
    "AP008",
    "AP009",
)  # incorporated, banded below, in a hole, with the seed, injected
SEED = 100.0  # kg DM ha-1 for a plant m-2: a seed piece of 50 g with 20 % dry matter
NETTED, BREAK_EVEN = (
    0.6,
    1.0,
)  # organic N of a residue that is mineral in the season; % N where none is (see the notes)
TABLES = ("treatments", "irrigation", "fertiliser", "observations")
Row = dict[str, str]


@dataclass(frozen=True)
class Trial:
    """One treatment: its case, and what was observed: ``harvest`` by variable, ``course`` (day, variable, value).

    ``notes``: what of it was left out or assumed.
    """

    experiment: str
    treatment: int
    name: str
    cultivar: str
    case: Case
    harvest: Mapping[str, float]
    course: tuple[tuple[date, str, float], ...]
    notes: tuple[str, ...] = ()

    @property
    def tuber(self) -> float:
        """Observed tuber dry matter at harvest, kg/ha: UWAH, else the last UWAD; NaN where there is neither."""
        last = [value for _, variable, value in sorted(self.course) if variable == "UWAD"]
        return self.harvest.get("UWAH", last[-1] if last else float("nan"))


@dataclass(frozen=True)
class Rejected:
    """A treatment (or, with an empty ``treatment``, a whole experiment) that cannot be simulated, and why."""

    experiment: str
    treatment: str
    error: TuweiError


@dataclass(frozen=True)
class Folder:
    """The treatments of a folder that can be simulated, those that cannot, and what was ignored."""

    trials: tuple[Trial, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Source:
    root: Path
    files: Mapping[str, Path]
    emergence: str
    filling: Filling

    def all(self, ending: str) -> list[Path]:
        return [path for name, path in sorted(self.files.items()) if name.endswith(ending)]


def read_trials(
    folder: Path | str, *, emergence: str = "recorded", filling: Filling | None = None
) -> list[Trial]:
    """Return the treatments of a folder; the first that cannot be read is an error.

    Parameters and errors as :func:`read_folder`.
    """
    found = read_folder(folder, emergence=emergence, filling=filling)
    if found.rejected:
        raise found.rejected[0].error
    return list(found.trials)


def read_folder(folder: Path | str, *, emergence: str = "recorded", filling: Filling | None = None) -> Folder:
    """Return the treatments of a folder, and apart from them those that cannot be read; one never stops another.

    Parameters
    ----------
    folder
        Holds treatments.csv, irrigation.csv, fertiliser.csv and observations.csv; a table that is not there is made
        from the PTX, PTA and PTT files. Those, the WTH and the SOL files lie there or in a folder below (``raw/``);
        a PTX gives initial water and nitrogen, automatic irrigation, residues and changes of the environment too.
    emergence
        ``recorded``: the day of treatments.csv, else of the observation ``EDAT``; ``simulated``: the model's.
    filling
        How missing weather is made; nothing is filled unless a method is named, but that columns a station never
        measured (wind, humidity, radiation) are made by ``absent``.

    Raises
    ------
    InputError
        ``potato.trials``: neither treatments.csv nor a PTX. Of a treatment (kept in ``rejected``): ``potato.trials``,
        ``potato.experiment_file``, ``potato.soil_file``, ``potato.dates``, and as :func:`read_weather` and the soil.

    Notes
    -----
    A change of environment that multiplies a Celsius temperature is left out, for the scale has no physical nought,
    and so is one of day length. A harvest that is not dated is at the last observation; an amount of irrigation or
    fertiliser of -99, which is missing, is none. The planted weight (PLWT) is not used: files give it fresh or dry.
    Organic N of residues counts as ammonium of the season by 60 % (assumed) of its share beyond a C/N of 40, at 40 %
    carbon (Vigil & Kissel 1991, Soil Sci. Soc. Am. J. 55:757, for the 40).
    """
    root = Path(folder)
    files = {path.name.upper(): path for pattern in ("*/*", "*") for path in sorted(root.glob(pattern))}
    source = _Source(root, files, emergence, filling or Filling())
    tables, rejected, notes = _tables(source)
    trials: list[Trial] = []
    for number, row in enumerate(tables["treatments"], 2):
        try:
            trials.append(_trial(source, row, number, tables))
        except TuweiError as error:
            rejected.append(Rejected(str(row.get("exp")), str(row.get("trt")), error))
    return Folder(tuple(trials), tuple(rejected), tuple(notes + _orphans(tables)))


def _tables(source: _Source) -> tuple[dict[str, list[Row]], list[Rejected], list[str]]:
    """Return the tables of the CSV files, or where one is not there of the experiments' own files."""
    tables = {name: _table(source.root / f"{name}.csv") for name in TABLES}
    lacking = [name for name in TABLES if tables[name] is None]
    found = {name: rows or [] for name, rows in tables.items()}
    rejected: list[Rejected] = []
    listed = {row.get("exp") for row in found["treatments"]}
    if "treatments" in lacking and not source.all(".PTX"):
        raise InputError(
            "potato.trials", "试验文件夹缺 {file}，也没有 PTX 文件。", "The folder of trials lacks {file}, and has no PTX file.",
            file=str(source.root / "treatments.csv"))  # fmt: skip
    for path in source.all(".PTX") if lacking else []:
        name = path.stem.upper()
        if listed and name not in listed:
            continue
        try:
            made = experiment_tables(path) | {"observations": observation_rows(
                source.files.get(f"{name}.PTA"), source.files.get(f"{name}.PTT"))}  # fmt: skip
            for table in lacking:
                found[table] += made[table]
        except TuweiError as error:
            rejected.append(Rejected(name, "", error))
    return found, rejected, _notes(source, lacking, listed)


def _notes(source: _Source, lacking: list[str], listed: set[str | None]) -> list[str]:
    notes = [
        f"没有 {name}.csv，由 PTX、PTA、PTT 文件得出 made from the PTX, PTA and PTT files" for name in lacking
    ]
    extra = [path.name for path in source.all(".PTX") if listed and path.stem.upper() not in listed]
    if extra:
        notes.append(f"treatments.csv 中没有的试验未用 not in treatments.csv, left out: {', '.join(extra)}")
    bare = {str(name) for name in listed if f"{name}.PTX" not in source.files}
    if lacking and bare:
        notes.append(
            f"无 PTX，视为没有 no PTX, taken as none ({', '.join(lacking)}): {', '.join(sorted(bare))}"
        )
    return notes


def _table(path: Path) -> list[Row] | None:
    if not path.is_file():
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("potato.trials", "{file} 读不出：{got}", "{file} cannot be read: {got}",
                         file=path.name, got=str(error)[:80]) from None  # fmt: skip


def _orphans(tables: Mapping[str, list[Row]]) -> list[str]:
    """Tell the rows that belong to no treatment; they are ignored."""
    known = {(row.get("exp"), row.get("trt")) for row in tables["treatments"]}
    notes = []
    for name in TABLES[1:]:
        lost: dict[str, set[str]] = defaultdict(set)
        for row in tables[name]:
            if (key := (row.get("exp"), row.get("trt"))) not in known:
                lost[str(key[0])].add(str(key[1]))
        notes += [f"{name}: {experiment} 没有处理 has no treatment {', '.join(sorted(which))}，未用 ignored"
                  for experiment, which in sorted(lost.items())]  # fmt: skip
    return notes


def _trial(source: _Source, row: Row, number: int, tables: Mapping[str, list[Row]]) -> Trial:
    try:
        key = (row["exp"], row["trt"])
        mine = {
            name: [one for one in rows if (one["exp"], one["trt"]) == key] for name, rows in tables.items()
        }
        case, notes = _case(source, row, mine, _setting(source, row))
        arrays_of(case)
        seen = {kind: [one for one in mine["observations"] if one["kind"] == kind] for kind in ("harvest", "timecourse")}  # fmt: skip
        return Trial(
            row["exp"], int(row["trt"]), row["name"], cultivar_key(row["cultivar"]), case,
            {one["variable"]: float(one["value"]) for one in seen["harvest"]},
            tuple((date.fromisoformat(one["date"]), one["variable"], float(one["value"])) for one in seen["timecourse"]), notes,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise InputError("potato.trials", "{file} 第 {row} 行（{field}）读不出：{got}", "{file} row {row} ({field}) cannot be read: {got}",
                         file="treatments.csv", row=number, field=f"{row.get('exp')} {row.get('trt')}",
                         got=f"{type(error).__name__} {error}"[:80]) from None  # fmt: skip


def cultivar_key(name: str) -> str:
    """Return a cultivar's name as the parameter sets have it.

    Examples
    --------
    >>> cultivar_key("RUSSET BURBANK"), cultivar_key(" Hilite Russet")
    ('russet_burbank', 'hilite_russet')
    """
    return "_".join(name.lower().split())


def _case(
    source: _Source, row: Row, mine: Mapping[str, list[Row]], setting: Setting
) -> tuple[Case, tuple[str, ...]]:
    planting, harvest = _days(row, mine["observations"])
    first = setting.initial.day if setting.initial else None
    start = min(planting, first or planting)
    weather, left = changed(
        weather_of_station(source.all(".WTH"), row["weather_station"], start, harvest, source.filling, setting.place), setting)  # fmt: skip
    density, depth = float(row["plants_per_m2"]), _positive(row["depth_cm"], 10.0)
    if not (0 < density <= 50 and 0 < depth <= 40):
        raise ValueError(f"plants_per_m2 {density:g}, depth_cm {depth:g}")
    recorded = _emergence(row, mine["observations"], planting, setting)
    crop = Crop(
        planting, harvest, density, SEED * density, depth=depth, emergence=recorded if source.emergence == "recorded" else None,
        automatic=(*setting.automatic, 1.0) if setting.automatic else None,
    )  # fmt: skip
    case = Case(
        crop, with_initial(_soil(source, row["soil_id"]), setting.initial), weather,
        tuple(Irrigation(date.fromisoformat(one["date"]), _positive(one["value_as_recorded"], 0.0), setting.efficiency) for one in mine["irrigation"]),
        (*(_fertiliser(one) for one in mine["fertiliser"]), *_residues(setting, planting)), start=max(start, weather.start),
        name=f"{row['exp']} {row['trt']}",
    )  # fmt: skip
    return case, (*setting.notes, *left, *_assumed(mine, setting))


def _days(row: Row, observations: list[Row]) -> tuple[date, date]:
    if not row["planting"]:
        raise ValueError("no day of planting")
    planting = date.fromisoformat(row["planting"])
    if row["harvest"]:
        return planting, date.fromisoformat(row["harvest"])
    seen = [date.fromisoformat(one["date"]) for one in observations if one["date"]]
    seen += [day for day in (day_after(planting, observations, name) for name in ("HDAT", "HDATE")) if day]
    if not seen:
        raise ValueError("no day of harvest, and no observation with a day")
    return planting, max(seen)


def day_after(planting: date, observations: list[Row], variable: str) -> date | None:
    """Return the first day after planting that is the day of the year observed (or a year and a day of it, yyddd)."""
    for one in observations:
        if one["variable"] == variable and (value := int(float(one["value"]))) > 0:
            first = date(planting.year, 1, 1) + timedelta(days=value % 1000 - 1)
            return (
                first
                if first > planting
                else date(planting.year + 1, 1, 1) + timedelta(days=value % 1000 - 1)
            )
    return None


def _emergence(row: Row, observations: list[Row], planting: date, setting: Setting) -> date | None:
    recorded = date.fromisoformat(row["emergence_obs"]) if row.get("emergence_obs") else None
    recorded = recorded or day_after(planting, observations, "EDAT")
    if recorded and not planting <= recorded < planting + timedelta(days=120):
        raise ValueError(f"emergence {recorded} of a crop planted on {planting}")
    return recorded or (planting if setting.transplanted else None)


def _assumed(mine: Mapping[str, list[Row]], setting: Setting) -> list[str]:
    codes = {one["material_code"] for one in mine["fertiliser"] if _positive(one["N_kg_ha"], 0.0)} - set(MATERIALS)  # fmt: skip
    notes = [
        f"肥料 {code} 的氮按硝态、铵态各半 N taken as half nitrate, half ammonium" for code in sorted(codes)
    ]
    if setting.transplanted:
        notes.append("移栽：出苗日取移栽日 transplanted: emerged on the day of planting")
    return notes


def _positive(text: str | None, missing: float) -> float:
    value = float(text or -99)
    return value if value > 0 else missing


def _fertiliser(row: Row) -> Fertiliser:
    nitrate, ammonium, urea = MATERIALS.get(row["material_code"], OTHER)
    total = _positive(row["N_kg_ha"], 0.0)
    deep = _positive(row["depth_cm"], 0.0) >= 5 or row.get("method_code") in DEEP
    return Fertiliser(
        date.fromisoformat(row["date"]), nitrate * total, ammonium * total, urea * total, _positive(row["P_kg_ha"], 0.0),
        _positive(row["K_kg_ha"], 0.0), incorporated=1.0 if deep else 0.0,
    )  # fmt: skip


def _residues(setting: Setting, planting: date) -> list[Fertiliser]:
    found = []
    for day, amount, percent in setting.residues:
        if percent > BREAK_EVEN:
            mineral = amount * percent / 100 * NETTED * (1 - BREAK_EVEN / percent)
            found.append(Fertiliser(day or planting, ammonium=mineral))
    return found


def _setting(source: _Source, row: Row) -> Setting:
    path = source.files.get(f"{row['exp'].upper()}.PTX")
    return read_settings(path).get(int(row["trt"]), Setting()) if path else Setting()


def _soil(source: _Source, name: str) -> Profile:
    """Return the profile from DSSAT's own file for it (the first two letters, then SOIL.SOL), or any other."""
    for path in sorted(source.all(".SOL"), key=lambda one: (one.stem.upper() != name[:2].upper(), one.stem.upper() != "SOIL", one.name)):  # fmt: skip
        if found := read_soil(path, name):
            return found
    raise InputError(
        "potato.trials", "没有土壤 {got}（*.SOL）。", "There is no soil {got} (*.SOL).", got=name
    )


def with_initial(profile: Profile, initial: Initial | None) -> Profile:
    """Return the profile with the initial water and nitrogen; below its last layer the last layer's."""
    if initial is None:
        return profile
    bottoms = sorted({*(one.bottom for one in profile.horizons), *(row[0] for row in initial.layers)})
    deepest = profile.horizons[-1].bottom
    return replace(
        profile, horizons=tuple(_cut(profile, initial, bottom) for bottom in bottoms if bottom <= deepest)
    )


def _cut(profile: Profile, initial: Initial, bottom: float) -> Horizon:
    horizon = next(one for one in profile.horizons if one.bottom >= bottom)
    _, water, ammonium, nitrate = next(
        (row for row in initial.layers if row[0] >= bottom), initial.layers[-1]
    )
    return replace(horizon, bottom=bottom, water=water, ammonium=ammonium, nitrate=nitrate)


def by_experiment(trials: list[Trial]) -> dict[str, list[Trial]]:
    """Return the treatments of each experiment."""
    found: dict[str, list[Trial]] = defaultdict(list)
    for one in trials:
        found[one.experiment].append(one)
    return dict(found)
