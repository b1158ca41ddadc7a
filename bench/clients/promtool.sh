# needs-program: promtool
# reads: OpenMetrics, rewritten into the older text form that it checks
set -euo pipefail
curl -fsS "$1/metrics" | grep -v '^# UNIT\|^# EOF' | sed 's/ stateset$/ gauge/; s/ info$/ gauge/' | promtool check metrics || test $? = 3
echo "read, with nothing but remarks on style"
