"""The keys that stand outside the database: the vault's, and the one that signs checkpoints."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.embedded.folder import DataFolder
from cases.seal.vault import Keys, Vault


def vault(folder: DataFolder) -> Vault:
    """The vault with the folder's keys, made at the first start. Losing that file loses the names."""
    return Vault(Keys.read(json.loads(folder.secret("vault.json", _new_keys()))))


def _new_keys() -> str:
    return json.dumps({name: b64encode(secrets.token_bytes(32)).decode() for name in ("seal", "index")})


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs checkpoints (Ed25519) and knows its own signatures."""

    key: Ed25519PrivateKey

    def sign(self, body: bytes) -> str:
        return self.key.sign(body).hex()

    def knows(self, body: bytes, signature: str) -> bool:
        """Whether `signature` is ours for `body`."""
        try:
            self.key.public_key().verify(bytes.fromhex(signature), body)
        except (InvalidSignature, ValueError):
            return False
        return True


def signer(folder: DataFolder) -> Signer:
    """The folder's checkpoint key, made at the first start."""
    made = Ed25519PrivateKey.generate().private_bytes_raw().hex()
    kept = folder.secret("checkpoint.key", made)
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept)))
