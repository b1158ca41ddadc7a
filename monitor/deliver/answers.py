"""What an HTTP answer means where a channel has no rule of its own, and how an address is masked."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.deliver.model import Answer, Carriers, Parcel, Post, Verdict

MASK = "••••"


def judge_http(answer: Answer) -> Verdict:
    """The Standard Webhooks rule: any 2xx is success, 410 means gone, all else is tried again."""
    if answer.status is None:
        return Verdict(outcome="retry", reason=answer.error or "protocol", detail=answer.detail)
    status = answer.status
    match status:
        case _ if 200 <= status < 300:
            return Verdict(outcome="delivered", reason="ok")
        case 410:
            return Verdict(outcome="gone", reason="gone", detail="the receiver says that the address is gone (410)")
        case _ if 300 <= status < 400:
            return Verdict(
                outcome="retry",
                reason="redirect",
                detail=f"the receiver redirects ({status}) and we do not follow; update the address",
            )
        case _:
            return Verdict(
                outcome="retry",
                reason="throttled" if status == 429 else "status",
                detail=f"the receiver answered {status}",
                retry_after=answer.retry_after if status in (429, 503) else None,
            )


async def post_json(parcel: Parcel, carriers: Carriers) -> Answer:
    """Send the rendered bytes to the address with the subscription's own headers."""
    return await carriers.poster.post(
        Post(
            url=parcel.destination.address,
            headers=(("content-type", parcel.rendered.media_type), *parcel.destination.headers),
            body=parcel.rendered.body,
        )
    )


def mask_url(url: str) -> str:
    """The host, and that there is more: the path of a webhook address is its password."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    rest = f"/{MASK}" if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{host}{port}{rest}"
