#!/usr/bin/env bash
# ./build.sh          restores, builds with warnings as errors, runs every test
# ./build.sh bench    runs the benchmarks and prints their tables
# ./build.sh publish  makes the folder that is installed on a node's machine: artifacts/publish/comity-linux-x64
# ./build.sh format   puts the code into the house's format
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

command -v dotnet >/dev/null || { echo "build.sh: the .NET SDK 10 is missing: https://dotnet.microsoft.com/download" >&2; exit 1; }

# What the build takes, and what the tests start as real servers and tools. Without the latter those tests say that they were skipped.
need=()
[ -x "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -1)" ] || need+=(postgresql)
command -v strace >/dev/null || need+=(strace)
[ -x /usr/bin/chromium ] || need+=(chromium)
[ -e /etc/reader.conf.d/vpcd ] || need+=(pcscd vsmartcard-vpcd)   # a card reader without hardware
command -v pdftotext >/dev/null || need+=(poppler-utils)   # reads what was printed
command -v npm >/dev/null || need+=(nodejs npm)   # the build takes the pages' style sheet and script from npm
if [ ${#need[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${need[@]}"; } >/dev/null 2>&1 || echo "build.sh: could not install ${need[*]}" >&2
    else
        echo "build.sh: missing: ${need[*]} (Debian: apt-get install ${need[*]})" >&2
    fi
fi

case "${1:-test}" in
    test)
        dotnet build Comity.slnx -v q
        dotnet test --solution Comity.slnx --no-build
        ;;
    bench) shift; dotnet run -c Release --project bench/Comity.Benchmarks -- "${@:-all}" ;;
    publish)
        rid="${2:-linux-x64}"
        out="artifacts/publish/comity-$rid"
        rm -rf "$out"
        dotnet publish src/Comity/Comity.csproj -c Release -r "$rid" --self-contained -o "$out" -v q
        cp -r deploy/. LICENSE CHANGELOG.md docs/operating.md "$out"
        echo "$out: $(du -sh "$out" | cut -f1), $("$out/comity" --version)"
        ;;
    format) dotnet format Comity.slnx ;;
    *) echo "build.sh: test (default), bench, publish or format" >&2; exit 2 ;;
esac
