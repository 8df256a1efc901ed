# make test  installs what the tests need, starts it, checks the code, runs every test, and stops it again.
.PHONY: test tests check lint format compile compiler vulnerabilities install build bench fuzz

# Every test runs with the race detector. Pointer arithmetic isn't checked, and SQLite and the C library below
# it, translated from C, are left out: there, they find what C does everywhere, and took most of the time. No
# other package may be: one that instantiates generic code would put it, blind to races, in everybody's place
# (these do so for wrappers of reflect.Value, and the directories of os, which no two goroutines here share).
# What is checked is compiled as it is for the tests, once for both.
# Nobody debugs it: what a debugger would need is left out. Inlining took half of compiling the Redis client and the API.
race := -race '-gcflags=all=-d=checkptr=0 -dwarf=false' $(foreach p,modernc.org/sqlite/lib modernc.org/libc modernc.org/memory,'-gcflags=$(p)=-d=checkptr=0 -race=false -dwarf=false') $(foreach p,github.com/redis/go-redis/v9 dateline/server/...,'-gcflags=$(p)=-d=checkptr=0 -dwarf=false -l')

# Compiling goes on beside the installing, and the checks beside the tests, in what they leave of the processors.
test:
	@$(MAKE) --no-print-directory -j2 tests check

# The packages that take longest begin first, so that none is left to run alone at the end. One more runs than
# there are processors, since they wait for PostgreSQL, leases and lifts. The race detector lets each program
# end after a tenth of a second, in place of one.
tests: install compile
	GORACE=atexit_sleep_ms=100 .ci/with-servers go test -p $$(($$(nproc) + 1)) $(race) '-ldflags=-s -w' -vet=off -timeout 15m ./server ./jobs ./...

install: compiler
	.ci/install

compiler:
	.ci/install compiler

# Everything that is tested or checked, and what it is made of, once for both. Compilers that have a processor
# each spend less on collecting garbage.
compile: compiler
	GOMAXPROCS=1 go list -p $$(nproc) -export -deps -test $(race) ./... >/dev/null

check: format compile
	nice go vet $(race) ./...

# Before anything lands. To compile staticcheck, and its first look at every dependency, take a quarter of what all
# tests take: a fresh machine of two processors has no time for that within its ten minutes.
lint: check
	go mod tidy -diff
	go tool staticcheck ./...

format:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }

# Its database is on the net, which a closed machine lacks: so it is no part of the tests.
vulnerabilities:
	go tool govulncheck ./...

build:
	CGO_ENABLED=0 go build -trimpath -o dateline ./server

bench: install
	.ci/with-servers go test -run '^$$' -bench . -benchtime 2s ./...

fuzz: install
	.ci/with-servers .ci/fuzz 30s
