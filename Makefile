# Everything a contributor needs. `make demo` and `make test` work on a fresh clone.

CONFIGURATION ?= Release
KILLS ?= 1000
MICROBENCH ?= *
BIN := artifacts/bin
DOTNET_FLAGS := -c $(CONFIGURATION) --nologo -v quiet -nodeReuse:false

.PHONY: build test demo bench microbench crash lint format clean

# Builds all, and leaves artifacts/bin/subscriptions-server and artifacts/bin/subs.
build:
	dotnet build Subscriptions.sln $(DOTNET_FLAGS)
	@scripts/link-programs.sh $(CONFIGURATION)

# The main job, end to end: documents in, acknowledged batches out, with a server that is killed in the middle.
demo:
	dotnet build src/Subscriptions.Server $(DOTNET_FLAGS)
	dotnet build src/Subscriptions.Cli $(DOTNET_FLAGS)
	dotnet build clients/dotnet/samples/OrderShipping $(DOTNET_FLAGS)
	@scripts/link-programs.sh $(CONFIGURATION)
	$(BIN)/subs demo

# Measures a server of its own, all scenarios; BENCH="drain-256 --rounds 10" chooses. On a quiet machine it takes three to four minutes.
bench:
	dotnet build src/Subscriptions.Server $(DOTNET_FLAGS)
	dotnet build src/Subscriptions.Cli $(DOTNET_FLAGS)
	@scripts/link-programs.sh $(CONFIGURATION)
	$(BIN)/subs bench $(BENCH)

# Measures the hot pieces by themselves; MICROBENCH="*Wire*" chooses. Some minutes.
microbench:
	dotnet build tests/Subscriptions.Benchmarks $(DOTNET_FLAGS)
	dotnet run --project tests/Subscriptions.Benchmarks -c $(CONFIGURATION) --no-build -- --filter "$(MICROBENCH)" --artifacts artifacts/microbench

# Installs what the tests need and runs all of them; the last line counts them.
test:
	@scripts/test.sh $(CONFIGURATION)

# Kills a working process KILLS times and checks that nothing confirmed was lost.
crash:
	dotnet build tests/Subscriptions.Storage.Tests $(DOTNET_FLAGS)
	CRASH_KILLS=$(KILLS) dotnet test tests/Subscriptions.Storage.Tests -c $(CONFIGURATION) --no-build --nologo --filter "Category=Crash" --logger "console;verbosity=normal"

# Style of protos and code, and compatibility of the protos with the last commit on main.
lint:
	scripts/buf.sh lint
	@scripts/buf-breaking.sh
	dotnet format Subscriptions.sln --verify-no-changes

format:
	dotnet format Subscriptions.sln

clean:
	rm -rf artifacts
