"""Adobe's e-mail after processing, as people paste it."""

from datetime import UTC, datetime

import pytest

from ingest.aam.receipt_mail import ReceiptProblem, beginning_and_time, is_of, read_receipt

# The lines of Adobe's page inbound-receipt-message, with its figures.
SAMPLE = """\
From: aam-noreply@adobe.com
Subject: Adobe Audience Manager Server-To-Server Processing Result:
Dear Adobe Partner: (ID:7)
We have received your Adobe Audience Manager Server-To-Server file delivery
File name:
s3n://bucket/2018-05-17/ftp_dpm_7_901_1368806402.sync
s3n://bucket/2018-05-16/ftp_dpm_7_901_1368655202.sync
Records received: 40669900
Format Errors: 0
Invalid AAM ID: 112
No Matching AAM ID: 0
No Trait Realized: 26730823
Records processed: 40669900
Stored Records: 13938958
Total devices: 21
Total signals: 918878926
Total unused signals: 660348376
Total realized traits: 258086908
Total removed traits: 0
Total traits failed validation: 0
Total users that have traits which failed validation: 0
Job start time: 2018-05-17 18:07:49
Job end time: 2018-05-17 18:45:02
"""
COUNTS = {
    "received": 40669900, "format_errors": 0, "invalid_aam_id": 112, "no_match": 0, "no_trait": 26730823,
    "processed": 40669900, "stored": 13938958, "devices": 21, "signals": 918878926, "unused_signals": 660348376,
    "realized_traits": 258086908, "removed_traits": 0, "failed_traits": 0, "failed_users": 0,
}  # fmt: skip
NAMES = ("ftp_dpm_7_901_1368806402.sync", "ftp_dpm_7_901_1368655202.sync")


def test_adobes_own_sample_is_read_whole() -> None:
    receipt = read_receipt(SAMPLE)
    assert (receipt.names, dict(receipt.counts)) == (NAMES, COUNTS)
    assert receipt.began == datetime(2018, 5, 17, 18, 7, 49, tzinfo=UTC)
    assert receipt.ended == datetime(2018, 5, 17, 18, 45, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "pasted",
    [
        SAMPLE.replace("\n", "\r\n"),
        "".join(f"> > {line}\n" for line in SAMPLE.splitlines()),
        "".join(f"*{line}* \n" for line in SAMPLE.splitlines()),
        SAMPLE.replace(": ", ":\t"),
        SAMPLE.replace("received: ", "received\t").replace("Records: ", "Records\t"),
        SAMPLE.replace("received: ", "received\n").replace("Records: ", "Records:\n\n"),
        SAMPLE.replace("40669900", "40,669,900").replace("13938958", "13\u202f938\u202f958"),
        SAMPLE.replace("received: ", "received：").replace("AAM ID: 112", "AAM  ID :\u00a0112"),
        SAMPLE + SAMPLE,
        SAMPLE.replace("1368655202.sync", "1368655202.sync.processed,"),
        SAMPLE.replace("s3n://bucket/2018-05-17/", "<").replace("402.sync", "402.sync>"),
    ],
    ids=["crlf", "quoted", "bold", "tabs", "cells", "next-line", "grouped", "wide-colon", "twice", "processed", "bare"],
)
def test_it_may_be_pasted_from_any_mail_program(pasted: str) -> None:
    receipt = read_receipt(pasted)
    assert (receipt.names, dict(receipt.counts)) == (NAMES, COUNTS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no line “Records received”"),
        ("Hello, the files have arrived.", "There is no line “Records received”"),
        (SAMPLE.partition("Stored")[0], "There is no line “Stored records”"),
        (SAMPLE.partition("Records received")[2], "There is no line “Records received”"),
        (SAMPLE.replace("ftp_dpm", "ftp"), "No file is named"),
        (SAMPLE.replace("Stored Records: 13938958", "Stored Records: 1.5"), "says “1.5”, which is no whole number"),
        (SAMPLE.replace("Errors: 0", "Errors: -1"), "says “-1”"),
        (SAMPLE.replace("Errors: 0", "Errors: " + "9" * 60), "says “" + "9" * 40 + "”"),
        (SAMPLE + SAMPLE.replace("13938958", "5"), "“Stored records” stands there twice"),
    ],
)
def test_what_is_no_receipt_is_said(text: str, sentence: str) -> None:
    with pytest.raises(ReceiptProblem) as caught:
        read_receipt(text)
    assert sentence in str(caught.value)


def test_a_time_in_another_form_is_left_out() -> None:
    receipt = read_receipt(SAMPLE.replace("2018-05-17 18:45:02", "May 17"))
    assert (receipt.began is None, receipt.ended) == (False, None)


@pytest.mark.parametrize(
    ("told", "sent", "same"),
    [
        ("ftp_dpm_7_901_1368806402.sync", "ftp_dpm_7_901_1368806402.sync", True),
        ("ftp_dpm_7_901_1368806402.sync", "ftp_dpm_7_901_1368806402.sync.gz", True),
        ("ftp_dpm_7_901_1368806402.sync.2", "ftp_dpm_7_901_1368806402.sync.2.gz", True),
        ("ftp_dpm_7_901_1368806402.sync.2", "ftp_dpm_7_901_1368806402.sync.gpg", True),
        ("ftp_dpm_7_901_1368806402.sync", "ftp_dpm_7_901_1368806402.sync.2.gz", True),
        ("ftp_dpm_7_901_1368806402.sync.2", "ftp_dpm_7_901_1368806402.sync.1.gz", False),
        ("ftp_dpm_7_901_1368806402.overwrite", "ftp_dpm_7_901_1368806402.sync", False),
        ("ftp_dpm_7_901_1368806403.sync", "ftp_dpm_7_901_1368806402.sync", False),
        ("ftp_dpm_7_1368806402.sync", "ftp_dpm_7_901_1368806402.sync", False),
        ("ftp_dpm_7", "ftp_dpm_7_901_1368806402.sync", False),
        ("ftp_dpm_7", "ftp_dpm_7", True),
    ],
)
def test_files_are_known_again_whoever_packed_or_split_them(told: str, sent: str, *, same: bool) -> None:
    assert is_of(told, sent) is same


def test_a_name_says_what_it_begins_with_and_when() -> None:
    assert beginning_and_time("ftp_dpm_7_901_1368806402.sync.3.gz") == ("ftp_dpm_7_901", 1368806402)
    assert beginning_and_time("ftp_dpm_7") is None
