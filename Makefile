# The five things one does here. The first run makes .venv; later ones find it ready.
.PHONY: demo test check bench test-live messages sync

# Compiled once: an environment that forbids it would have each process compile everything again, seconds each time.
export PYTHONDONTWRITEBYTECODE :=

demo: sync
	@.venv/bin/communaux demo --catalogues ../shared/data/catalogues $(if $(PORT),--port $(PORT))

test:
	@.ci/run

check:
	@.ci/run lock lint templates layers translations migrations types

bench: sync
	@.ci/run bench

test-live: sync
	@.ci/run live

messages: sync
	@.venv/bin/python -m tests.messages

sync: .venv/synced

.venv/synced: uv.lock pyproject.toml
	@.ci/bootstrap
