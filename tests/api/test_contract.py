"""Our own OpenAPI document against our own answers, by schemathesis, in-process."""

from __future__ import annotations

import warnings

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

KNOWN = {"service": "ssbtek", "product": "ssbtek", "name": "all", "page": "ssbtek-release", "version": "8"}
FEW = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


def test_every_answer_is_as_documented(client):
    document = schemathesis.openapi.from_asgi("/v1/openapi.json", client.app)
    walked = 0
    for found in document.get_all_operations():
        walked += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            hold(found.ok())
    assert walked >= 45


def hold(operation):
    """Some requests to one address, each answered as the document says."""

    @FEW
    @given(case=operation.as_strategy(), known=st.booleans())
    def holds(case, known):
        if known:
            case.path_parameters.update({name: KNOWN[name] for name in case.path_parameters if name in KNOWN})
        if operation.path.startswith(("/feeds", "/calendar", "/{service}.atom")):
            # The address may name the service; what then becomes of the parameter has a test of its own.
            case.query.pop("service", None)
        case.call_and_validate()

    holds()
