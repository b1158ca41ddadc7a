"""The endoflife.date wire format at the site root, v1 before v0, and Renovate's document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.knowledge import Knowledge
from api.problems import not_found
from api.replies import json_reply
from monitor.model import Version
from monitor.publish import endoflife
from monitor.publish.feeds import EMPTY_SINCE
from monitor.publish.renovate import renovate


def router(knowledge: Knowledge) -> APIRouter:
    """The routes that planning tools have hard-wired."""
    routes = APIRouter(tags=["planning tools"])

    def versions_of(product: str) -> tuple[str, tuple[Version, ...]]:
        service = product.lower()
        versions = knowledge.versions(service) if service in knowledge.services() else ()
        if not versions:
            raise not_found("There is no product with this name, or nothing has been read about it yet.")
        return service, versions

    def products() -> list[str]:
        return endoflife.v0_all(knowledge.versions())

    def enveloped(result: Any, *, total: bool = False, last_modified: bool = False) -> Response:
        changed_at = knowledge.modified() or EMPTY_SINCE
        document = endoflife.v1_envelope(result, changed_at=changed_at, total=total, last_modified=last_modified)
        return json_reply(document, modified=knowledge.modified())

    def uris(kind: str, *names: str) -> Response:
        return enveloped(endoflife.v1_uris(names, base_url=f"{knowledge.base_url}/api/v1{kind}"), total=True)

    def details(service: str) -> dict[str, Any]:
        return endoflife.v1_product(
            service,
            knowledge.versions(service),
            today=knowledge.today(),
            base_url=knowledge.base_url,
            link=knowledge.source_url(service),
        )

    def summaries() -> Response:
        found = [endoflife.v1_summary(service, base_url=knowledge.base_url) for service in products()]
        return enveloped(found, total=True)

    @routes.get("/api/v1")
    def eol_index() -> Response:
        """endoflife.date v1: where to find products, categories and tags."""
        return uris("", "products", "categories", "tags")

    @routes.get("/api/v1/products")
    def eol_products() -> Response:
        """endoflife.date v1: the services that have something to list."""
        return summaries()

    @routes.get("/api/v1/products/full")
    def eol_products_full() -> Response:
        """endoflife.date v1: the services with their versions."""
        return enveloped([details(service) for service in products()], total=True)

    @routes.get("/api/v1/products/{product}")
    def eol_product(product: str) -> Response:
        """endoflife.date v1: one service with its versions."""
        service, _ = versions_of(product)
        return enveloped(details(service), last_modified=True)

    @routes.get("/api/v1/products/{product}/releases/{release}")
    def eol_release(product: str, release: str) -> Response:
        """endoflife.date v1: one version, or `latest`."""
        service, versions = versions_of(product)
        found = endoflife.v1_release(versions, release, today=knowledge.today(), link=knowledge.source_url(service))
        if found is None:
            raise not_found("There is no release with this name.")
        return enveloped(found)

    @routes.get("/api/v1/categories")
    def eol_categories() -> Response:
        """endoflife.date v1: the categories; ours is one."""
        return uris("/categories", endoflife.CATEGORY)

    @routes.get("/api/v1/categories/{category}")
    def eol_category(category: str) -> Response:
        """endoflife.date v1: the services of a category."""
        if category != endoflife.CATEGORY:
            raise not_found("There is no category with this name.")
        return summaries()

    @routes.get("/api/v1/tags")
    def eol_tags() -> Response:
        """endoflife.date v1: the tags."""
        return uris("/tags", *sorted((endoflife.CATEGORY, endoflife.TAG)))

    @routes.get("/api/v1/tags/{tag}")
    def eol_tag(tag: str) -> Response:
        """endoflife.date v1: the services with a tag."""
        if tag not in (endoflife.CATEGORY, endoflife.TAG):
            raise not_found("There is no tag with this name.")
        return summaries()

    @routes.get("/api/v1/identifiers")
    def eol_identifiers() -> Response:
        """endoflife.date v1: the kinds of identifiers; these services have none."""
        return uris("/identifiers")

    @routes.get("/api/v1/identifiers/{kind}")
    def eol_identifiers_of(kind: str) -> Response:
        """endoflife.date v1: the identifiers of a kind."""
        if kind not in ("purl", "cpe", "repology"):
            raise not_found("There is no kind of identifier with this name.")
        return enveloped([], total=True)

    @routes.get("/api/all.json")
    def eol_v0_all() -> Response:
        """endoflife.date v0: the names of the services."""
        return json_reply(products(), modified=knowledge.modified())

    @routes.get("/api/{product}.json")
    def eol_v0_product(product: str) -> Response:
        """endoflife.date v0: the versions of a service that are or were in production."""
        service, versions = versions_of(product)
        link = knowledge.source_url(service)
        return json_reply(
            endoflife.v0_product(versions, today=knowledge.today(), link=link), modified=knowledge.modified()
        )

    @routes.get("/api/{product}/{cycle}.json")
    def eol_v0_cycle(product: str, cycle: str) -> Response:
        """endoflife.date v0: one version."""
        service, versions = versions_of(product)
        found = endoflife.v0_cycle(versions, cycle, today=knowledge.today(), link=knowledge.source_url(service))
        if found is None:
            raise not_found("There is no cycle with this name.")
        return json_reply(found, modified=knowledge.modified())

    @routes.get("/api/{product}", response_class=RedirectResponse, status_code=301)
    def eol_v0_redirect(product: str) -> RedirectResponse:
        """endoflife.date v0: the form without an ending."""
        service, _ = versions_of(product)
        return RedirectResponse(f"{knowledge.base_url}/api/{service}.json", 301)

    @routes.get("/renovate/{service}.json")
    def get_renovate(service: str) -> Response:
        """Renovate's `custom` datasource."""
        name, versions = versions_of(service)
        document = renovate(
            versions,
            today=knowledge.today(),
            home_url=f"{knowledge.base_url}/{name}",
            source_url=knowledge.source_url(name),
        )
        return json_reply(document, modified=knowledge.modified())

    return routes
