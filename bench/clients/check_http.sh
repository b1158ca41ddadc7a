# needs-program: check_http
# reads: endoflife.date v1, as Icinga's own plugin
set -euo pipefail
hostport=${1#http://}
check_http -H "${hostport%%:*}" -p "${hostport##*:}" -u /api/v1/products/ssbtek -s '"isMaintained":true' | cut -d"|" -f1
