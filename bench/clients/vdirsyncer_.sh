# needs: vdirsyncer==0.21.0
# reads: iCalendar over HTTP
set -euo pipefail
folder=$(mktemp -d)
cat > "$folder/config" <<CONFIG
[general]
status_path = "$folder/status"
[pair fk]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "$1/calendar/all.ics"
[storage local]
type = "filesystem"
path = "$folder/calendar"
fileext = ".ics"
CONFIG
mkdir "$folder/calendar"
(yes || true) 2>/dev/null | vdirsyncer -c "$folder/config" discover >/dev/null 2>&1 || true
vdirsyncer -c "$folder/config" sync >/dev/null 2>&1
echo "$(ls "$folder/calendar" | wc -l) entries synchronised"
