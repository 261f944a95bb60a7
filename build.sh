#!/usr/bin/env bash
# Restores, builds with warnings as errors, runs every test.
set -euo pipefail
cd "$(dirname "$0")"
dotnet build Comity.slnx --nologo
dotnet test --solution Comity.slnx --no-build
