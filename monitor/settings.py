"""What the operator decides: environment variables with the prefix RELEASEVAKT_, one TOML file, or defaults.

The environment wins over the TOML file. Every name may stand in either place: `RELEASEVAKT_BASE_URL` and `base_url`
are the same thing, and a secret may lie in a file of its own, named by `RELEASEVAKT_SECRET_KEY_FILE` or
`secret_key_file`. Secrets are never shown: not in a repr, not by `doctor`, not in an error.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic import field_validator as checks
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.errors import UsageError
from monitor.model import Component, Digest, EventType, Filter, Language, Page, PageKind, QuietHours, Severity
from monitor.pages import PageOverride, Service, services_of, watched_pages
from monitor.wording.names import SERVICES

PREFIX = "RELEASEVAKT_"

SECRETS = ("database_url", "admin_token", "secret_key", "proxy", "smtp_url")
"""The settings that are masked wherever they are shown, and that may lie in files of their own."""

NOT_SETTINGS = ("config", "real_pages")
"""Names with our prefix that are read for other purposes."""

KEY_FILE = "secret.key"
SHORTEST_SECRET = 16

ChannelKind = Literal["slack", "teams", "webhook", "email", "mattermost"]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(text: str) -> timedelta:
    """A length of time such as "15m", "2h", "90d" (s, m, h, d, w). Raises UsageError for anything else."""
    found = re.fullmatch(r"([0-9]{1,6})([smhdw])", text.strip()) if isinstance(text, str) else None
    if found is None or int(found[1]) == 0:
        raise UsageError(f"expected a length of time such as 15m, 2h or 90d, got {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def parse_run(text: str) -> Component:
    """A version that a team runs, such as "ssbtek@9". Raises UsageError for anything else."""
    service, _, version = text.strip().partition("@")
    if not service or not version:
        raise UsageError(f"expected a service and a version such as ssbtek@9, got {text!r}")
    return Component(service=service, version=version)


def _duration(value: Any) -> timedelta:
    try:
        return parse_duration(value)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _parts(value: Any) -> Any:
    """A comma-separated text as a list; a list as it is."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class PageTable(BaseModel):
    """A `[[page]]` table: see `monitor.pages.PageOverride`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    service: str | None = None
    kind: PageKind | None = None
    url: str | None = None
    every: Annotated[timedelta | None, BeforeValidator(_duration)] = None


class SubscriptionTable(BaseModel):
    """A `[[subscription]]` table: a channel that the file declares. Its keys are named as `subscribe`'s options.

    `address` and the signing `secret` may lie in files of their own: `address_file`, `secret_file`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    kind: ChannelKind
    address: SecretStr
    owner: str | None = None
    service: tuple[str, ...] = ()
    page: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    min_severity: Severity | None = None
    run: tuple[str, ...] = ()
    lang: Language = "sv"
    header: dict[str, SecretStr] = Field(default_factory=dict)
    secret: SecretStr | None = None
    operator: bool = False
    reminders: bool = True
    heartbeat: bool = False
    digest: Digest | None = None
    quiet: QuietHours | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        try:
            return _with_files(table, ("address", "secret"))
        except UsageError as error:
            raise ValueError(str(error)) from error

    @property
    def filter(self) -> Filter:
        """Which events the channel wants."""
        return Filter(
            services=self.service,
            pages=self.page,
            types=self.type,
            min_severity=self.min_severity,
            run=tuple(parse_run(text) for text in self.run),
        )


class Explained(NamedTuple):
    """One row of `doctor`: a setting, its value (masked when secret), and where it came from."""

    name: str
    value: str
    origin: str


def _database_in(known: dict[str, Any]) -> SecretStr:
    return SecretStr(f"sqlite:///{known['data_dir']}/releasevakt.db")


def _address_of(known: dict[str, Any]) -> str:
    host = known["host"]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{reachable}:{known['port']}"


