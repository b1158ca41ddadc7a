# needs: endoflifedate==1.2.0
# reads: endoflife.date v0
import sys

from endoflifedate import ApiClient, Configuration, DefaultApi

api = DefaultApi(ApiClient(Configuration(host=sys.argv[1])))
products = api.get_api_all_json()
cycles = api.get_api_product_json("ssbtek")
one = api.get_api_product_cycle_json("ssbtek", "8")
print(f"{len(products)} product, {len(cycles)} cycles, cycle 8 ends {one.eol.actual_instance}")
