# needs: nagiosplugin==1.4.0
# reads: the plan, as a plugin would
import json
import sys
from urllib.request import urlopen

import nagiosplugin

with urlopen(f"{sys.argv[1]}/v1/plan?run=ssbtek@8&within=150d") as answer:
    plan = json.load(answer)
days = min(work["days_left"] for work in plan["work"] if work["kind"] == "closing")
context = nagiosplugin.ScalarContext("days", f"{plan['within_days'] + 1}:", f"{plan['critical_days'] + 1}:")
state = context.evaluate(nagiosplugin.Metric("days", days), None).state
assert state.code == plan["exit_code"], (state, plan["exit_code"])
print(f"{days} days: {state.text}, the same code as ours ({plan['exit_code']})")
