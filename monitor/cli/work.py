"""How settings become the things that work: a fetcher, and a commit that writes deliveries with the events."""

from __future__ import annotations

from monitor.fetch import Fetcher, make_client, tls_context
from monitor.settings import Settings


def fetcher_for(settings: Settings) -> Fetcher:
    """A fetcher with its one client, proxy and certificates as configured."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    client = make_client(contact=settings.contact, proxy=proxy, tls=tls_context(settings.ca_bundle))
    return Fetcher(client, proxied=proxy is not None)
