"""Making a subscription: everything that can be wrong is said at once, and no address is ever shown."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest

from monitor.deliver.guard import Egress
from monitor.deliver.subscribe import Wish, make, with_new_secret
from monitor.errors import UsageError
from monitor.model import Component, Digest, Filter, QuietHours
from tests.factories import NOON

pytestmark = pytest.mark.anyio
EGRESS = Egress(allow=(ip_network("127.0.0.0/8"),))
SERVICES = ("ssbtek", "lefi-online", "lefi-prenumeration")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def wish(**changes: object) -> Wish:
    return Wish(**{"kind": "webhook", "address": "http://127.0.0.1:8001/secret-path", **changes})  # type: ignore[arg-type]


async def test_a_webhook_gets_a_signing_secret_and_a_masked_address() -> None:
    subscription, destination = await make(wish(name="Ekonomi"), now=NOON, egress=EGRESS, services=SERVICES)
    assert destination.secrets[0].value.startswith("whsec_")
    assert "secret-path" not in repr((subscription, destination, wish()))
    assert subscription.name == "Ekonomi"
    other, elsewhere = await make(wish(), now=NOON, egress=EGRESS)
    assert other.id != subscription.id
    assert elsewhere.secrets[0].value != destination.secrets[0].value
    assert len(with_new_secret(destination, now=NOON + timedelta(days=1)).secrets) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "fax"}, "slack"),
        ({"address": "https://127.0.0.1@evil.example/secret-path"}, "user name"),
        ({"address": "http://10.0.0.1/secret-path"}, "EGRESS_ALLOW"),
        ({"filter": Filter(services=("ssbtex",))}, "ssbtex"),
        ({"filter": Filter(run=(Component(service="ssbtex", version="8"),))}, "ssbtex"),
        ({"filter": Filter(types=("closures",))}, "closures"),
        ({"filter": Filter(min_severity="awful")}, "awful"),  # type: ignore[arg-type]
        ({"digest": Digest(every="daily", at="8")}, "08:00"),
        ({"digest": Digest(every="daily", at="25:00")}, "25:00"),
        ({"digest": Digest(every="weekly", weekday=9)}, "weekday"),
        ({"quiet": QuietHours(start="07:00", end="07:00")}, "different times"),
        ({"quiet": QuietHours(start="x", end="07:00")}, "08:00"),
        ({"name": "a\nb"}, "printable"),
        ({"name": "x" * 200}, "120"),
        ({"headers": (("Host", "hush"),)}, "Host"),
        ({"kind": "email", "address": "a@b.example", "headers": (("X", "y"),)}, "e-mail"),
    ],
)
async def test_what_is_wrong_is_said_without_the_address(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        await make(wish(**changes), now=NOON, egress=EGRESS, services=SERVICES)
    assert said in str(refused.value)
    assert "secret-path" not in str(refused.value)
    assert "hush" not in str(refused.value)
    assert "\n" not in str(refused.value)
