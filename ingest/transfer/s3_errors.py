"""What S3 and the way to it say, as one of the three kinds of failure, in words."""

import errno
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.s3_http import StoppedError

_CODES: Final = {
    "s3.clock": ("RequestTimeTooSkewed", "RequestExpired"),
    "s3.key": (
        "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId", "UnrecognizedClientException",
        "IncompleteSignature", "AuthFailure", "401",
    ),
    "s3.token": ("ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired"),
    "s3.denied": ("AccessDenied", "AllAccessDisabled", "AccountProblem", "NotSignedUp", "UserSuspended", "403"),
    "s3.bucket_missing": ("NoSuchBucket", "InvalidBucketName"),
    "s3.region": (
        "PermanentRedirect", "TemporaryRedirect", "Redirect", "AuthorizationHeaderMalformed", "IncorrectEndpoint",
        "IllegalLocationConstraintException", "301", "302", "307",
    ),
    "remote.too_large": ("EntityTooLarge", "413"),
    "remote.full": ("QuotaExceeded", "XMinioStorageFull", "507"),
    "remote.damaged": (
        "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch",
    ),
    "remote.interrupted": (
        "ConditionalRequestConflict", "OperationAborted", "NoSuchUpload", "SlowDown", "RequestTimeout",
        "InternalError", "ServiceUnavailable", "IncompleteBody", "RequestLimitExceeded", "Throttling",
    ),
}  # fmt: skip
_BY_CODE: Final = {code: name for name, codes in _CODES.items() for code in codes}
_PASSING: Final = frozenset({408, 409, 425, 429, *range(500, 600)}) - {501, 505}
# Whatever else a server gives for its code or for its region may be anything, such as a piece of what it was sent.
_TELLING: Final = frozenset(
    {
        *_BY_CODE, "BucketAlreadyExists", "EntityTooSmall", "InvalidArgument", "InvalidBucketState",
        "InvalidObjectState", "InvalidPart", "InvalidPartOrder", "InvalidRequest", "InvalidStorageClass",
        "InvalidURI", "KMS.DisabledException", "KMS.InvalidKeyUsageException", "KMS.KMSInvalidStateException",
        "KMS.NotFoundException", "KMSInvalidStateException", "KeyTooLongError", "MalformedXML", "MethodNotAllowed",
        "MissingContentLength", "MissingSecurityHeader", "NoSuchKey", "NotImplemented",
        "ObjectLockConfigurationNotFoundError", "PreconditionFailed", "UnsupportedOperation",
    }
)  # fmt: skip
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]{2,12}){1,3}-[0-9]{1,2}")
_NO_CREDENTIALS: Final = (
    boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.MetadataRetrievalError,
    boto.NoAuthTokenError, boto.ProfileNotFound, boto.ConfigNotFound, boto.ConfigParseError,
)  # fmt: skip


@dataclass(frozen=True)
class About:
    """What a call is about, for the words: `name` and `size` of the file in bytes, `role` where one is taken on."""

    bucket: str
    name: str = ""
    size: int = 0
    role: str = ""


@contextmanager
def errors_in_words(about: About) -> Iterator[None]:
    """Only around calls of the library. What a caller's own function raised while it ran comes out as it is.

    Raises the three kinds of failure. ParamValidationError and the like are bugs and stay what they are.
    """
    try:
        yield
    except StoppedError as stopped:
        if isinstance(stopped.reason, boto.SSLError):
            raise _of_the_way(stopped.reason, about) from None
        raise stopped.reason from None
    except boto.ClientError as error:
        raise of_answer(error, about) from None
    except boto.InvalidRegionError:  # the library follows a server's hint to another region, and this was no region
        raise failure("s3.region_elsewhere", bucket=about.bucket) from None
    except (boto.HTTPClientError, boto.ConnectionError, ResponseParserError, *_NO_CREDENTIALS) as error:
        raise _of_the_way(error, about) from None


def code_of(error: boto.ClientError) -> str:
    """S3's code, or the number of the HTTP status where an answer has no text (HEAD)."""
    return str(error.response.get("Error", {}).get("Code", ""))


def part_of(answer: Mapping[str, Any], name: str, about: About) -> Any:
    """What every answer of S3 to a call holds. Raises `s3.not_understood` where a server leaves it out."""
    if name not in answer:
        raise failure("s3.not_understood", bucket=about.bucket, reason=name)
    return answer[name]


def status_of(error: boto.ClientError) -> int:
    """The HTTP status of an answer; 0 where there is none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def of_answer(error: boto.ClientError, about: About) -> TransferFailure:
    """The failure that an answer of the server stands for. Nothing of the server's own sentence is in it."""
    code, status = code_of(error), status_of(error)
    if about.role and status in {400, 403} and code in {"AccessDenied", "AccessDeniedException", "ValidationError"}:
        return failure("s3.role_denied", role=about.role)
    name = _BY_CODE.get(code) or ("s3.kms" if code.startswith("KMS") else None)
    if name is None:
        name = "remote.interrupted" if status in _PASSING else "s3.not_understood"
    if name == "s3.region":
        return _region(error, about)
    reason = code if code in _TELLING else f"HTTP {status}"
    return _made(name, about, reason)


def _region(error: boto.ClientError, about: About) -> TransferFailure:
    told = error.response.get("Error", {}).get("Region")
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = str(told or headers.get("x-amz-bucket-region") or "")
    if _REGION.fullmatch(region):
        return failure("s3.region", bucket=about.bucket, region=region)
    return failure("s3.region_elsewhere", bucket=about.bucket)


def _made(name: str, about: About, reason: str) -> TransferFailure:
    """Every template takes what it knows of these."""
    return failure(name, bucket=about.bucket, name=about.name, size=about.size, reason=reason)


def _of_the_way(error: Exception, about: About) -> TransferFailure:
    if isinstance(error, _NO_CREDENTIALS):
        return failure("s3.no_credentials")
    if isinstance(error, ResponseParserError):
        return _made("s3.not_understood", about, "HTTP")
    if isinstance(error, boto.SSLError):
        return failure("s3.certificate", bucket=about.bucket)
    if isinstance(error, boto.EndpointConnectionError | boto.ConnectTimeoutError):
        return _not_reached(error)
    return _made("remote.interrupted", about, _reason(error))


def _not_reached(error: boto.EndpointConnectionError | boto.ConnectTimeoutError) -> TransferFailure:
    """A host of Amazon's; the way to any other is in `s3_http.py` and says so itself."""
    server = urlsplit(str(error.kwargs.get("endpoint_url", "")))
    host, port = server.hostname or "", server.port or 443
    causes = tuple(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return failure("host.unknown", host=host)
    is_refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
    return failure("host.refused" if is_refused else "host.silent", host=host, port=port)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _reason(error: Exception) -> str:
    """A few words of our own; what libraries say may hold addresses and headers."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
            return os.strerror(cause.errno)
    silent = isinstance(error, boto.ConnectTimeoutError | boto.ReadTimeoutError)
    return os.strerror(errno.ETIMEDOUT if silent else errno.ECONNRESET)
