"""Settings: environment first, then the TOML file, then the default; every bad value named at once."""

from pathlib import Path

import pytest

from ledger.coop.scans.scan_rules import ScanLimits
from signing.hsm import TokenPlace
from web.config import SETTINGS, Config, ConfigError, load_config


def problems_of(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load_config(environ)
    return {problem.name: problem.sentence for problem in caught.value.problems}


def file_with(folder: Path, text: str) -> dict[str, str]:
    path = folder / "sogoc.toml"
    path.write_text(text, encoding="utf-8")
    return {"SOGOC_CONFIG": str(path)}


def test_nothing_set_gives_the_documented_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_config({}) == Config(
        data=tmp_path / "var",
        database_url=f"sqlite:///{tmp_path}/var/sogoc.db",
        host="127.0.0.1",
        port=8000,
        public_url="http://127.0.0.1:8000",
        origin="127.0.0.1:8000/log",
        master_key_file=tmp_path / "var/master.key",
        hsm_pin_file=tmp_path / "var/hsm.pin",
    )


def test_everything_follows_the_data_folder(tmp_path):
    config = load_config({"SOGOC_DATA": str(tmp_path)})
    assert config.database_url == f"sqlite:///{tmp_path}/sogoc.db"
    assert config.master_key_file == tmp_path / "master.key"


def test_environment_wins_over_the_file(tmp_path):
    environ = file_with(tmp_path, 'port = 9000\nhost = "0.0.0.0"\n') | {"SOGOC_PORT": "9100"}
    config = load_config(environ)
    assert (config.host, config.port) == ("0.0.0.0", 9100)


def test_an_empty_value_counts_as_not_given(tmp_path):
    assert load_config({"SOGOC_PORT": "", "SOGOC_CONFIG": ""}).port == 8000


def test_the_process_environment_is_read_by_default(monkeypatch):
    monkeypatch.setenv("SOGOC_PORT", "8123")
    assert load_config().port == 8123


def test_every_bad_value_is_named_at_once():
    environ = {"SOGOC_PORT": "80a", "SOGOC_PUBLIC_URL": "ftp://x", "SOGOC_ORIGIN": "a b"}
    assert problems_of(environ).keys() == environ.keys()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000.0", "١٢", "1e3"])
def test_a_port_that_is_no_port_is_refused(port):
    assert problems_of({"SOGOC_PORT": port}) == {"SOGOC_PORT": "Cổng là số từ 1 đến 65535."}


@pytest.mark.parametrize(
    "url",
    [
        "tenmien.vn",
        "https://",
        "https://a.vn/tem",
        "https://a.vn?x=1",
        "https://u:p@a.vn",
        "https://a.vn:99999",
        "javascript:x",
        "https://a b.vn",
    ],
)
def test_a_public_url_that_no_stamp_can_carry_is_refused(url):
    assert "SOGOC_PUBLIC_URL" in problems_of({"SOGOC_PUBLIC_URL": url})


def test_public_url_loses_its_slash_and_its_capitals_and_names_the_log():
    config = load_config({"SOGOC_PUBLIC_URL": "HTTPS://Tem.Example.VN/"})
    assert config.public_url == "https://tem.example.vn"
    assert config.origin == "tem.example.vn/log"


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000")])
def test_listening_everywhere_is_still_reached_somewhere(host, url):
    assert load_config({"SOGOC_HOST": host}).public_url == url


@pytest.mark.parametrize("origin", ["a b", "a+b", "https://a.vn/log", "/log", "log/", "x" * 201, "a\u200bb"])
def test_a_name_that_cannot_stand_in_a_signed_note_is_refused(origin):
    assert "SOGOC_ORIGIN" in problems_of({"SOGOC_ORIGIN": origin})


def test_a_database_password_appears_in_no_message():
    assert "bí-mật" not in repr(load_config({"SOGOC_DATABASE_URL": "postgresql://u:bí-mật@db/sogoc"}))
    with pytest.raises(ConfigError) as caught:
        load_config({"SOGOC_DATABASE_URL": "mysql://u:bí-mật@db/sogoc"})
    assert "bí-mật" not in str(caught.value)


@pytest.mark.parametrize("host", ["a b", "http://a", "a?b"])
def test_an_address_to_listen_on_is_only_a_host(host):
    assert "SOGOC_HOST" in problems_of({"SOGOC_HOST": host})


def test_a_path_with_a_zero_byte_is_refused():
    assert "SOGOC_DATA" in problems_of({"SOGOC_DATA": "a\0b"})


def test_a_misspelt_key_in_the_file_is_named(tmp_path):
    assert "prot" in problems_of(file_with(tmp_path, "prot = 8000\n"))


@pytest.mark.parametrize("value", ["true", "1.5", "[1]", "{a = 1}"])
def test_a_value_of_the_wrong_kind_in_the_file_is_named(tmp_path, value):
    assert "port" in problems_of(file_with(tmp_path, f"port = {value}\n"))


@pytest.mark.parametrize("text", ["port = \n", "a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_named(tmp_path, text):
    assert "SOGOC_CONFIG" in problems_of(file_with(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "SOGOC_CONFIG" in problems_of({"SOGOC_CONFIG": str(tmp_path / "none.toml")})


def test_the_limits_of_scans_are_settings():
    environ = {"SOGOC_SCANS_IN_A_DAY": "7", "SOGOC_SCANS_FAR_KM": "0", "SOGOC_PROVINCE_HEADER": "X-Tinh"}
    config = load_config(environ)
    assert config.scan_limits == ScanLimits(in_a_day=7, far_km=0)
    assert config.province_header == "X-Tinh"
    assert load_config({}).scan_limits == ScanLimits()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOGOC_SCANS_IN_A_DAY", "-1"),
        ("SOGOC_SCANS_IN_TOTAL", "1000001"),
        ("SOGOC_SCANS_FAR_KM", "3001"),
        ("SOGOC_SCANS_FAR_DAYS", "31"),
        ("SOGOC_SCANS_BEFORE_ACTIVATION", "năm"),
        ("SOGOC_SCANS_AFTER_RECALL", "9" * 5000),
        ("SOGOC_PROVINCE_HEADER", "X Tinh"),
        ("SOGOC_PROVINCE_HEADER", "X-Tinh:"),
    ],
)
def test_a_bad_limit_or_header_is_named(name, value):
    assert problems_of({name: value}).keys() == {name}


def test_every_field_has_its_setting():
    assert {s.key for s in SETTINGS} == {"config", *Config.__dataclass_fields__}


def test_a_token_is_used_when_its_module_is_named(tmp_path):
    assert load_config({"SOGOC_HSM_TOKEN": "lung lay"}).token is None
    environ = {"SOGOC_DATA": str(tmp_path), "SOGOC_HSM_MODULE": "/usr/lib/softhsm/libsofthsm2.so"}
    place = TokenPlace(Path(environ["SOGOC_HSM_MODULE"]), "sogoc", "sogoc-log", tmp_path / "hsm.pin")
    assert load_config(environ).token == place
    assert problems_of(environ | {"SOGOC_HSM_KEY": "x" * 33}).keys() == {"SOGOC_HSM_KEY"}
