"""The vault: what is sealed opens only where it belongs, with the right key."""

from base64 import b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.seal.vault import Keys, Vault, VaultError

ROW, OTHER = UUID(int=1), UUID(int=2)
VAULT = Vault(Keys(b"s" * 32, b"i" * 32))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(words: str) -> None:
    sealed = VAULT.seal(ROW, "number", words)
    assert VAULT.open(ROW, "number", sealed) == words
    assert words.encode() not in sealed or len(words) < 4


@pytest.mark.parametrize(("row", "column"), [(OTHER, "number"), (ROW, "name")])
def test_a_moved_value_does_not_open(row: UUID, column: str) -> None:
    with pytest.raises(VaultError, match="does not open"):
        VAULT.open(row, column, VAULT.seal(ROW, "number", "+8613800000001"))


def test_a_changed_value_does_not_open() -> None:
    sealed = bytearray(VAULT.seal(ROW, "number", "+8613800000001"))
    sealed[-1] ^= 1
    with pytest.raises(VaultError, match="does not open"):
        VAULT.open(ROW, "number", bytes(sealed))


def test_another_key_does_not_open() -> None:
    with pytest.raises(VaultError):
        Vault(Keys(b"x" * 32, b"i" * 32)).open(ROW, "number", VAULT.seal(ROW, "number", "1"))


def test_an_unknown_sealing_says_so() -> None:
    with pytest.raises(VaultError, match="version"):
        VAULT.open(ROW, "number", b"\x09abc")


def test_a_number_is_found_by_a_keyed_hash_within_its_office() -> None:
    found = VAULT.number_hash(ROW, "+8613800000001")
    assert found == VAULT.number_hash(ROW, "+8613800000001")
    assert found != VAULT.number_hash(OTHER, "+8613800000001")
    assert found != Vault(Keys(b"s" * 32, b"x" * 32)).number_hash(ROW, "+8613800000001")


def test_keys_from_their_stored_form() -> None:
    stored = {name: b64encode(bytes(32)).decode() for name in ("seal", "index")}
    assert Keys.read(stored) == Keys(bytes(32), bytes(32))
    for wrong, says in ((None, "missing"), ("***", "base64"), (b64encode(b"short").decode(), "5 bytes")):
        broken = {**stored, "seal": wrong} if wrong else {"index": stored["index"]}
        with pytest.raises(VaultError, match=says):
            Keys.read(broken)
    assert "AAAA" not in repr(Keys.read(stored))
