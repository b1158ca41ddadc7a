from __future__ import annotations

import stat
from datetime import timedelta
from ipaddress import ip_network
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.model import Component, Digest, Filter
from monitor.settings import KEY_FILE, Settings, load_settings, masked, parse_duration, parse_run, secret_key

SECRET = "kuvertet-i-den-tredje-lådan"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(toml: str | None = None, **environ: str) -> Settings:
    variables = {f"RELEASEVAKT_{name}": value for name, value in environ.items()}
    if toml is not None:
        Path("releasevakt.toml").write_text(toml, encoding="utf-8")
        variables["RELEASEVAKT_CONFIG"] = "releasevakt.toml"
    return load_settings({"HOME": str(Path.cwd()), **variables})


def complaint(toml: str | None = None, **environ: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(toml, **environ)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def origin(settings: Settings, name: str) -> str:
    return next(row.origin for row in settings.explain() if row.name == name)


def test_without_anything_set_there_is_a_monitor_on_this_machine(folder: Path) -> None:
    settings = load()
    assert settings.data_dir == folder / ".local/share/releasevakt"
    assert settings.database_url.get_secret_value() == f"sqlite:///{settings.data_dir}/releasevakt.db"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert [page.key for page in settings.pages][:2] == ["ssbtek-release", "ssbtek-drift"]
    assert settings.subscription == ()


def test_in_a_checkout_the_data_lies_beside_the_code(folder: Path) -> None:
    Path("pyproject.toml").write_text('[project]\nname = "releasevakt"\n')
    assert load().data_dir == folder / "data"
    Path("pyproject.toml").write_text('[project]\nname = "another"\n')
    assert load().data_dir != folder / "data"


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "http://127.0.0.1:81"), ("::", "http://[::1]:81"), ("fd00::1", "http://[fd00::1]:81")],
)
def test_the_address_follows_from_host_and_port(host: str, address: str) -> None:
    assert load(HOST=host, PORT="81").base_url == address


def test_the_environment_wins_over_the_file_and_the_file_over_the_default() -> None:
    settings = load('host = "10.0.0.1"\nport = 81\nbase_url = "https://vakt.example.se/"', PORT="82", CONTACT="")
    assert (settings.host, settings.port, settings.contact) == ("10.0.0.1", 82, None)
    assert settings.base_url == "https://vakt.example.se"
    assert origin(settings, "RELEASEVAKT_PORT") == "RELEASEVAKT_PORT"
    assert origin(settings, "RELEASEVAKT_HOST") == "releasevakt.toml"
    assert origin(settings, "RELEASEVAKT_DATABASE_URL") == "default"


def test_any_secret_may_lie_in_a_file_of_its_own() -> None:
    Path("key").write_text(SECRET + "\n")
    for settings in (load(SECRET_KEY_FILE="key"), load('secret_key_file = "key"')):
        assert settings.secret_key is not None
        assert settings.secret_key.get_secret_value() == SECRET
    assert origin(load(SECRET_KEY_FILE="key"), "RELEASEVAKT_SECRET_KEY") == "key (RELEASEVAKT_SECRET_KEY_FILE)"
    assert "RELEASEVAKT_SECRET_KEY_FILE: expected a file of text, got 'gone'" in complaint(SECRET_KEY_FILE="gone")
    assert "got both" in complaint(SECRET_KEY_FILE="key", SECRET_KEY=SECRET)
    assert complaint("smtp_url_file = 7").startswith("releasevakt.toml: smtp_url_file: expected a file of text")


def test_a_secret_is_never_shown() -> None:
    settings = load(
        f"""
        admin_token = "{SECRET}"
        [[subscription]]
        name = "Vakten"
        kind = "slack"
        address = "https://hooks.example.se/{SECRET}"
        header = {{ "X-Key" = "{SECRET}" }}
        """,
        SECRET_KEY=SECRET,
        DATABASE_URL=f"postgresql://vakt:{SECRET}@db.example.se/vakt?sslpassword={SECRET}",
        PROXY=f"http://vakt:{SECRET}@proxy.example.se:8080",
        SMTP_URL=f"smtp://vakt:{SECRET}@mail.example.se",
    )
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.explain())
    shown = {row.name: row.value for row in settings.explain()}
    assert shown["RELEASEVAKT_DATABASE_URL"] == "postgresql://vakt:***@db.example.se/vakt?***"
    assert shown["RELEASEVAKT_ADMIN_TOKEN"] == "***"
    assert shown["subscription Vakten"] == "slack ***"


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("sqlite:////data/releasevakt.db", "sqlite:////data/releasevakt.db"),
        ("http://proxy.example.se:8080", "http://proxy.example.se:8080"),
        ("a word", "***"),
        ("word:another", "***"),
    ],
)
def test_of_an_address_only_the_password_is_masked(secret: str, shown: str) -> None:
    assert masked(secret) == shown


