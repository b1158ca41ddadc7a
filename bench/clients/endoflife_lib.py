# needs: endoflife-lib==0.1.2 aiohttp
# reads: endoflife.date v1
import asyncio
import sys

import aiohttp
from eoltracker import EOLClient


async def main():
    async with aiohttp.ClientSession() as session:
        found = await EOLClient(session).fetch_all(f"{sys.argv[1]}/api/v1/products/ssbtek/releases/latest")
        print(
            f"latest is {found['release']['name']}, of {found['product']['label']}"
            if "product" in found
            else f"latest is {found['release']['name']}"
        )


asyncio.run(main())
