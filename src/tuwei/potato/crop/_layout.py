"""The flat arrays of the kernel: which value lies in which column, and in what unit.

Every array is float64. A season reads ``soil`` (8, n), ``field`` (n), ``weather`` (days, n), ``management``
(days, n) and ``parameters`` (n); it writes ``daily`` (days, n) and ``result`` (n). The names of a table are the
columns in order, so a table is the whole specification.
"""

from __future__ import annotations

LAYERS = 8

SOIL = {
    "thickness": "mm", "wilting": "m3 m-3", "capacity": "m3 m-3", "saturation": "m3 m-3", "drainage": "d-1",
    "rooting": "0-1", "carbon": "% mass", "density": "g cm-3", "water": "m3 m-3", "nitrate": "kg N ha-1",
    "ammonium": "kg N ha-1",
}  # fmt: skip

FIELD = {
    "planting": "day index", "harvest": "day index", "vine_kill": "day index, -1 none", "emergence": "day index, -1 simulated",
    "density": "plants m-2", "seed": "kg DM ha-1", "depth": "cm of planting", "mulch": "0-1 film cover", "curve_number": "SCS curve number",
    "water_table": "mm depth, -1 none", "auto_threshold": "fraction of available water, -1 none", "auto_depth": "mm",
    "auto_wetted": "0-1", "irrigation_nitrogen": "mg N L-1", "deposition": "kg N ha-1 d-1", "co2": "ppm", "ph": "-",
    "phosphorus_supply": "kg P ha-1, -1 not limiting", "potassium_supply": "kg K ha-1, -1 not limiting",
    "tolerance": "balance tolerance, mm or kg ha-1",
}  # fmt: skip

WEATHER = {
    "tmin": "degC", "tmax": "degC", "rain": "mm d-1", "srad": "MJ m-2 d-1", "et0": "mm d-1", "wind": "m s-1",
    "humidity": "% at the day's warmest", "daylength": "h, civil twilight included",
}  # fmt: skip

MANAGEMENT = {
    "irrigation": "mm gross", "efficiency": "0-1", "wetted": "0-1 of the surface", "nitrate": "kg N ha-1",
    "ammonium": "kg N ha-1", "urea": "kg N ha-1", "incorporated": "0-1", "phosphorus": "kg P ha-1",
    "potassium": "kg K ha-1", "leaf_loss": "0-1 of the green leaf",
}  # fmt: skip

# Pools at the end of a day.
POOLS = {
    "stage": "0 planted, 1 emerged, 2 tubers, 3 vines dead", "lai": "m2 m-2", "cover": "0-1", "leaf": "kg DM ha-1",
    "stem": "kg DM ha-1", "root": "kg DM ha-1", "tuber": "kg DM ha-1", "seed": "kg DM ha-1", "dead": "kg DM ha-1",
    "tuber_content": "dry matter fraction", "plant_nitrogen": "kg N ha-1", "tuber_nitrogen": "kg N ha-1",
    "litter_nitrogen": "kg N ha-1", "nutrition_index": "-", "water_stress": "0-1, 1 none", "nitrogen_stress": "0-1, 1 none",
    "nutrient_stress": "P and K, 0-1, 1 none", "soil_water": "mm", "available_water": "fraction in the root zone",
    "root_depth": "mm", "nitrate": "kg N ha-1", "ammonium": "kg N ha-1", "organic_nitrogen": "kg N ha-1",
    "thermal_time": "degC d since emergence", "phosphorus": "kg P ha-1 in the crop", "potassium": "kg K ha-1 in the crop",
}  # fmt: skip

# What moved during the day; the result holds their sums over the season.
FLOWS = {
    "rain": "mm", "irrigation": "mm gross", "irrigation_loss": "mm", "runoff": "mm", "evaporation": "mm",
    "transpiration": "mm", "percolation": "mm", "capillary": "mm", "et0": "mm", "assimilation": "kg DM ha-1",
    "nitrogen_input": "kg N ha-1", "mineralised": "kg N ha-1", "nitrified": "kg N ha-1", "leached": "kg N ha-1",
    "volatilised": "kg N ha-1", "denitrified": "kg N ha-1", "nitrogen_uptake": "kg N ha-1", "frost_loss": "fraction of leaf",
    "heat_day": "0 or 1, maximum over 30 degC",
}  # fmt: skip

DAILY = {
    **{f"{name}": unit for name, unit in POOLS.items()},
    **{f"{name}": unit for name, unit in FLOWS.items()},
}

SEASON = {
    "emerged": "day index, -1 never", "initiated": "day index, -1 never", "vines_dead": "day index, -1 never",
    "lai_max": "m2 m-2", "tuber": "kg DM ha-1", "fresh": "t ha-1", "content": "dry matter fraction",
    "number": "tubers m-2", "small": "mass fraction under 75 g", "medium": "mass fraction 75-150 g",
    "large": "mass fraction 150-300 g", "oversize": "mass fraction over 300 g", "top": "kg DM ha-1",
    "nitrogen_in_crop": "kg N ha-1", "nitrogen_in_tubers": "kg N ha-1", "mineral_nitrogen_left": "kg N ha-1",
    "skin_set": "0-1", "stress_water": "mean 0-1 after emergence", "stress_nitrogen": "mean 0-1 after emergence",
    "balance_water": "largest daily error, mm", "balance_nitrogen": "largest daily error, kg N ha-1",
    "balance_matter": "largest daily error, kg DM ha-1",
}  # fmt: skip

RESULT = {**SEASON, **{f"total_{name}": unit for name, unit in FLOWS.items()}}

STATE = {
    "leaf": "kg DM ha-1", "stem": "kg DM ha-1", "root": "kg DM ha-1", "tuber": "kg DM ha-1", "seed": "kg DM ha-1",
    "dead": "kg DM ha-1", "lai": "m2 m-2", "n_shoot": "kg N ha-1", "n_tuber": "kg N ha-1", "n_litter": "kg N ha-1",
    "sprout": "0-1 towards emergence", "induction": "cumulative", "bulking": "days at the best", "thermal": "degC d",
    "depth": "mm of roots", "soil_temperature": "degC", "wetted": "0-1", "stage": "-", "p_crop": "kg P ha-1",
    "k_crop": "kg K ha-1", "p_pool": "kg P ha-1", "k_pool": "kg K ha-1", "water_stress": "0-1", "n_stress": "0-1",
    "pk_stress": "0-1", "nni": "-", "bulked": "degC d since initiation", "killed": "days since the vines died",
}  # fmt: skip

ERRORS = {1: "water", 2: "nitrogen", 3: "dry matter", 4: "a value that is not a number"}

# The place of each column, by name.
SOIL_AT, FIELD_AT, WEATHER_AT, MANAGEMENT_AT, RESULT_AT = (
    {name: place for place, name in enumerate(table)} for table in (SOIL, FIELD, WEATHER, MANAGEMENT, RESULT)
)
