"""Tokens in compact form: RFC 8037's own example, strict headers, one algorithm."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.base64url import format_base64url, parse_base64url
from signing.errors import BadSignatureError, MalformedBase64Error, MalformedJwsError, MalformedKeyError
from signing.jose import MAX_TOKEN_LENGTH, check_jws, jwk, parse_jwk, parse_jws, sign_jws, thumbprint
from signing.keys import PrivateKey

KEY = PrivateKey.from_seed(b"j" * 32)
URL = "did:web:so.example.vn:K7QM2X9T4D#1"
TOKEN = sign_jws("Chè Thái Nguyên".encode(), KEY, key=URL, type_="vc+jwt", content_type="vc")

# RFC 8037 appendix A.1 to A.4.
RFC_KEY = PrivateKey.from_seed(parse_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
RFC_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_TOKEN = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def token_of(header, payload="eA", signature=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    signed = f"{format_base64url(text)}.{payload}"
    return f"{signed}.{signature or format_base64url(KEY.sign(signed.encode()))}"


HEADER = {"alg": "EdDSA", "kid": URL, "typ": "vc+jwt"}


def test_the_keys_of_the_rfc_are_written_as_there():
    assert jwk(RFC_KEY.public_key) == {"kty": "OKP", "crv": "Ed25519", "x": RFC_X}
    assert thumbprint(RFC_KEY.public_key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_signature_of_the_rfc_is_reproduced_byte_for_byte():
    signed, _, signature = RFC_TOKEN.rpartition(".")
    assert format_base64url(RFC_KEY.sign(signed.encode())) == signature


def test_a_token_says_who_signed_what():
    jws = parse_jws(TOKEN)
    assert (jws.key, jws.type, jws.content_type) == (URL, "vc+jwt", "vc")
    assert jws.payload.decode() == "Chè Thái Nguyên"
    check_jws(jws, KEY.public_key)


def test_a_token_without_content_type():
    assert parse_jws(sign_jws(b"", KEY, key=URL, type_="JOSE")).content_type is None


def test_another_key_or_another_payload_does_not_verify():
    jws = parse_jws(TOKEN)
    with pytest.raises(BadSignatureError):
        check_jws(jws, RFC_KEY.public_key)
    header, _, signature = TOKEN.split(".")
    with pytest.raises(BadSignatureError):
        check_jws(parse_jws(f"{header}.eA.{signature}"), KEY.public_key)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        f"{TOKEN}.",
        f"{TOKEN}\n",
        f"{TOKEN}=",
        TOKEN.replace(".", ".+", 1),
        f"{TOKEN.rpartition('.')[0]}.",
        f"{TOKEN.rpartition('.')[0]}.eA",
        "a" * (MAX_TOKEN_LENGTH + 1),
        token_of(b"{"),
        token_of(b"\xff"),
        token_of(b"[]"),
        token_of(b"[" * 3000),
        token_of(b" " * 5000),
        token_of(b'{"alg":"none","alg":"EdDSA","kid":"a","typ":"b"}'),
        token_of(HEADER | {"kid": 5}),
        token_of({"alg": "EdDSA", "typ": "vc+jwt"}),
        token_of({"alg": "EdDSA", "kid": URL}),
        token_of(HEADER | {"alg": "none"}),
        token_of(HEADER | {"alg": "HS256"}),
        token_of(HEADER | {"alg": "eddsa"}),
        token_of(HEADER | {"b64": "false"}),
        token_of(HEADER | {"jku": "https://other.example/keys"}),
        token_of(HEADER | {"crit": ["exp"]}),
        token_of(HEADER | {"jwk": jwk(KEY.public_key)}),
    ],
    ids=range(25),
)
def test_what_is_no_token_of_ours_is_refused(token):
    with pytest.raises(MalformedJwsError):
        parse_jws(token)


def test_a_jwk_with_more_to_say_is_read():
    assert parse_jwk(jwk(KEY.public_key) | {"kid": "a", "use": "sig"}) == KEY.public_key


@pytest.mark.parametrize(
    "change",
    [{"kty": "EC"}, {"crv": "X25519"}, {"x": "eA"}, {"x": "e"}, {"x": None}, {"d": "secret"}],
    ids=str,
)
def test_another_jwk_is_refused(change):
    with pytest.raises(MalformedKeyError):
        parse_jwk(jwk(KEY.public_key) | change)


def test_the_jwk_of_another_length_is_refused():
    with pytest.raises(MalformedKeyError):
        jwk(bytes(31))


@given(st.binary(max_size=80))
def test_parse_base64url_undoes_format_base64url(data):
    text = format_base64url(data)
    assert not set(text) & set("+/=\n")
    assert parse_base64url(text) == data


@pytest.mark.parametrize("text", ["eA==", "e+", "e/", "e", "eB", "e A", "é", "eA\n"])
def test_another_spelling_of_base64url_is_refused(text):
    with pytest.raises(MalformedBase64Error):
        parse_base64url(text)
