"""Files that a page hands out."""

from flask import Response

CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(data: bytes, media_type: str, name: str) -> Response:
    """``data`` as a file called ``name`` (ASCII)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=media_type, headers=headers)
