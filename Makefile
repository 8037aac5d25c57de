# Everything runs in .venv, which the first target that needs it makes. `make` alone lists the targets.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
PORT ?= 8000
CHAPTERS = $(wildcard intro.ipynb chapters appendices)

.DEFAULT_GOAL := help
.PHONY: help book test notebooks lab serve handout widgets screenshot bench clean browser

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

book: .venv/.ready  ## build the book into _build/html
	@.venv/bin/jupyter-book build . -W -n --keep-going
	@echo "Open _build/html/index.html"

test: browser book  ## check the package, the notebooks, the widgets and the pages
	TQDM_DISABLE=1 $(PY) -m pytest -n auto --nbval tests $(CHAPTERS)

browser: .venv/.ready
	@$(PY) scripts/browser.py

notebooks: .venv/.ready  ## execute the notebooks and write them in normal form (NB=path for one)
	@$(PY) scripts/notebooks.py run $(NB)

lab: .venv/.ready  ## open a copy of the notebooks in JupyterLab; what you change there stays yours
	@$(PY) scripts/notebooks.py lab
	@$(PY) -m jupyterlab --notebook-dir=lab

serve: book  ## serve the built book on this machine (PORT=8000)
	@echo "http://127.0.0.1:$(PORT)/  (Ctrl-C stops it)"
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

handout: .venv/.ready  ## write the notebooks without solutions into handout/, and zip them
	@$(PY) scripts/notebooks.py handout

widgets:  ## rebuild the widgets' bundles (needs Node; only for widget authors)
	cd nbcode/widgets/js && npm ci && node build.mjs

screenshot: book  ## take the README's picture
	@$(PY) scripts/screenshot.py

bench: book  ## measure speed: nbcode against PyTorch and micrograd, the pages against stock Jupyter Book
	@$(PY) -m benchmarks

clean:  ## remove what is built; .venv, lab and handout stay
	rm -rf _build

# The stamp is written last: a set-up that was interrupted or failed is done again by the next call.
# A .venv that works is kept, with a torch that was installed by hand; one that does not is made anew.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
.venv/.ready: requirements.txt pyproject.toml
	@rm -f $@
	@$(PY) -c "import pip; $(NEW_ENOUGH)" 2>/dev/null || { \
		$(or $(PYTHON),false) -c "$(NEW_ENOUGH)" 2>/dev/null || { \
			echo "This book needs Python 3.11 or later; '$(or $(PYTHON),python3)' is not that."; \
			echo "Name one that is: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }; \
		$(PYTHON) -m venv --clear .venv || { \
			echo "Python could not make .venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }; \
	} >&2
	@echo "Installing the packages into .venv; the first time this takes some minutes."
	@$(PY) -m pip install --disable-pip-version-check --quiet -r requirements.txt || { \
		echo "The packages could not be installed (the reason is above: no network? no space?)."; \
		echo "The next call of make tries again. Should that not help either, remove .venv first."; exit 1; } >&2
	@touch $@
