"""Clients for one destination: what it was told and nothing else. The environment of the portal has no say in it."""

import logging
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigValueStore, ConstantProvider
from botocore.credentials import Credentials as StaticCredentials
from botocore.credentials import DeferredRefreshableCredentials
from botocore.loaders import Loader
from botocore.session import Session

from ingest.transfer.failures import failure
from ingest.transfer.s3_errors import About, errors_in_words
from ingest.transfer.s3_http import CONNECT_SECONDS, READ_SECONDS, JudgedSession
from ingest.transfer.s3_place import Credentials, S3Place, Signing

_ATTEMPTS: Final = 6  # of one request, with growing pauses of together some ten seconds; then the job's own pauses
_ROLE_SECONDS: Final = 3600
# Below this the library logs headers and whole answers, and in those are tokens and the secrets that come with a role.
logging.getLogger("botocore").setLevel(logging.INFO)
_FILES_OF_THE_MACHINE: Final = frozenset({"config_file", "credentials_file", "profile", "ca_bundle", "data_path"})


class Client:
    """`calls` are the library's, one for each operation of the service. Close it; a context manager does."""

    def __init__(self, calls: Any, way: JudgedSession | None) -> None:
        self.calls = calls
        self._way = way

    def close(self) -> None:
        """Close connections."""
        self.calls.close()
        if self._way is not None:
            self._way.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def make_client(place: S3Place, *, attempts: int = _ATTEMPTS) -> Client:
    """A client for a place. With one attempt it is for cleaning up, and waits for nobody.

    Raises Misconfigured `s3.no_credentials`. Nothing is connected yet, unless the machine's credentials are wanted.
    """
    read_seconds = READ_SECONDS if attempts > 1 else CONNECT_SECONDS
    session = _session(_credentials(place))
    config = Config(
        signature_version="s3v4",
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        max_pool_connections=4,
        proxies={},
        request_checksum_calculation=place.checksums.value,
        response_checksum_validation=place.checksums.value,
        ignore_configured_endpoint_urls=True,
        s3={
            "addressing_style": "path" if place.has_path_style else "auto",
            # The checksum of every body is signed instead. So no body is read twice, and progress means sending.
            "payload_signing_enabled": False,
            "us_east_1_regional_endpoint": "regional",
        },
    )
    return _made(session, "s3", place, config, read_seconds)


def _made(session: Session, service: str, place: S3Place, config: Config, read_seconds: int) -> Client:
    calls = session.create_client(
        service, region_name=place.region, endpoint_url=place.endpoint or None, verify=True, config=config
    )
    if not place.endpoint:  # Amazon's names are made of a region and a bucket; nobody can type another host
        return Client(calls, None)
    judged = JudgedSession(place.private_networks, connect_seconds=CONNECT_SECONDS, read_seconds=read_seconds)
    calls.meta.events.register(f"before-send.{service}", judged.answer)
    return Client(calls, judged)


@cache
def _loader() -> Loader:
    """What Amazon's services can do is read from the disk once, not once a client."""
    return Loader()


class _Given:
    """The one answer to the library's question for credentials."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Any:
        """Called by the library."""
        return self._credentials


def _session(credentials: Any) -> Session:
    """A session with the library's defaults: no variable of the environment, no file in somebody's home is read."""
    session = Session()
    defaults = {
        name: ConstantProvider(value=None if name in _FILES_OF_THE_MACHINE else default)
        for name, (_in_files, _in_environment, default, _read) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }
    session.register_component("config_store", ConfigValueStore(mapping=defaults))
    session.register_component("data_loader", _loader())
    session.register_component("credential_provider", _Given(credentials))
    return session


def _credentials(place: S3Place) -> Any:
    signing = place.signing
    base = _of_machine() if signing.credentials is Credentials.MACHINE else _static(signing)
    return _with_role(place, base) if signing.role else base


def _static(signing: Signing) -> StaticCredentials:
    return StaticCredentials(signing.key_id, signing.secret.reveal())


def _of_machine() -> Any:
    """As the library finds them by itself: the role of the machine, of its container, or what its owner has set."""
    with errors_in_words(About(bucket="")):
        found = Session().get_credentials()
    if found is None:
        raise failure("s3.no_credentials")
    return found


def _with_role(place: S3Place, base: Any) -> Any:
    """Taken on when it is first needed, and again before it ends."""
    signing = place.signing
    more = {"ExternalId": signing.external_id} if signing.external_id else {}
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=CONNECT_SECONDS,
        read_timeout=CONNECT_SECONDS, proxies={}, ignore_configured_endpoint_urls=True,
    )  # fmt: skip

    def taken_on() -> dict[str, str]:
        about = About(place.bucket, role=signing.role)
        with _made(_session(base), "sts", place, config, CONNECT_SECONDS) as client, errors_in_words(about):
            answer = client.calls.assume_role(
                RoleArn=signing.role, RoleSessionName="amportal", DurationSeconds=_ROLE_SECONDS, **more
            )
        given = answer["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    return DeferredRefreshableCredentials(refresh_using=taken_on, method="assume-role")
