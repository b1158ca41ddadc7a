# needs: prometheus-client==0.26.0
# reads: OpenMetrics
import sys
from urllib.request import urlopen

from prometheus_client.openmetrics.parser import text_string_to_metric_families

with urlopen(f"{sys.argv[1]}/metrics") as answer:
    families = list(text_string_to_metric_families(answer.read().decode()))
print(f"{len(families)} families, {sum(len(family.samples) for family in families)} samples")
