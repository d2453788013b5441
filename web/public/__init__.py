"""The public's pages: passports by stamp and by lot, the lookup box, photos, self-verification."""

from flask import Flask

from web.public import (
    card_pages,
    cartons,
    lookup_pages,
    passport_pages,
    photos,
    report_pages,
    scratch_pages,
    verifier_file,
)


def register_public(app: Flask) -> None:
    """Serve the public's pages."""
    app.jinja_env.filters["photo"] = photos.photo_path
    views = (
        lookup_pages, verifier_file, passport_pages, scratch_pages, report_pages, card_pages, cartons, photos,
    )  # fmt: skip
    for pages in views:
        app.register_blueprint(pages.blueprint)
