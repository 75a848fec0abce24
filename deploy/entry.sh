#!/bin/sh
# Secrets that were made on the first start come from files; what the environment gives counts more. Then Troupe takes this process's
# place, so that signals reach it.
set -e
from() {
  [ -n "$(printenv "$1")" ] || [ ! -r "/secrets/$2" ] || export "$1=$(cat "/secrets/$2")"
}
from DATABASE_URL database-url
from SECRET_KEY secret-key
from SECRET_KEY_BEFORE secret-key-before
# The program itself maps its stacks for less.
[ "$1" = dist/src/main.js ] || set -- --enable-source-maps "$@"
exec node "$@"