def test_a_misspelt_variable_shows_in_the_explanation() -> None:
    rows = load(DATABSE_URL="x", REAL_PAGES="y", SECRET_KEY=SECRET).explain()
    assert [row.name for row in rows if "no setting" in row.origin] == ["RELEASEVAKT_DATABSE_URL"]


def test_networks_come_as_a_line_or_as_a_list() -> None:
    both = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    assert load(EGRESS_ALLOW="10.1.0.0/16, fd00::/8").egress_allow == both
    assert load('egress_allow = ["10.1.0.0/16", "fd00::/8"]').egress_allow == both


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PORT": "abc"}, "RELEASEVAKT_PORT: expected a valid integer"),
        ({"PORT": "70000"}, "RELEASEVAKT_PORT: expected less than or equal to 65535, got '70000'"),
        ({"BASE_URL": "vakt.example.se"}, "RELEASEVAKT_BASE_URL: expected an address such as"),
        ({"CONTACT": "å"}, "RELEASEVAKT_CONTACT: expected an address in plain ASCII"),
        ({"CA_BUNDLE": "gone.pem"}, "RELEASEVAKT_CA_BUNDLE: expected a file with certificates, got 'gone.pem'"),
        ({"MAIL_FROM": "vakten"}, "RELEASEVAKT_MAIL_FROM: expected an e-mail address, got 'vakten'"),
        ({"EGRESS_ALLOW": "10.0.0.1/8"}, "RELEASEVAKT_EGRESS_ALLOW: expected"),
        ({"DATABASE_URL": "mysql://u:hush@h/d"}, "RELEASEVAKT_DATABASE_URL: expected an address that starts with"),
        ({"PROXY": "socks5://u:hush@h"}, "RELEASEVAKT_PROXY: expected an address such as"),
        ({"SMTP_URL": "u:hush@h"}, "RELEASEVAKT_SMTP_URL: expected an address that starts with"),
        ({"ADMIN_TOKEN": "hush"}, "RELEASEVAKT_ADMIN_TOKEN: expected at least 16 characters, got 4"),
        ({"CONFIG": "gone.toml"}, "gone.toml: expected a TOML file (RELEASEVAKT_CONFIG), got No such file"),
        ({"CONFIG": "."}, ".: expected a TOML file"),
    ],
)
def test_a_bad_value_is_told_with_its_variable(environ: dict[str, str], words: str) -> None:
    said = complaint(**environ)
    assert said.startswith(words)
    assert "hush" not in said


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("port = ", "releasevakt.toml: expected TOML, got "),
        ("prot = 80", "releasevakt.toml: prot: expected one of the keys data_dir, database_url, "),
        ("port = [1]", "releasevakt.toml: port: expected a valid integer, got [1]"),
        ("admin_token = 5", "releasevakt.toml: admin_token: expected a valid string, got another value"),
        ('page = "x"', "releasevakt.toml: page: expected a valid tuple, got 'x'"),
        ("[[page]]", "releasevakt.toml: page 1: key: expected a value, got none"),
        ('[[page]]\nkey = "ssbtek-drift"\nevery = "15 min"', "page ssbtek-drift: every: expected a length of time"),
        ('[[page]]\nkey = "ssbtek-drift"\nevery = 900', "page ssbtek-drift: every: expected a length of time"),
        ('[[page]]\nkey = "ssbtek-drift"\nkind = "news"', "kind: expected 'release' or 'drift', got 'news'"),
        ('[[page]]\nkey = "ssbtek-drift"\nfrom = "x"', "expected one of the keys key, service, kind, url, every"),
        ('[[page]]\nkey = "ssbtek"', "page ssbtek: expected a key like ssbtek-release or ssbtek-drift, got 'ssbtek'"),
        ('[[page]]\nkey = "api-drift"\nurl = "http://x/"', "page api-drift: expected a service key other than 'api'"),
        ('[[page]]\nkey = "ens-drift"', "page ens-drift: expected a url"),
        ('[[page]]\nkey = "ens-drift"\nurl = "x"', "page ens-drift: expected a url that starts with https://"),
        ('[[page]]\nkey = "ens-drift"\nurl = "http://u:p@x/"', "expected a url without a user name"),
        ('[[page]]\nkey = "ssbtek-drift"\nservice = "csn"', "expected service 'ssbtek' and kind 'drift'"),
        ('[[page]]\nkey = "ssbtek-drift"\n[[page]]\nkey = "ssbtek-drift"', "expected one table for each key"),
        ('[[subscription]]\nname = "a"', "subscription a: kind: expected a value, got none"),
        ('[[subscription]]\nname = "a"\nkind = "fax"\naddress = "hush"', "subscription a: kind: expected 'slack', "),
        ('[[subscription]]\nname = "a"\nkind = "slack"\naddress = 5', "subscription a: address: expected"),
        ('[[subscription]]\nname = "a"\nkind = "slack"\naddress_file = "gone"', "expected a file of text, got 'gone'"),
    ],
)
def test_a_bad_key_or_table_is_told_with_file_and_key(toml: str, words: str) -> None:
    said = complaint(toml)
    assert said.startswith("releasevakt.toml: ")
    assert words in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('page = ["ssbtek"]', "page: expected one of lefi-online-drift, "),
        ('service = ["sbtek"]', "service: expected one of "),
        ('type = ["closing"]', "type: expected one of "),
        ('run = ["ssbtek 9"]', "run: expected a service and a version such as ssbtek@9, got 'ssbtek 9'"),
        ('run = ["sbtek@9"]', "run: expected one of "),
        ('min_severity = "high"', "min_severity: expected 'critical', "),
        ('digest = { every = "hourly" }', "digest.every: expected 'daily' or 'weekly', got 'hourly'"),
    ],
)
def test_a_subscription_must_name_what_there_is(line: str, words: str) -> None:
    said = complaint(f'[[subscription]]\nname = "a"\nkind = "slack"\naddress = "https://x.example"\n{line}')
    assert said.startswith("releasevakt.toml: subscription a: ")
    assert words in said


