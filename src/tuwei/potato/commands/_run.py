"""From a FIELD.toml to a simulated season with its uncertainty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tuwei.potato.calibration._cultivars import cultivar_values, residual
from tuwei.potato.crop._ensemble import ensemble, intervals_of
from tuwei.potato.crop._season import Case, Season, simulate
from tuwei.potato.field._field import Field, read_field
from tuwei.potato.reports._blight import blight_dict
from tuwei.potato.reports._season import season_dict
from tuwei.potato.season._blight import LateBlight, simulate_blighted_many
from tuwei.potato.weather._evapotranspiration import Floats


def simulate_field(
    path: Path | str, weather: Path | str | None = None, *, members: int = 200, seed: int = 1
) -> tuple[dict[str, Any], Season]:
    """Simulate the season of a FIELD.toml.

    Parameters
    ----------
    path
        The field's file; a weather file it names is looked for beside it.
    weather
        A weather file that goes before the field's.
    members
        Draws of the parameters, 2 or more.
    seed
        Of what the model leaves unexplained.

    Returns
    -------
    tuple
        The season as for JSON (:func:`season_dict`, with :func:`blight_dict` where ``[blight]`` is on), and the season of the best parameters day by day.

    Raises
    ------
    InputError
        As :func:`read_field`, :func:`read_weather`, :func:`cultivar_values`, :func:`simulate`.
    BalanceError
        ``potato.balance``.
    """
    path = Path(path)
    field = read_field(path)
    case = field.case(field.weather(path.parent, Path(weather) if weather else None))
    values = cultivar_values(field.cultivar, members, field.parameters)
    about: dict[str, Any] = {"field": case.name, "cultivar": field.cultivar, "weather": case.weather.origin, "members": members, "seed": seed,
             "planting": case.crop.planting.isoformat(), "harvest": case.crop.harvest.isoformat()}  # fmt: skip
    if (late_blight := field.late_blight()) is not None:
        return _blighted(field, case, values, late_blight, about)
    season = simulate(case, values[0])
    [intervals] = ensemble([case], [values], residual=residual(), seed=seed)
    return season_dict(season, intervals, about), season


def _blighted(
    field: Field, case: Case, values: Floats, late_blight: LateBlight, about: dict[str, Any]
) -> tuple[dict[str, Any], Season]:
    many = simulate_blighted_many(case, values, late_blight)
    intervals = intervals_of(many.results, residual=residual(), seed=about["seed"])
    return season_dict(many.first(), intervals, about) | {"blight": blight_dict(field, many)}, many.first()
