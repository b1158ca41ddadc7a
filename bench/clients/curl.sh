# needs-program: curl
# reads: validators
set -euo pipefail
folder=$(mktemp -d)
for path in /feeds/all.rss /calendar/all.ics /api/v1/products/ssbtek /v1/events; do
  curl -fsS -o /dev/null --etag-save "$folder/etag" "$1$path"
  test "$(curl -fsS -o /dev/null -w '%{http_code}' --etag-compare "$folder/etag" "$1$path")" = 304
  test "$(curl -fsS -I -o /dev/null -w '%{http_code}' "$1$path")" = 200
done
echo "304 the second time, and HEAD, on four addresses"
