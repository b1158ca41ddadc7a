"""The words about a channel that fails, for its owner and the operators."""

from __future__ import annotations

from monitor.deliver.reminders import Trouble
from monitor.model import Fact, Language, Message
from monitor.wording.message import ADVICE, buttons_for, fit, footer_line, label_words
from monitor.wording.names import in_language
from monitor.wording.when import say_moment

REASONS: dict[str, tuple[str, str]] = {
    "gone": ("mottagaren säger att adressen inte finns längre", "the receiver says that the address is gone"),
    "failing": ("inget har kommit fram på fem dygn", "nothing has got through for five days"),
    "undecryptable": (
        "adressen går inte att dekryptera (har SECRET_KEY bytts?)",
        "the address cannot be decrypted (was SECRET_KEY changed?)",
    ),
}


def channel_notice(trouble: Trouble, *, lang: Language, base_url: str | None) -> Message:
    """That a channel fails, or was switched off, since when and what to do about it."""
    channel, sv = trouble.subscription, lang == "sv"
    name = channel.name
    since = say_moment(trouble.since, lang)
    if trouble.disabled:
        headline = f"Kanalen {name} är avstängd" if sv else f"The channel {name} has been switched off"
        reason = channel.disabled_reason or ""
        words = REASONS.get(reason, (f"mottagaren svarar ”{reason}”", f"the receiver answers “{reason}”"))
        todo = (
            f"Rätta adressen och slå på kanalen igen: releasevakt enable {channel.id}. "
            "Med --replay-missed skickas det som uteblivit."
            if sv
            else f"Mend the address and switch the channel on again: releasevakt enable {channel.id}. "
            "With --replay-missed, what was missed is sent."
        )
    else:
        headline = f"Inget når fram till kanalen {name}" if sv else f"Nothing gets through to the channel {name}"
        words = ("vi försöker igen, glesare och glesare", "we keep trying, less and less often")
        todo = (
            f"Se efter om mottagaren är igång. Senaste svaret: releasevakt deliveries {channel.id}."
            if sv
            else f"See whether the receiver is up. Its latest answer: releasevakt deliveries {channel.id}."
        )
    facts = [("Sedan" if sv else "Since", since), ("Orsak" if sv else "Cause", words[0] if sv else words[1])]
    if channel.owner:
        facts.append(("Ansvarig" if sv else "Owner", channel.owner))
    if channel.last_delivered_at is not None:
        facts.append(("Senast levererat" if sv else "Last delivered", say_moment(channel.last_delivered_at, lang)))
    return Message(
        lang=lang,
        toast=fit(headline),
        label=label_words("action", lang),
        headline=headline,
        facts=tuple(Fact(name=fact, value=value) for fact, value in facts),
        advice=(f"{in_language(ADVICE, lang)}: {todo}",),
        buttons=buttons_for(None, lang=lang, base_url=base_url, path=None),
        footer=footer_line(name, lang),
    )
