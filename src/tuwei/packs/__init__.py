"""Region packs: the places, institutions, figures, needs and achievements of one region, as data."""
