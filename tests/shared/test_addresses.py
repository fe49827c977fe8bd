"""An e-mail address is one person's, however a mail program reads it."""

import pytest

from shared.addresses import EMAIL_ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "mara.ellis@northgate.example",
        "o'neill+clinic_2@mail.co.uk",
        "x=y@a-b.org",
        "a" * 64 + "@x.org",
    ],
)
def test_addresses_of_people(address: str) -> None:
    assert EMAIL_ADDRESS.fullmatch(address)


@pytest.mark.parametrize(
    "address",
    [
        "a,b@y.org",  # two to whoever splits at commas
        "a;b@y.org",
        "<a@y.org>",
        "Ann (home) <a@y.org>",
        "a(b)@y.org",
        '"a b"@y.org',
        "a:b@y.org",
        "a\\b@y.org",
        "=?utf-8?q?b=40y.org=2C_a?=@x.org",  # a header decodes it into two
        "=?utf-8?b?AA==?=@x.org",
        "a@y.org\nBcc: b@y.org",
        "a\0@y.org",
        ".a@y.org",
        "a..b@y.org",
        "ä@y.org",
        "a@y",
        "a@@y.org",
        "a" * 65 + "@x.org",
        "",
    ],
)
def test_what_is_no_address_or_more_than_one(address: str) -> None:
    assert not EMAIL_ADDRESS.fullmatch(address)
