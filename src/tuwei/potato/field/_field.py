"""``FIELD.toml``: one field and its season, written by people; every key has a unit, a range and a meaning."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuwei.core.errors import InputError
from tuwei.potato.calibration._cultivars import known_cultivar
from tuwei.potato.crop._parameters import parameter_values
from tuwei.potato.crop._season import Case, Crop, Fertiliser, Irrigation
from tuwei.potato.crop._soil import Horizon, Profile, drainage_of, texture_horizon
from tuwei.potato.field._blight import BLIGHT, check_blight
from tuwei.potato.field._plan import PLAN, Key, check_covers, plan_parts
from tuwei.potato.field._plan import number as _n
from tuwei.potato.field._store import STORE, filled_store
from tuwei.potato.weather._weather import Site, Weather

if TYPE_CHECKING:
    from tuwei.potato.season._blight import LateBlight

# Application efficiency and wetted fraction: FAO Irrigation Water Management Training Manual 4 (1989), annex I, table 8
# (surface 0.60, sprinkler 0.75, drip 0.90); wetted fraction FAO-56 table 20. Flood as border, furrow as wide beds.
METHODS = {"flood": (0.60, 1.0), "furrow": (0.60, 0.6), "sprinkler": (0.75, 1.0), "drip": (0.90, 0.35)}
# Nitrate, ammonium and urea share of a material's N.
MATERIALS = {
    "urea": (0.0, 0.0, 1.0), "ammonium_nitrate": (0.5, 0.5, 0.0), "ammonium_sulfate": (0.0, 1.0, 0.0),
    "diammonium_phosphate": (0.0, 1.0, 0.0), "calcium_nitrate": (1.0, 0.0, 0.0), "potassium_nitrate": (1.0, 0.0, 0.0),
    "uan": (0.25, 0.25, 0.5), "compound": (0.2, 0.8, 0.0),
}  # fmt: skip
P_OF_P2O5, K_OF_K2O = 0.4364, 0.8302  # by molar mass


SPEC: dict[str, dict[str, Key]] = {
    "": {"name": Key(str, "")},
    "site": {"latitude": _n(-66, 66, unit="°", needed=True), "longitude": _n(-180, 180, unit="°", needed=True), "altitude": _n(-400, 5000, unit="m", needed=True)},
    "weather": {"file": Key(str, ""), "place": Key(str, ""), "seed": _n(0, 2**31, 1.0), "gaps": Key(str, ""), "absent": Key(str, "")},
    "crop": {"cultivar": Key(str, "generic"), "planting": Key(date, required=True), "harvest": Key(date, required=True), "vine_kill": Key(date),
             "density": _n(1, 15, 5.0, "m-2"), "depth_cm": _n(2, 25, 10.0, "cm"), "seed_kg_ha": _n(200, 8000, 2500.0, "kg/ha"), "mulch": _n(0, 1, 0.0)},
    "soil": {"drainage": _n(0.02, 1, unit="d-1"), "curve_number": _n(20, 98, 65.0), "ph": _n(4, 9.5, 7.0), "water_table_cm": _n(30, 1000, unit="cm"),
             "olsen_p": _n(0, 200, unit="mg/kg"), "exchangeable_k": _n(0, 1500, unit="mg/kg")},
    "soil.horizon": {"bottom_cm": _n(5, 300, unit="cm", needed=True), "sand": _n(0, 100, unit="%"), "clay": _n(0, 60, unit="%"), "organic_matter": _n(0, 8, 2.0, "%"),
                     "wilting": _n(0.01, 0.5), "capacity": _n(0.03, 0.6), "saturation": _n(0.2, 0.8), "density": _n(0.6, 2, 1.4, "g cm-3"),
                     "water": _n(0.005, 0.8), "nitrate": _n(0, 300, 5.0, "mg N/kg"), "ammonium": _n(0, 100, 1.0, "mg N/kg")},
    "irrigation": {"method": Key(str, "sprinkler", choices=tuple(METHODS)), "efficiency": _n(0.2, 1), "wetted": _n(0.1, 1), "nitrogen_mg_l": _n(0, 100, 0.0, "mg/L"),
                   "automatic_at": _n(0.05, 0.95), "automatic_depth_cm": _n(10, 100, 40.0, "cm")},
    "irrigation.event": {"date": Key(date, required=True), "mm": _n(0, 400, unit="mm", needed=True)},
    "fertiliser": {"date": Key(date, required=True), "material": Key(str, "compound", choices=tuple(MATERIALS)), "N": _n(0, 500, 0.0, "kg/ha"),
                   "P2O5": _n(0, 500, 0.0, "kg/ha"), "K2O": _n(0, 800, 0.0, "kg/ha"), "incorporated": _n(0, 1, 1.0)},
    "leaf_loss": {"date": Key(date, required=True), "fraction": _n(0, 1, needed=True)},
    **BLIGHT, **STORE, **PLAN,
}  # fmt: skip
TABLES = {"site", "weather", "crop", "soil", "irrigation", "blight", "store"}
LISTS = {"soil.horizon", "irrigation.event", "fertiliser", "leaf_loss", "spray"}


@dataclass(frozen=True)
class Field:
    """A field as written: ``parts`` by section, every key checked and filled; ``file`` for errors."""

    file: str
    parts: Mapping[str, Any]
    parameters: Mapping[str, float]

    @property
    def site(self) -> Site:
        """Where the field lies."""
        return Site(**self.parts["site"])

    @property
    def cultivar(self) -> str:
        """The cultivar's key."""
        return str(self.parts["crop"]["cultivar"])

    def weather(self, folder: Path, given: Path | None = None) -> Weather:
        """Return the field's weather: the file given, else the file named, else the generator for the season."""
        from tuwei.potato.weather._generate import generate_weather
        from tuwei.potato.weather._read import read_weather

        part, crop = self.parts["weather"], self.parts["crop"]
        if given or part["file"]:
            return read_weather(given or folder / part["file"], gaps=part["gaps"], absent=part["absent"])
        return generate_weather(
            part["place"] or "hohhot", crop["planting"], crop["harvest"], seed=int(part["seed"])
        )

    def case(self, weather: Weather) -> Case:
        """Return the season of this field under a weather."""
        return _case(self, weather)

    def late_blight(self) -> LateBlight | None:
        """Return late blight and the sprays against it, None where ``[blight]`` is not on."""
        from tuwei.potato.season._blight import LateBlight

        part = self.parts["blight"]
        if not part["on"]:
            return None
        return LateBlight(part["resistance"], tuple(row["date"] for row in self.parts["spray"]), part["lesions"], part["first"],
                          part["parameters"] or {})  # fmt: skip


