"""What verifiers of credentials fetch: DID documents, lots' credentials in both forms, status lists."""

from web.credentials.routes import blueprint

__all__ = ["blueprint"]
