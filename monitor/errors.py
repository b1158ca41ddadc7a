"""The errors this program raises on purpose. Each message says what was expected, what came, and where."""


class MonitorError(Exception):
    """Something a person can act on; the command line prints it as one line and exits with `exit_code`."""

    exit_code = 2


class UsageError(MonitorError):
    """An option, a file, a page key or a date that cannot be used as given."""


class FetchError(MonitorError):
    """A page could not be fetched. `kind` is one word for the tables, the message is for people.

    `retry_after` is in seconds, when the server asked for it; `status_code` is set when there was an answer at all.
    """

    exit_code = 1

    def __init__(
        self, kind: str, message: str, *, retry_after: float | None = None, status_code: int | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after
        self.status_code = status_code


class UnreadablePage(MonitorError):
    """A page answered, but nothing that belongs on such a page could be recognised in it."""

    exit_code = 3


class StoreError(MonitorError):
    """The database cannot be opened, migrated or written."""


class StaleLease(StoreError):
    """Somebody else has taken over the work meanwhile; nothing was written."""
