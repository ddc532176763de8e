# Aliases for those who type make; dev.py does the work.
.PHONY: setup run test lock
setup run test lock:
	python3 dev.py $@
