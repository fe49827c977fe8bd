"""The key service: one data key a person; destroyed, it takes what it sealed with it for ever."""

from shared.keyring.keys import MIGRATIONS, Keyring, lifespan, of_request, reader_of_request
from shared.keyring.sealing import ERASED, Erased, NotSealedForThis, open_sealed, seal


__all__ = [
    "ERASED",
    "MIGRATIONS",
    "Erased",
    "Keyring",
    "NotSealedForThis",
    "lifespan",
    "of_request",
    "open_sealed",
    "reader_of_request",
    "seal",
]
