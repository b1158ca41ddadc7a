# needs: python-deprecation-dates==0.2.6
# reads: endoflife.date v0
import importlib
import sys
from importlib.metadata import files

modules = [
    str(path.with_suffix("")).replace("/", ".") for path in files("python-deprecation-dates") if path.suffix == ".py"
]
apis = [
    importlib.import_module(name).PythonEOLAPI
    for name in modules
    if "test" not in name and hasattr(importlib.import_module(name), "PythonEOLAPI")
]
api = apis[0](url=f"{sys.argv[1]}/api/ssbtek.json")
print(f"{len(api.data)} versions")
