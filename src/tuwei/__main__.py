"""``python -m tuwei`` is ``tuwei``."""

from tuwei.cli import main

main()
