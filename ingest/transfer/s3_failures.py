"""What can be wrong with a bucket and the way to it, with its words; what every method knows is in `failures.py`."""

from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import Misconfigured, Transient
from ingest.transfer.failure_rule import FailureRule

S3_RULES: Final = (
    FailureRule(
        "s3.clock",
        Misconfigured,
        gettext_noop("The bucket %(bucket)s was not reached because the clock of the portal's machine is wrong."),
        gettext_noop("Whoever runs the portal must set its clock: S3 takes no request that is off by 15 minutes."),
    ),
    FailureRule(
        "s3.key",
        Misconfigured,
        gettext_noop("The access key of the destination was not accepted by the server of the bucket %(bucket)s."),
        gettext_noop("An administrator must enter the access key ID and the secret access key again."),
    ),
    FailureRule(
        "s3.token",
        Transient,
        gettext_noop("The temporary credentials for the bucket %(bucket)s have run out."),
        gettext_noop("The portal tries again by itself with new ones. If it stays so, check where they come from."),
    ),
    FailureRule(
        "s3.no_credentials",
        Misconfigured,
        gettext_noop("The portal's machine has no credentials of its own for Amazon."),
        gettext_noop("Give the machine a role, or enter an access key in the destination."),
    ),
    FailureRule(
        "s3.machine_closed",
        Misconfigured,
        gettext_noop("This installation does not lend the credentials of its machine to destinations."),
        gettext_noop("Enter an access key in the destination, or have whoever runs the portal allow it."),
    ),
    FailureRule(
        "s3.role_denied",
        Misconfigured,
        gettext_noop("The role %(role)s may not be taken on with these credentials."),
        gettext_noop("Whoever owns the role must trust this account; check the external ID, too."),
    ),
    FailureRule(
        "s3.denied",
        Misconfigured,
        gettext_noop("The bucket %(bucket)s does not give this account the right to do that with %(name)s."),
        gettext_noop("Check the partner name. Whoever owns the bucket must allow s3:PutObject and s3:PutObjectAcl."),
    ),
    FailureRule(
        "s3.bucket_missing",
        Misconfigured,
        gettext_noop("There is no bucket %(bucket)s."),
        gettext_noop("An administrator must correct the bucket in the destination, or have it made."),
    ),
    FailureRule(
        "s3.region",
        Misconfigured,
        gettext_noop("The bucket %(bucket)s is in the region %(region)s, not in the one of the destination."),
        gettext_noop("An administrator must set the region of the destination to %(region)s."),
    ),
    FailureRule(
        "s3.region_elsewhere",
        Misconfigured,
        gettext_noop("The bucket %(bucket)s is not in the region of the destination."),
        gettext_noop("An administrator must ask whoever owns the bucket for its region and set it in the destination."),
    ),
    FailureRule(
        "s3.kms",
        Misconfigured,
        gettext_noop("The key with which %(name)s was to be encrypted in the bucket cannot be used (%(reason)s)."),
        gettext_noop("Whoever owns the key must enable it for this account: kms:GenerateDataKey and kms:Decrypt."),
    ),
    FailureRule(
        "s3.not_understood",
        Misconfigured,
        gettext_noop("The server of the bucket %(bucket)s did not understand what was asked of it (%(reason)s)."),
        gettext_noop(
            "Servers other than Amazon's may not know newer checksums or encryption: an administrator can switch them "
            "off in the destination. Check the address of the server, too."
        ),
    ),
    FailureRule(
        "s3.certificate",
        Misconfigured,
        gettext_noop(
            "The server of the bucket %(bucket)s could not prove with its certificate that it is the right one."
        ),
        gettext_noop(
            "Check the address. For a certificate of your own, have the portal's machine trust who issued it."
        ),
    ),
    FailureRule(
        "s3.plain_http",
        Misconfigured,
        gettext_noop("The host %(host)s is public, and files are not sent there unencrypted."),
        gettext_noop("An administrator must give the server's address with https."),
    ),
    FailureRule(
        "s3.cannot_refuse",
        Misconfigured,
        gettext_noop("The server of the bucket %(bucket)s overwrites a file although it was asked to leave it alone."),
        gettext_noop("Use a server that knows If-None-Match, so that no file is ever sent over another."),
    ),
    FailureRule(
        "s3.not_comparable",
        Misconfigured,
        gettext_noop("The bucket %(bucket)s holds a file named %(name)s, and this account may not look what it is."),
        gettext_noop("Whoever owns the bucket must compare it with the batch, or allow this account s3:GetObject."),
    ),
)
