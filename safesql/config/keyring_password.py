"""A password from the system's own store, by the keyring package; https://keyring.readthedocs.io."""

from __future__ import annotations

from safesql.errors import CannotConnect
from safesql.target import Target


def keyring_password(service: str, target: Target) -> str:
    """What the store has under this service for the target's user; raises CannotConnect where that is nothing."""
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise CannotConnect(
            f"the password of {target.label} is in the keyring, and the package for it is not installed here: "
            "pip install 'safesql[keyring]'"
        ) from error
    try:
        found = keyring.get_password(service, target.user)
    except keyring.errors.KeyringError as error:
        raise CannotConnect(f"the keyring did not give the password of {target.label}: {error}") from error
    if found is None:
        raise CannotConnect(
            f"the keyring has no password of {target.user!r} under {service!r}; "
            f"put it there with: keyring set {service} {target.user}"
        )
    return found
