# needs-program: r2e
# reads: RSS; never sends
set -euo pipefail
folder=$(mktemp -d)
r2e -c "$folder/cfg" -d "$folder/data.json" new nobody@example.invalid
r2e -c "$folder/cfg" -d "$folder/data.json" add fk "$1/feeds/all.rss"
r2e -c "$folder/cfg" -d "$folder/data.json" run --no-send
r2e -c "$folder/cfg" -d "$folder/data.json" run --no-send
echo "read twice"
