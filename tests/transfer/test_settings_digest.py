"""What approvals are bound to stays the same for a destination that nobody has changed, whatever a version asks for."""

from typing import Any

import pytest

from ingest.transfer.registry import canonical_settings, read_settings, settings_sha256
from ingest.transfer.seal_field import SEAL_KEY

KEPT: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "s3",
        {"bucket": "b-example", "access_key_id": "AKIAEXAMPLE"},
        "03245c2cf232823b6a4ad0102e4848df06fd3bf665d2d91243f2b9d03161704d",
    ),
    (
        "s3",
        {
            "bucket": "b-example", "access_key_id": "AKIAEXAMPLE",
            "checksums": "when_required", "has_path_style": True,
        },
        "6688b0c8f4f9663aae35fbf285054094116d6e362dbae9dfbc815a8de9b0d8ee",
    ),
    (
        "s3",
        {
            "bucket": "b-example", "credentials": "machine", "encryption": "aws:kms",
            "kms_key": "alias/x", "role_arn": "arn:aws:iam::123456789012:role/x", "external_id": "us-1",
        },
        "a76da9d3ac49e776c29ca673663c725e92d9283a57c302cdd8f14037bd600949",
    ),
    (
        "sftp",
        {"host": "sftp.example.com", "user": "u"},
        "1a0ea7643afa0f0a31df948d3575560ee6f8dc314a633c6e20b1df2add13b1dd",
    ),
    (
        "sftp",
        {"host": "sftp.example.com", "user": "u", "sign_in": "password"},
        "2cc123e76356d9a324be88d8c62fc0e1bfce031061f15a386281b4ed81b24c44",
    ),
    (
        "ftp",
        {"host": "ftp.example.com", "user": "u"},
        "f6819ab13194488bb7f34b5419222b3af881a0feb85a38206bab6fc9bd41e86f",
    ),
    (
        "ftp",
        {"host": "ftp.example.com", "user": "u", "allows_plain": True},
        "3bbadba84d6d6dad8efb282c9600dddc825b427794da499618cf894be65133f7",
    ),
    (
        "ftp",
        {
            "host": "ftp.example.com", "user": "u", "security": "plain",
            "allows_plain": True, "is_tls12_only": True, "fingerprint": "ab" * 32,
        },
        "e5c954a9bc3f9501cff790dd9fd7089ff4efaabd56d7be1b549c01ea644f51fa",
    ),
    (
        "local",
        {"folder": "/srv/outbox"},
        "965efea811ba7a834a5e8d49ffc9bf32163961d43a635863226427d0c34d90f8",
    ),
)  # fmt: skip
"""Rows as a version before fields depended on each other has kept them, with what it worked out."""


@pytest.mark.parametrize(("method", "kept", "digest"), KEPT)
def test_a_row_of_an_earlier_version_keeps_its_checksum_and_can_be_read(
    method: str, kept: dict[str, Any], digest: str
) -> None:
    assert settings_sha256(method, kept) == digest
    assert read_settings(method, kept)


@pytest.mark.parametrize(("method", "kept"), [row[:2] for row in KEPT])
def test_an_empty_key_is_no_key(method: str, kept: dict[str, Any]) -> None:
    assert canonical_settings(method, {**kept, SEAL_KEY: ""}) == canonical_settings(method, kept)
