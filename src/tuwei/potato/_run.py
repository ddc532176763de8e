"""From a FIELD.toml to a simulated season with its uncertainty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tuwei.potato._cultivars import cultivar_values, residual
from tuwei.potato._ensemble import ensemble
from tuwei.potato._field import read_field
from tuwei.potato._report_season import season_dict
from tuwei.potato._season import Season, simulate


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
        The season as for JSON (:func:`season_dict`), and the season of the best parameters day by day.

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
    season = simulate(case, values[0])
    [intervals] = ensemble([case], [values], residual=residual(), seed=seed)
    about = {"field": case.name, "cultivar": field.cultivar, "weather": case.weather.origin, "members": members, "seed": seed,
             "planting": case.crop.planting.isoformat(), "harvest": case.crop.harvest.isoformat()}  # fmt: skip
    return season_dict(season, intervals, about), season