class Settings(BaseSettings):
    """All settings, checked. Made by `load_settings`, which knows where each came from."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    data_dir: Path
    database_url: SecretStr = Field(default_factory=_database_in)
    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(8000, ge=1, le=65535)
    base_url: str = Field(default_factory=_address_of)
    admin_token: SecretStr | None = None
    secret_key: SecretStr | None = None
    reading: Literal["open", "closed"] = "open"
    contact: str | None = None
    proxy: SecretStr | None = None
    ca_bundle: Path | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    egress_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_parts)] = ()
    page: tuple[PageTable, ...] = ()
    subscription: tuple[SubscriptionTable, ...] = ()

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _strangers: tuple[str, ...] = PrivateAttr(default=())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over, which has read every source and noted which one it was."""
        return (init_settings,)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages to watch: the shipped ones with the operator's changes."""
        return watched_pages([PageOverride(**table.model_dump()) for table in self.page])

    @property
    def services(self) -> tuple[Service, ...]:
        """The services those pages are about."""
        return services_of(self.pages)

    def explain(self) -> tuple[Explained, ...]:
        """Every setting with its value, secrets masked, and where it came from; then variables that mean nothing."""
        rows = [Explained(_variable(name), self._shown(name), self._origins.get(name, "default")) for name in SINGLES]
        for page in self.pages:
            ours = any(table.key == page.key for table in self.page)
            value = f"{page.url} every {page.every.total_seconds():g} s"
            rows.append(Explained(f"page {page.key}", value, self._origins["page"] if ours else "default"))
        rows += [
            Explained(f"subscription {table.name}", f"{table.kind} ***", self._origins["subscription"])
            for table in self.subscription
        ]
        rows += [Explained(name, "***", "no setting of that name, not used") for name in self._strangers]
        return tuple(rows)

    def _shown(self, name: str) -> str:
        match getattr(self, name):
            case None | ():
                return "-"
            case SecretStr() as secret:
                return masked(secret.get_secret_value())
            case tuple() as several:
                return ", ".join(map(str, several))
            case value:
                return str(value)

    @checks("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.absolute()

    @checks("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", value.get_secret_value()):
            raise ValueError("expected an address that starts with sqlite:/// or postgresql://, got another one")
        return value

    @checks("base_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"expected an address such as https://releasevakt.example.se, got {value!r}")
        return value.rstrip("/")

    @checks("admin_token", "secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"expected at least {SHORTEST_SECRET} characters, got {len(value.get_secret_value())}")
        return value

    @checks("contact")
    @classmethod
    def _fits_a_header(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable() and len(value) <= 200):
            raise ValueError(f"expected an address in plain ASCII such as mailto:drift@example.se, got {value!r}")
        return value

    @checks("proxy")
    @classmethod
    def _known_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"https?://[^/]", value.get_secret_value()):
            raise ValueError("expected an address such as http://proxy.example.se:8080, got another one")
        return value

    @checks("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"smtps?://[^/]", value.get_secret_value()):
            raise ValueError("expected an address that starts with smtp:// or smtps://, got another one")
        return value

    @checks("ca_bundle")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"expected a file with certificates, got {str(value)!r}, which is no file")
        return value

    @checks("mail_from")
    @classmethod
    def _is_mail(cls, value: str | None) -> str | None:
        if value is not None and not re.search(r"[^@\s]@[^@\s]", value):
            raise ValueError(f"expected an e-mail address, got {value!r}")
        return value


FIELDS = tuple(Settings.model_fields)
SINGLES = tuple(name for name in FIELDS if name not in ("page", "subscription"))


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check all settings. Raises UsageError, in one line, naming the file or variable and the key."""
    config = environ.get(f"{PREFIX}CONFIG")
    origins: dict[str, str] = {}
    values = dict(_from_toml(Path(config), origins)) if config else {}
    values |= _from_environment(environ, origins)
    values.setdefault("data_dir", default_data_dir(environ))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise UsageError(_in_one_line(error, values, origins)) from None
    settings._origins = origins
    settings._strangers = _strangers(environ)
    try:
        _check_tables(settings)
    except UsageError as error:
        raise UsageError(f"{config}: {error}") from error
    return settings


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """`./data` in a checkout of the project, else the place for a user's data."""
    project = Path("pyproject.toml")
    if project.is_file() and 'name = "releasevakt"' in project.read_text(encoding="utf-8", errors="replace"):
        return Path("data")
    home = environ.get("XDG_DATA_HOME") or os.path.join(environ.get("HOME", "."), ".local", "share")  # noqa: PTH118
    return Path(home, "releasevakt")


def secret_key(settings: Settings) -> bytes:
    """The 32 bytes that addresses and signing secrets are encrypted with.

    They come from SECRET_KEY, or from a key file in the data directory, which is made at the first call and readable
    for its owner only. The file's text given as SECRET_KEY gives the same bytes, so a key can be moved.
    """
    if settings.secret_key is not None:
        return _derived(settings.secret_key.get_secret_value())
    path = settings.data_dir / KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        return _derived(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected a key file that can be read or made, got {error}") from error


def masked(secret: str) -> str:
    """What may be shown of a secret: of an address everything but who logs in, of anything else nothing."""
    parts = urlsplit(secret)
    if parts.scheme == "sqlite":
        return secret
    if not parts.scheme or not parts.netloc:
        return "***"
    login, at, host = parts.netloc.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{parts.scheme}://{user}{':***' if colon else ''}{at}{host}{parts.path}{'?***' if parts.query else ''}"


def _from_environment(environ: Mapping[str, str], origins: dict[str, str]) -> dict[str, Any]:
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    read = _with_files(given, [_variable(name) for name in SECRETS], suffix="_FILE")
    values = {name: read[_variable(name)] for name in SINGLES if _variable(name) in read}
    for name in values:
        variable = _variable(name)
        origins[name] = variable if variable in given else f"{given[f'{variable}_FILE']} ({variable}_FILE)"
    return values


def _from_toml(path: Path, origins: dict[str, str]) -> dict[str, Any]:
    try:
        values = _with_files(tomllib.loads(path.read_text(encoding="utf-8")), SECRETS)
    except OSError as error:
        raise UsageError(f"{path}: expected a TOML file ({PREFIX}CONFIG), got {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected TOML, got {error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    origins.update(dict.fromkeys(values, str(path)))
    return values


def _with_files(table: Mapping[str, Any], names: Iterable[str], *, suffix: str = "_file") -> dict[str, Any]:
    """The table with each `name_file` replaced by a `name` that holds the file's text, without its line end."""
    read = dict(table)
    for name in names:
        file = read.pop(name + suffix, None)
        if file is None:
            continue
        if name in read:
            raise UsageError(f"{name}: expected either {name} or {name}{suffix}, got both")
        try:
            read[name] = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError, TypeError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(f"{name}{suffix}: expected a file of text, got {file!r}: {why}") from error
    return read


def _check_tables(settings: Settings) -> None:
    """What no single table can know: whether keys name something, and names name one thing."""
    pages = {page.key for page in settings.pages}
    services = {service.key for service in settings.services} | set(SERVICES)
    types = {whole for event in get_args(EventType) for whole in (event, event.partition(".")[0])}
    seen: set[str] = set()
    for table in settings.subscription:
        where = f"subscription {table.name}"
        if table.name in seen:
            raise UsageError(f"{where}: expected a name of its own for each subscription, got it twice")
        seen.add(table.name)
        try:
            run = [parse_run(text).service for text in table.run]
        except UsageError as error:
            raise UsageError(f"{where}: run: {error}") from error
        for key, given, known in (
            ("page", table.page, pages),
            ("service", table.service, services),
            ("type", table.type, types),
            ("run", run, services),
        ):
            for value in given:
                if value not in known:
                    raise UsageError(f"{where}: {key}: expected one of {', '.join(sorted(known))}, got {value!r}")


def _in_one_line(error: ValidationError, values: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    """The first complaint, as "file: key: expected …, got …"; what may be secret is left out."""
    problem = next(each for each in error.errors() if each["type"] != "default_factory_not_called")
    top, *inner = problem["loc"]
    origin = origins.get(str(top), "default")
    where = _path(str(top), inner, values) if top in ("page", "subscription") else str(top)
    prefix = origin if origin.startswith(PREFIX) else f"{origin}: {where}"
    if inner and problem["type"] == "extra_forbidden":
        known = PageTable.model_fields if top == "page" else SubscriptionTable.model_fields
        return f"{prefix}: expected one of the keys {', '.join(known)}, got {inner[-1]!r}"
    match problem["type"]:
        case "extra_forbidden":
            return f"{prefix}: expected one of the keys {', '.join(FIELDS)}, got {top!r}"
        case "missing":
            return f"{prefix}: expected a value, got none"
        case "ip_v4_network" | "ip_v6_network":
            return f"{prefix}: expected networks such as 10.0.0.0/8, got {problem['input']!r}"
        case "value_error":
            return f"{prefix}: {problem['ctx']['error']}"
    expected = problem["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    hidden = top in SECRETS or {"address", "secret", "header"} & set(map(str, inner))
    return f"{prefix}: expected {expected}, got {'another value' if hidden else repr(problem['input'])}"


def _path(top: str, inner: Sequence[int | str], values: Mapping[str, Any]) -> str:
    """Where in an array of tables: "page ssbtek-drift: every"."""
    if not inner:
        return top
    number, *rest = inner
    table = values[top][number]
    name = table.get("key") or table.get("name") if isinstance(table, dict) else None
    first = f"{top} {name or int(number) + 1}"
    return f"{first}: {'.'.join(map(str, rest))}" if rest else first


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _derived(text: str) -> bytes:
    return hashlib.sha256(text.strip().encode()).digest()


def _make_key(path: Path) -> None:
    """Put a new key in its place in one step, so that two processes starting together end with the same one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _strangers(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables with our prefix that are no settings: a typing error shows there."""
    known = {_variable(name) for name in (*SINGLES, *NOT_SETTINGS)} | {f"{_variable(name)}_FILE" for name in SECRETS}
    return tuple(sorted(name for name in environ if name.startswith(PREFIX) and name not in known))
