"""The flat arrays of a season led by rules: which value lies in which column, and in what unit."""

from __future__ import annotations

from tuwei.potato.crop._layout import LAYERS

RULES = {
    "active": "1 the rules lead, 0 the season is replayed", "trigger_young": "fraction of available water, before tubers",
    "trigger_bulking": "fraction", "trigger_late": "fraction, in the last days", "depth_young": "mm gross",
    "depth_bulking": "mm gross", "depth_late": "mm gross", "efficiency": "0-1", "wetted": "0-1 of the surface",
    "pump": "mm gross a day", "quota": "mm gross a season", "interval": "days between irrigations",
    "irrigations": "most in a season", "late": "days before the vines go that count as late", "stop": "days before the vines go without water",
    "blight": "1 late blight is stepped", "spray_trigger": "severity values since the last spray", "spray_interval": "days, by the label",
    "sprays": "most in a season, by the label", "labour": "hours a hectare for irrigations and sprays",
    "labour_irrigation": "hours a hectare", "labour_spray": "hours a hectare",
    "lesions": "m-2 put into the leaf", "lesion_day": "day index",
    "from_day": "day index; before it the rules only keep count of the work that is given",
}  # fmt: skip

# What a led season keeps from day to day beside the crop's state.
LED = {
    "pending": "mm of the irrigation still to give", "used": "mm", "events": "irrigations begun", "dry_days": "since the last irrigation",
    "signs": "severity values", "clean_days": "since the last spray", "sprays": "-", "labour": "h ha-1", "residue": "share of the dose",
    "lost": "0-1, leaf that blight took of what it would have spared", "severity": "0-1, as BLIGHTED", "taken": "0-1, as BLIGHTED",
    "guard": "0-1, as BLIGHTED",
}  # fmt: skip

# What is kept of every day: the work, and what a reading would see at its end.
ACTS = {
    "water": "mm gross", "number": "of the irrigation", "spray": "0 or 1", "stage": "as in _layout", "lai": "m2 m-2",
    "tuber": "kg DM ha-1", "severity": "as BLIGHTED", **{f"layer_{place}": "mm of water" for place in range(LAYERS)},
}  # fmt: skip
COUNTS = {"irrigations": "-", "sprays": "-", "leaf_lost": "0-1 to blight"}
# What late blight adds to the days of a season, after the columns of ``_layout.DAILY``.
BLIGHTED = {
    "blight_severity": "0-1 of the leaf area that is diseased, kept once the vines are dead", "blight_leaf": "m2 m-2 diseased",
    "blight_lost": "0-1 of the green leaf lost that day", "fungicide": "share of the dose on the leaf that day",
}  # fmt: skip

# The place of each column, by name.
RULES_AT, ACTS_AT, COUNTS_AT = (
    {name: place for place, name in enumerate(table)} for table in (RULES, ACTS, COUNTS)
)
