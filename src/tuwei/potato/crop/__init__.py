"""The crop: one day's step over plant, water and nitrogen, its soil, its parameters and its two back ends."""
