# needs: norwegianblue==0.26.0
# reads: endoflife.date v0
import os
import sys
import tempfile

os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
import norwegianblue
from norwegianblue.cli import main

norwegianblue.BASE_URL = f"{sys.argv[1]}/api/"
sys.argv = ["eol", "ssbtek", "--md"]
main()
sys.argv = ["eol", "ssbtec"]
try:
    main()
except (EOFError, SystemExit):
    # It offers the nearest product and waits for an answer, which nobody gives here.
    print("\nthe table; for a misspelt product it asks whether ssbtek was meant")