def test_a_channel_is_declared_with_the_words_of_subscribe() -> None:
    Path("address").write_text("https://hooks.example.se/1\n")
    (table,) = load(
        """
        [[subscription]]
        name = "Driften"
        kind = "teams"
        address_file = "address"
        service = ["ssbtek", "csn"]
        type = ["closure", "release.announced"]
        min_severity = "major"
        run = ["ssbtek@9"]
        lang = "en"
        digest = { every = "daily", at = "07:30" }
        """
    ).subscription
    assert table.address.get_secret_value() == "https://hooks.example.se/1"
    assert table.digest == Digest(every="daily", at="07:30")
    assert table.filter == Filter(
        services=("ssbtek", "csn"),
        types=("closure", "release.announced"),
        min_severity="major",
        run=(Component(service="ssbtek", version="9"),),
    )


def test_two_subscriptions_of_one_name_are_one_too_many() -> None:
    table = '[[subscription]]\nname = "a"\nkind = "slack"\naddress = "https://x.example"\n'
    assert "got it twice" in complaint(table * 2)


def test_pages_are_changed_and_added_by_key() -> None:
    settings = load(
        """
        [[page]]
        key = "ssbtek-drift"
        every = "10m"
        [[page]]
        key = "ens-drift"
        url = "http://10.0.0.8/ens"
        """
    )
    pages = {page.key: page for page in settings.pages}
    assert len(pages) == 7
    assert pages["ssbtek-drift"].every == timedelta(minutes=10)
    assert not pages["ssbtek-drift"].confirmed
    assert pages["ens-drift"].confirmed
    assert [service.key for service in settings.services][-1] == "ens"
    assert origin(settings, "page ens-drift") == "releasevakt.toml"
    assert origin(settings, "page ssbtek-release") == "default"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        ("15m", timedelta(minutes=15)),
        (" 2h ", timedelta(hours=2)),
        ("90d", timedelta(days=90)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_lengths_of_time_are_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-1h", "1.5h", "1h30m", "15 min", "9999999d", "٣m"])
def test_other_lengths_of_time_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a length of time such as 15m, 2h or 90d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["ssbtek", "@9", "ssbtek@", ""])
def test_a_version_that_runs_needs_both_its_halves(text: str) -> None:
    with pytest.raises(UsageError, match="ssbtek@9"):
        parse_run(text)


def test_the_key_file_is_made_once_for_its_owner_only(folder: Path) -> None:
    settings = load(DATA_DIR="new/data")
    with ThreadPool(8) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    made = folder / "new/data" / KEY_FILE
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [file.name for file in made.parent.iterdir()] == [KEY_FILE]


def test_a_key_can_be_moved_from_the_file_into_the_environment() -> None:
    in_file = secret_key(load(DATA_DIR="data"))
    text = Path("data", KEY_FILE).read_text()
    assert secret_key(load(DATA_DIR="elsewhere", SECRET_KEY=text.strip())) == in_file
    assert not Path("elsewhere").exists()


def test_a_key_file_that_cannot_be_made_is_told() -> None:
    Path("data").write_text("a file, not a folder")
    with pytest.raises(UsageError, match="expected a key file that can be read or made"):
        secret_key(load(DATA_DIR="data"))
