# needs-program: khal
# reads: iCalendar
set -euo pipefail
folder=$(mktemp -d)
mkdir "$folder/calendar"
printf '[calendars]\n[[fk]]\npath = %s\n[locale]\nlocal_timezone = Europe/Stockholm\ndefault_timezone = Europe/Stockholm\ntimeformat = %%H:%%M\ndateformat = %%Y-%%m-%%d\nlongdateformat = %%Y-%%m-%%d\ndatetimeformat = %%Y-%%m-%%d %%H:%%M\nlongdatetimeformat = %%Y-%%m-%%d %%H:%%M\n[sqlite]\npath = %s\n' "$folder/calendar" "$folder/khal.db" > "$folder/config"
curl -fsS "$1/calendar/all.ics" > "$folder/all.ics"
khal -c "$folder/config" import --batch "$folder/all.ics" >/dev/null
khal -c "$folder/config" list --format "{title}" 2026-09-30 1d | tail -1
