"""The plan made anew from what was seen."""
