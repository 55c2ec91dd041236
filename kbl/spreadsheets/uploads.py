"""Uploads stay in memory: Django's own second choice for a large file is a file on disk, and we never store one."""

from django.core.files.uploadhandler import MemoryFileUploadHandler

# More than the largest spreadsheet that is read, so that one that is just too large can be told so.
LARGEST_REQUEST = 8_000_000


class InMemory(MemoryFileUploadHandler):
    """Take a file into memory; one of a request that is too large is let go, and `request.upload_too_large` says so."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None) -> None:
        self.activated = content_length <= LARGEST_REQUEST
        if not self.activated and self.request is not None:
            self.request.upload_too_large = True  # type: ignore[attr-defined]
