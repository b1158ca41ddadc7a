# needs-program: sfeed
# reads: RSS, Atom
set -euo pipefail
rss=$(curl -fsS "$1/feeds/all.rss" | sfeed | wc -l)
atom=$(curl -fsS "$1/feeds/all.atom" | sfeed | wc -l)
test "$rss" = "$atom"
echo "$rss lines from each"
