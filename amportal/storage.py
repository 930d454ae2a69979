"""Where finished files are kept: a folder, or a bucket that several machines share."""

from pathlib import Path
from typing import Any

from amportal.env import Environment


def file_storage(env: Environment, folder: Path) -> dict[str, Any]:
    """The `files` entry of `STORAGES`: `folder`, or with `AMPORTAL_FILES_BUCKET` an S3 bucket.

    Credentials come from where Amazon's tools look for them (environment, shared file, instance).
    """
    bucket = env.text("AMPORTAL_FILES_BUCKET")
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
        }
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": env.text("AMPORTAL_FILES_PREFIX"),
        "default_acl": None,
        "file_overwrite": True,
        "querystring_auth": True,
    }
    endpoint, region = env.text("AMPORTAL_FILES_ENDPOINT"), env.text("AMPORTAL_FILES_REGION")
    options |= {"endpoint_url": endpoint} if endpoint else {}
    options |= {"region_name": region} if region else {}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
