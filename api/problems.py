"""Every error is a problem document (RFC 9457): JSON, never HTML, and never the caller's input unescaped."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from monitor.errors import StoreError, UsageError

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("releasevakt.api")

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=(), geolocation=(), camera=(), microphone=()",
}
"""On every answer, save where the answer brings a policy of its own."""


def not_found(what: str) -> HTTPException:
    """The thing that an address names is not there."""
    return HTTPException(HTTPStatus.NOT_FOUND, what)


@contextmanager
def missing_place() -> Iterator[None]:
    """A cursor that is well formed and names no place in the list: there is nothing to go on from."""
    try:
        yield
    except UsageError as error:
        raise not_found("The place that the cursor names is not there.") from error


def unusable(what: str) -> HTTPException:
    """The request is well formed and cannot be answered as it stands."""
    return HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, what)


def problem(
    status: int, detail: str, *, path: str, headers: Mapping[str, str] | None = None, errors: Any = None
) -> Response:
    """A problem document as an answer."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": quote(path),
    }
    if errors is not None:
        document["errors"] = errors
    body = json.dumps(document, ensure_ascii=True)
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Sets the handlers for every kind of failure."""
    app.add_exception_handler(StarletteHTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(UsageError, _usage_problem)
    app.add_exception_handler(StoreError, _store_problem)
    app.add_exception_handler(Exception, _unexpected_problem)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    detail = str(error.detail)
    if detail == HTTPStatus(error.status_code).phrase:
        detail = _DETAILS.get(error.status_code, detail)
    return problem(error.status_code, detail, path=request.url.path, headers=error.headers)


async def _validation_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [{"location": [str(part) for part in fault["loc"]], "message": fault["msg"]} for fault in error.errors()]
    first = errors[0] if errors else {"location": [], "message": "cannot be read"}
    detail = f"{'.'.join(first['location'])}: {first['message']}"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, path=request.url.path, errors=errors)


async def _usage_problem(request: Request, error: Exception) -> Response:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), path=request.url.path)


async def _store_problem(request: Request, error: Exception) -> Response:
    _log.error("the database failed: %s", error)
    detail = "The database does not answer at the moment."
    headers = {"Retry-After": "30"}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, path=request.url.path, headers=headers)


async def _unexpected_problem(request: Request, error: Exception) -> Response:
    # Starlette sends this from outside all our middleware, so the headers that they would add are set here.
    detail = "Something went wrong here. It has been logged."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, path=request.url.path, headers=SECURITY_HEADERS)


_DETAILS: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
}
