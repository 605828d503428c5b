"""Signatures by real SSH keys: whose count, and why others do not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from safesql.errors import UsageError
from safesql.store.plan.approvals import NAMESPACE, sign, signatures, verified, write_signature

DATA = b"a plan\n"


def key(folder: Path, name: str) -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path), "-C", f"{name}@example.com"], check=True)
    return path


def allowed(folder: Path, *keys: Path, options: str = "", name: str = "signers") -> Path:
    path = folder / name
    path.write_text("".join(f"{each.name}@example.com {options}{each.with_suffix('.pub').read_text()}" for each in keys))
    return path


def signed(folder: Path, by: Path, data: bytes = DATA) -> Path:
    return write_signature(folder / "changes.plan", by.name, sign(data, by))


def test_who_signed_is_known_by_the_list(tmp_path: Path) -> None:
    bob, eve = key(tmp_path, "bob"), key(tmp_path, "eve")
    found = verified(DATA, signed(tmp_path, bob), [allowed(tmp_path, eve, bob)])
    assert (found.names, found.reason) == (("bob@example.com",), "")


@pytest.mark.parametrize(
    ("options", "words"),
    [('valid-before="20200101" ', "expired|not valid|No principal|does not allow"), ('namespaces="file" ', "namespace|does not allow"),
     ('valid-after="20990101" ', "not yet|not valid|No principal|does not allow")],
    ids=["expired", "for something else", "not yet"],
)
def test_a_key_counts_only_as_the_list_says(tmp_path: Path, options: str, words: str) -> None:
    bob = key(tmp_path, "bob")
    found = verified(DATA, signed(tmp_path, bob), [allowed(tmp_path, bob, options=options)])
    assert found.names == ()
    assert any(word in found.reason for word in words.split("|")), found.reason


def test_an_unknown_key_counts_for_nobody(tmp_path: Path) -> None:
    bob, eve = key(tmp_path, "bob"), key(tmp_path, "eve")
    found = verified(DATA, signed(tmp_path, eve), [allowed(tmp_path, bob)])
    assert found.names == ()
    assert "SHA256:" in found.key
    assert "does not allow its key" in found.reason


def test_a_signature_of_other_bytes_is_none(tmp_path: Path) -> None:
    bob = key(tmp_path, "bob")
    found = verified(DATA + b" ", signed(tmp_path, bob), [allowed(tmp_path, bob)])
    assert (found.names, found.key) == ((), "")
    assert "no signature of this plan as it is now" in found.reason


def test_a_signature_for_another_purpose_is_none(tmp_path: Path) -> None:
    bob, plan = key(tmp_path, "bob"), tmp_path / "changes.plan"
    plan.write_bytes(DATA)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(bob), "-n", "file", str(plan)], check=True, capture_output=True)
    found = verified(DATA, plan.with_name("changes.plan.sig"), [allowed(tmp_path, bob)])
    assert found.names == ()


def test_every_list_of_signers_must_have_the_key(tmp_path: Path) -> None:
    bob, eve = key(tmp_path, "bob"), key(tmp_path, "eve")
    team, own = allowed(tmp_path, bob), allowed(tmp_path, bob, eve, name="own")
    assert verified(DATA, signed(tmp_path, bob), [team, own]).names == ("bob@example.com",)
    assert verified(DATA, signed(tmp_path, eve), [team, own]).names == ()
    assert verified(DATA, signed(tmp_path, bob), [team, tmp_path / "missing"]).names == ()
    assert verified(DATA, signed(tmp_path, bob), []).names == ()


def test_what_ssh_keygen_itself_writes_is_found(tmp_path: Path) -> None:
    bob, plan = key(tmp_path, "bob"), tmp_path / "changes.plan"
    plan.write_bytes(DATA)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(bob), "-n", NAMESPACE, str(plan)]
    subprocess.run(command, check=True, capture_output=True)
    signed(tmp_path, bob)
    (tmp_path / "changes.plane.sig").write_text("of another file")
    assert [each.name for each in signatures(plan)] == ["changes.plan.bob.sig", "changes.plan.sig"]
    assert verified(DATA, plan.with_name("changes.plan.sig"), [allowed(tmp_path, bob)]).names == ("bob@example.com",)


def test_garbage_is_no_signature(tmp_path: Path) -> None:
    bob = key(tmp_path, "bob")
    for text in ("", "garbage", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", "x" * 100_000):
        path = tmp_path / "changes.plan.x.sig"
        path.write_text(text)
        assert verified(DATA, path, [allowed(tmp_path, bob)]).names == ()


def test_keys_of_two_people_with_one_comment_make_two_signatures(tmp_path: Path) -> None:
    plan = tmp_path / "changes.plan"
    bob, eve = key(tmp_path, "bob"), key(tmp_path, "eve")
    first = [write_signature(plan, "id_ed25519", sign(data, bob)) for data in (b"a plan before\n", DATA)]
    second = write_signature(plan, "id_ed25519", sign(DATA, eve))
    assert first[0] == first[1] != second, "the newer one of a person takes the place of the older one"
    assert signatures(plan) == (second, first[0])
    signers = allowed(tmp_path, bob, eve)
    assert [verified(DATA, each, [signers]).names for each in (first[0], second)] == [("bob@example.com",), ("eve@example.com",)]


def test_the_name_of_a_signature_cannot_lead_elsewhere(tmp_path: Path) -> None:
    path = write_signature(tmp_path / "changes.plan", "../../etc/passwd", b"x")
    assert path.parent == tmp_path


def test_a_missing_key_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="could not sign"):
        sign(DATA, tmp_path / "nothing")


def test_without_ssh_keygen_there_is_a_sentence(tmp_path: Path) -> None:
    import sys

    code = (
        "from pathlib import Path; from safesql.store.plan.approvals import sign\n"
        "from safesql.errors import UsageError\n"
        "try: sign(b'x', Path('k'))\nexcept UsageError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert "install OpenSSH" in done.stdout
