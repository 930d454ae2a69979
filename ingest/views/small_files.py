"""Files of ordinary forms stay in memory, and are few: no page but those for customer files writes any to the disk."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile


class SmallFiles(MemoryFileUploadHandler):
    """Passes over files of forms beyond FILE_UPLOAD_MAX_MEMORY_SIZE, whoever sends them, signed in or not."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Take it into memory, or none of it."""
        if not self.activated:
            raise SkipFile
        super().new_file(*args, **kwargs)