def read_field(path: Path | str) -> Field:
    """Read a FIELD.toml.

    Parameters
    ----------
    path
        The file; keys, units and ranges are in the reference page and in ``SPEC``.

    Raises
    ------
    InputError
        ``potato.field_file``: not readable as TOML. ``potato.field_key``: an unknown section or key (the nearest is
        named), or one that is missing. ``potato.field_value``: a wrong type, or outside its range.
        ``potato.parameter_unknown``, ``potato.parameter_range``; ``potato.soil``, ``potato.texture``; ``potato.cultivar``,
        ``potato.weather_place``: not known, the nearest is named.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("potato.field_file", "{file} 读不出：{got}", "{file} cannot be read: {got}",
                         file=str(path), got=str(getattr(error, "strerror", "") or error)) from None  # fmt: skip
    return checked_field(given, path.name)


def checked_field(given: Mapping[str, Any], file: str = "") -> Field:
    """Return a field from a mapping as TOML gives it; see :func:`read_field`.

    Examples
    --------
    >>> from datetime import date
    >>> field = checked_field({"site": {"latitude": 41.0, "longitude": 112.0, "altitude": 1400},
    ...     "crop": {"planting": date(2024, 5, 1), "harvest": date(2024, 9, 15)},
    ...     "soil": {"horizon": [{"bottom_cm": 90, "sand": 60, "clay": 12}]}})
    >>> field.cultivar, field.parts["irrigation"]["method"]
    ('generic', 'sprinkler')
    """
    rest = dict(given)
    overrides = rest.pop("parameters", {})
    if not isinstance(overrides, dict):
        raise _wrong(file, "parameters", "[parameters]", overrides)
    parameter_values(overrides, file)
    parts: dict[str, Any] = {
        "": _section({key: rest.pop(key) for key in list(rest) if key in SPEC[""]}, "", file)
    }
    soil, water = rest.get("soil", {}), rest.get("irrigation", {})
    nested = {"soil.horizon": soil.pop("horizon", None) if isinstance(soil := dict(soil), dict) else None,
              "irrigation.event": water.pop("event", []) if isinstance(water := dict(water), dict) else []}  # fmt: skip
    rest |= {"soil": soil, "irrigation": water}
    for name, section in plan_parts(rest.pop("plan", {})).items():
        parts[name] = (_list if name == "plan.cultivar" else _section)(section, name, file)
    for name in TABLES:
        parts[name] = _section(rest.pop(name, {}), name, file)
    for name in LISTS:
        parts[name] = _list(nested[name] if name in nested else rest.pop(name, []), name, file)
    if rest:
        raise _unknown(file, next(iter(rest)), [*TABLES, *LISTS, "parameters", "plan"])
    parts["store"] = filled_store(parts["store"], file)
    check_covers(parts["plan"]["film"], file)
    parts["plan"]["resistance"] = parts["plan"]["resistance"] or parts["blight"]["resistance"]
    field = Field(file, parts, overrides)
    _profile(field)
    _known(field)
    _inside(field)
    return field


def _known(field: Field) -> None:
    """Refuse a cultivar or a place of the generator that is not known, naming the nearest."""
    from tuwei.potato.weather._generate import known_place

    named = {
        f"plan.cultivars[{number}]": name
        for number, name in enumerate(field.parts["plan"]["cultivars"] or (), 1)
    }
    named |= {
        f"plan.cultivar[{number}].name": row["name"]
        for number, row in enumerate(field.parts["plan.cultivar"], 1)
    }
    for where, name in {"crop.cultivar": field.cultivar, **named}.items():
        known_cultivar(str(name), file=field.file, field=where)
    check_blight(field.parts["blight"], field.file)
    if field.parts["weather"]["place"]:
        known_place(field.parts["weather"]["place"], file=field.file, field="weather.place")


def _inside(field: Field) -> None:
    """Refuse work on days outside the season; what is spread before planting counts on its day."""
    crop = field.parts["crop"]
    days = {f"{name}[{number}].date": row["date"] for name in ("irrigation.event", "leaf_loss", "spray")
            for number, row in enumerate(field.parts[name], 1)}  # fmt: skip
    days["blight.first"] = field.parts["blight"]["first"] or crop["planting"]
    for where, day in days.items():
        if not crop["planting"] <= day <= crop["harvest"]:
            raise _wrong(field.file, where, f"{crop['planting']} – {crop['harvest']}", day)


def _list(given: Any, name: str, file: str) -> list[dict[str, Any]]:
    if given is None:
        raise _missing(file, f"[[{name}]]")
    if not isinstance(given, list):
        raise _wrong(file, name, f"[[{name}]]", given)
    return [_section(one, name, file, number) for number, one in enumerate(given, 1)]


def _section(given: Any, name: str, file: str, number: int = 0) -> dict[str, Any]:
    spec, where = SPEC[name], f"{name}[{number}]" if number else name
    if not isinstance(given, dict):
        raise _wrong(file, where, f"[{name}]", given)
    for key in given:
        if key not in spec:
            raise _unknown(file, f"{where}.{key}", [f"{where}.{one}" for one in spec])
    return {key: _value(given.get(key), one, f"{where}.{key}".lstrip("."), file) for key, one in spec.items()}


def _value(value: Any, key: Key, where: str, file: str) -> Any:
    if value is None:
        if key.required:
            raise _missing(file, where)
        return key.default
    if key.kind in (float, int):
        good = isinstance(value, int | float) and not isinstance(value, bool) and key.low <= value <= key.high
        if not good or (key.kind is int and value != int(value)):
            raise _wrong(file, where, f"{key.low:.15g} – {key.high:.15g} {key.unit}".strip(), value)
        return key.kind(value)
    if type(value) is not key.kind or (key.choices and value not in key.choices):
        raise _wrong(
            file,
            where,
            ", ".join(key.choices)
            or {str: '"…"', date: "2024-05-01", bool: "true, false", dict: "{ … }", list: "[ … ]"}[key.kind],
            value,
        )
    return value


def _unknown(file: str, field: str, known: list[str]) -> InputError:
    near = get_close_matches(field, known, 1)
    return InputError("potato.field_key", "{file}：没有“{field}”，最近的是 {expected}。", "{file}: there is no “{field}”; the nearest is {expected}.",
                      file=file, field=field, expected=near[0] if near else ", ".join(sorted(known)))  # fmt: skip


def _missing(file: str, field: str) -> InputError:
    return InputError("potato.field_key", "{file}：缺“{field}”。", "{file}: “{field}” is missing.", file=file, field=field, expected=field)  # fmt: skip


def _wrong(file: str, field: str, expected: str, got: Any) -> InputError:
    return InputError("potato.field_value", "{file}：“{field}”应为 {expected}，现为“{got}”。", "{file}: “{field}” is {expected}, got “{got}”.",
                      file=file, field=field, expected=expected, got=str(got)[:60])  # fmt: skip


def _profile(field: Field) -> Profile:
    part, horizons = (
        field.parts["soil"],
        tuple(_horizon(row, number, field.file) for number, row in enumerate(field.parts["soil.horizon"], 1)),
    )
    if not horizons:
        raise _missing(field.file, "[[soil.horizon]]")
    drainage = drainage_of(horizons) if part["drainage"] is None else part["drainage"]
    return Profile(horizons, drainage, part["curve_number"], part["ph"], field.file)


def _horizon(row: Mapping[str, Any], number: int, file: str) -> Horizon:
    more = {name: row[name] for name in ("water", "nitrate", "ammonium") if row[name] is not None}
    if row["wilting"] is None and row["sand"] is not None and row["clay"] is not None:
        return texture_horizon(row["bottom_cm"], row["sand"], row["clay"], row["organic_matter"], **more)
    for name in ("wilting", "capacity", "saturation"):
        if row[name] is None:
            raise _missing(file, f"soil.horizon[{number}].{name}")
    return Horizon(row["bottom_cm"], row["wilting"], row["capacity"], row["saturation"], row["organic_matter"] / 1.724, row["density"], **more)  # fmt: skip


def watering_of(field: Field) -> tuple[float, float, float]:
    """Return how the field's water comes: efficiency, wetted share, and the share of a dressing that it washes in."""
    water = field.parts["irrigation"]
    efficiency, wetted = METHODS[water["method"]]
    washed = 1.0 if water["method"] in ("drip", "sprinkler") else 0.0
    return water["efficiency"] or efficiency, water["wetted"] or wetted, washed


