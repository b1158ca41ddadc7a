# needs: eol-cli==0.1.0
# reads: endoflife.date v1
import sys

from eol_cli.api import client
from eol_cli.cli import main

client.EOLClient.BASE_URL = f"{sys.argv[1]}/api/v1"
ran = 0
for words in (
    "index", "products list", "products get ssbtek", "products release ssbtek 8", "categories list",
    "categories get service", "tags list", "tags get forsakringskassan", "identifiers list", "identifiers get purl",
):  # fmt: skip
    main(words.split(), standalone_mode=False)
    ran += 1
print(f"\n{ran} commands, each with exit code 0")
