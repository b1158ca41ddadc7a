# needs-program: newsboat
# reads: RSS
set -euo pipefail
folder=$(mktemp -d)
echo "$1/feeds/all.rss" > "$folder/urls"
newsboat -u "$folder/urls" -c "$folder/cache.db" -C /dev/null -x reload
newsboat -u "$folder/urls" -c "$folder/cache.db" -C /dev/null -x print-unread