def _case(field: Field, weather: Weather) -> Case:
    crop, soil, water = field.parts["crop"], field.parts["soil"], field.parts["irrigation"]
    efficiency, wetted, _ = watering_of(field)
    automatic = (
        (water["automatic_at"], 10 * water["automatic_depth_cm"], wetted) if water["automatic_at"] else None
    )
    phosphorus, potassium = supplies(field)
    return Case(
        Crop(crop["planting"], crop["harvest"], crop["density"], 0.2 * crop["seed_kg_ha"], crop["depth_cm"], crop["mulch"], crop["vine_kill"], None, automatic),
        _profile(field), weather,
        tuple(Irrigation(one["date"], one["mm"], efficiency, wetted) for one in field.parts["irrigation.event"]),
        tuple(_fertiliser(one) for one in field.parts["fertiliser"]),
        {one["date"]: one["fraction"] for one in field.parts["leaf_loss"]},
        water_table=10 * soil["water_table_cm"] if soil["water_table_cm"] else -1.0, irrigation_nitrogen=water["nitrogen_mg_l"],
        phosphorus_supply=phosphorus, potassium_supply=potassium, name=field.parts[""]["name"] or field.file,
    )  # fmt: skip


def _fertiliser(row: Mapping[str, Any]) -> Fertiliser:
    nitrate, ammonium, urea = (share * row["N"] for share in MATERIALS[row["material"]])
    return Fertiliser(row["date"], nitrate, ammonium, urea, P_OF_P2O5 * row["P2O5"], K_OF_K2O * row["K2O"], row["incorporated"])  # fmt: skip


