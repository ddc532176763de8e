"""Sphinx: Markdown in, plain pages out; Chinese first, English beside it."""

project = "突围 Tuwei"
copyright = "Tuwei maintainers, Apache-2.0"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "突围 Tuwei"
language = "zh_CN"
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_static_path: list[str] = []
