"""The public's pages: passports by stamp and by lot, the lookup box, photos, self-verification."""

from flask import Flask

from web.public import cartons, lookup_pages, passport_pages, photos, scratch_pages


def register_public(app: Flask) -> None:
    """Serve the public's pages."""
    app.jinja_env.filters["photo"] = photos.photo_path
    for pages in (lookup_pages, passport_pages, scratch_pages, cartons, photos):
        app.register_blueprint(pages.blueprint)