def supplies(field: Field) -> tuple[float, float]:
    """Return the soil's supply of P and K in a season [kg/ha], -1 where no soil test is given (then not limiting).

    QUEFTS (Janssen et al. 1990, Geoderma 46:299, table 1): SP = 0.35 fP C + 0.5 Olsen-P, SK = 400 fK K / (2 + 0.9 C)
    with C in g/kg and K in mmol/kg, fP = 1 - 0.5 (pH - 6)^2, fK = 0.625 (3.4 - 0.4 pH). Both factors are kept at 0
    or more; the paper covers pH 4.5 to 7.
    """
    soil, top = field.parts["soil"], field.parts["soil.horizon"][0]
    carbon = 10 * top["organic_matter"] / 1.724
    phosphorus = potassium = -1.0
    if soil["olsen_p"] is not None:
        phosphorus = 0.35 * max(0.0, 1 - 0.5 * (soil["ph"] - 6) ** 2) * carbon + 0.5 * soil["olsen_p"]
    if soil["exchangeable_k"] is not None:
        potassium = (
            400
            * 0.625
            * max(0.0, 3.4 - 0.4 * soil["ph"])
            * soil["exchangeable_k"]
            / 39.1
            / (2 + 0.9 * carbon)
        )
    return phosphorus, potassium
