"""``safesql config trust`` and ``distrust``: whose files may do more than tighten the policy."""

from __future__ import annotations

import os
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

from safesql.cli.say import complain, say
from safesql.config.document import read_document
from safesql.config.layer import checked
from safesql.errors import ConfigError
from safesql.store.private import state_folder
from safesql.store.trust import Trusted, TrustStore


def trusted(name: str, out: Callable[[str], None]) -> int:
    """Record the file as it is; raises ConfigError for one that is missing, broken, or open to others."""
    file = Path(name).absolute()
    document = read_document(file, owners=(os.geteuid(), 0))
    if document is None:
        raise ConfigError(f"{file}: there is no such file")
    wrong = [finding for finding in checked(document).findings if not finding.note]
    for finding in wrong:
        complain(str(finding))
    if wrong:
        raise ConfigError(f"{file} is not trusted: put it right first")
    store, text = TrustStore(state_folder(os.environ)), document.data.decode()
    before = store.of(file)
    if before is not None and before.digest == document.digest:
        say(f"{file} is trusted already, and has not changed since")
        return 0
    old = before.text if before is not None else ""
    for line in unified_diff(old.splitlines(), text.splitlines(), "trusted before", str(file), lineterm="", n=1):
        out(line)
    store.record(file, Trusted(document.digest, text))
    say(f"{file} is trusted as it is now (sha256 {document.digest[:16]}..); when it changes, this has to be said again")
    return 0


def distrusted(name: str) -> int:
    """Forget the file."""
    file = Path(name).absolute()
    known = TrustStore(state_folder(os.environ)).forget(file)
    say(f"{file} is trusted no longer" if known else f"{file} was not trusted")
    return 0
