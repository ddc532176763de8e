"""A whole season: under rules for water and sprays, with late blight, and as readings saw it."""
