"""Every error of every room, and what the network answers for it: one table, no exceptions to it.

People get a page with the error's own Vietnamese sentence and a way out; machines get
``application/problem+json`` (RFC 9457). An error that is not in the table is ours to mend: 500, logged, and
nothing of it shown. A test asserts that every error class of all rooms is in the table.
"""

from collections.abc import Mapping
from http import HTTPStatus as Http
from typing import ClassVar

from flask import Flask, Response, current_app, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from labels import errors as labels
from labels.form import FormError
from ledger.coop import errors as coop
from ledger.coop.desk import errors as desk
from ledger.coop.exchange import errors as exchange
from ledger.coop.reports import errors as reports
from ledger.database import DatabaseFullError, DatabaseUnavailableError, DatabaseUrlError
from ledger.log import errors as log
from ledger.trace import errors as trace
from ledger.witness import errors as witness
from signing import errors as signing
from web.config import ConfigError
from web.languages import _, translate


class WebError(Exception):
    """Base of the errors that the web room raises itself."""

    default_sentence: ClassVar[str] = _("Yêu cầu này không thực hiện được. Hãy tải lại trang rồi thử lại.")

    def __init__(self, message: str = "", *, sentence: str | None = None) -> None:
        super().__init__(message or type(self).__name__)
        self.sentence = sentence or self.default_sentence


class ForgedRequestError(WebError):
    """An unsafe request that another site's page could have sent, or whose form is too old."""

    default_sentence = _("Trang này đã mở quá lâu hoặc được gửi từ nơi khác. Hãy tải lại trang rồi làm lại.")


class TooManyRequestsError(WebError):
    """One address asked more than its share. ``retry_after_s`` is when to try again."""

    default_sentence = _("Bạn thử quá nhiều lần trong chốc lát. Hãy đợi một phút rồi thử lại.")

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class UnknownPageError(WebError):
    """No such page, file or record under this address."""

    default_sentence = _("Không có trang này. Hãy kiểm tra lại địa chỉ, hoặc tra mã tem ở trang đầu.")


class TamperedRecordError(WebError):
    """The entries that were asked for are not there, or do not have their form: there is no proof to give."""

    default_sentence = _(
        "Bản ghi của lô này không khớp chữ ký nên không có bằng chứng. Đừng tin thông tin về lô."
    )


_MALFORMED = (
    signing.MalformedBase64Error,
    signing.MalformedKeyError,
    signing.MalformedNoteError,
    signing.MalformedProofError,
    signing.MalformedJwsError,
    log.MalformedError,
    log.NotCanonicalError,
    log.MalformedEntryError,
    log.MalformedEventNoteError,
    log.MalformedRecordNoteError,
    log.MalformedCheckpointError,
    log.MalformedProofFileError,
    log.PolicyError,
    log.KeyStatementError,
    log.MalformedReceiptsError,
    trace.MalformedIdentifierError,
    trace.GtinError,
    trace.MalformedNumberError,
    trace.UnseenTextError,
    trace.MalformedJsonError,
    witness.MalformedRequestError,
    trace.QueryParameterError,
    exchange.CaptureError,
    exchange.PageTokenError,
    exchange.SubscriptionError,
    exchange.DestinationError,
    coop.CoopError,
    WebError,
)
_NOT_SIGNED_IN = (
    coop.LoginError,
    coop.PinNeededError,
    coop.PasskeyLoginError,
    coop.SessionEndedError,
    exchange.AccessError,
)
_FORBIDDEN = (
    coop.NotAllowedError,
    exchange.ScopeError,
    witness.UntrustedCheckpointError,
    ForgedRequestError,
)
_TOO_LARGE = (
    log.EntryTooLargeError,
    exchange.CaptureLimitError,
    exchange.QueryTooLargeError,
    exchange.QueryTooComplexError,
    desk.TooManyCodesError,
)
_NOT_FOUND = (
    signing.StampCodeError,
    log.MalformedTileError,
    log.UnknownChainError,
    log.NoSuchEntryError,
    log.NoSuchTileError,
    trace.UnknownLotError,
    trace.NoCredentialError,
    witness.UnknownLogError,
    coop.NotFoundError,
    UnknownPageError,
)
_CONFLICT = (
    log.IdempotencyConflictError,
    log.ChainExistsError,
    log.LastKeyError,
    log.LogExistsError,
    trace.BalanceError,
    trace.LotExistsError,
    trace.NotSealableError,
    trace.RecallError,
    trace.CorrectionError,
    witness.SizeConflictError,
    coop.AlreadyExistsError,
    coop.RepeatConflictError,
    coop.LotStateError,
    coop.StampError,
    coop.StampRangeError,
    coop.StampCountError,
    coop.ShipmentStateError,
    coop.OrderStateError,
    exchange.EventExistsError,
    TamperedRecordError,
)
_UNPROCESSABLE = (
    signing.SigningError,
    signing.BadSignatureError,
    signing.UnknownSignerError,
    signing.KeyNotValidError,
    signing.KeyRingError,
    signing.TimestampError,
    signing.ScratchCodeError,
    signing.PasskeyError,
    witness.InconsistentError,
    log.InclusionError,
    log.ConsistencyError,
    log.VerificationError,
    log.WitnessError,
    log.StaleCheckpointError,
    log.TileMismatchError,
    log.SourceError,
    trace.TraceError,
    trace.EpcisError,
    trace.MalformedStatementError,
    trace.SignedEventError,
    trace.FieldErrors,
    trace.UnknownTemplateError,
    trace.GuardError,
    trace.GenealogyCycleError,
    trace.EventTimeError,
    trace.SealedFieldError,
    trace.WrongDisclosureError,
    trace.BundleError,
    trace.DisclosureFileError,
    trace.CredentialError,
    coop.CommandError,
    coop.DoneDateError,
    coop.PhotoError,
    coop.DeviceRecordError,
    coop.VoiceError,
    coop.OutlineError,
    coop.PlotsRefusedError,
    coop.SheetError,
    coop.EmptySheetError,
    coop.EpcisImportError,
    desk.CheckResultError,
    exchange.LateRefusalError,
    labels.LabelError,
    labels.LayoutError,
    labels.PaperError,
    labels.ProfileError,
    labels.DesignTooLargeError,
    labels.CopiesError,
    labels.UsedCellsError,
    labels.FieldError,
    labels.FieldMissingError,
    labels.FieldTooLongError,
    labels.FieldOverflowError,
    labels.SlotOverflowError,
    labels.MissingGlyphError,
    labels.PayloadCharacterError,
    labels.PayloadTooLongError,
    labels.TooManyStampsError,
    labels.TooManyLinesError,
    labels.NoStampsError,
    labels.SecretSlotError,
    labels.BarcodeDigitsError,
    labels.BarcodeSlotError,
    labels.DesignError,
)
_BUSY = (log.HeadMovedError, log.CommitUnknownError, DatabaseUnavailableError)
# Reading goes on; whoever keeps the machine must act before anything is written again.
_PAUSED = (log.RolledBackError, log.HeldError, DatabaseFullError)
_OURS = (
    signing.VaultError,
    signing.TokenError,
    log.LogError,
    log.NoLogError,
    log.WorkerError,
    log.MonitorStateError,
    trace.MissingFactsError,
    witness.WitnessingError,
    witness.WitnessStateError,
    witness.NotAnsweredError,
    FormError,
    DatabaseUrlError,
    ConfigError,
)

STATUS: Mapping[type[Exception], Http] = {
    **dict.fromkeys(_MALFORMED, Http.BAD_REQUEST),
    **dict.fromkeys(_NOT_SIGNED_IN, Http.UNAUTHORIZED),
    **dict.fromkeys(_FORBIDDEN, Http.FORBIDDEN),
    **dict.fromkeys(_NOT_FOUND, Http.NOT_FOUND),
    **dict.fromkeys(_CONFLICT, Http.CONFLICT),
    trace.ErasedError: Http.GONE,
    **dict.fromkeys(_TOO_LARGE, Http.REQUEST_ENTITY_TOO_LARGE),
    **dict.fromkeys(_UNPROCESSABLE, Http.UNPROCESSABLE_ENTITY),
    coop.LockedOutError: Http.TOO_MANY_REQUESTS,
    TooManyRequestsError: Http.TOO_MANY_REQUESTS,
    reports.ReportsFullError: Http.TOO_MANY_REQUESTS,
    **dict.fromkeys(_BUSY, Http.SERVICE_UNAVAILABLE),
    **dict.fromkeys(_PAUSED, Http.SERVICE_UNAVAILABLE),
    **dict.fromkeys(_OURS, Http.INTERNAL_SERVER_ERROR),
}
"""Error class → status. The nearest class in an error's inheritance counts; every class is named."""

SENTENCES: Mapping[int, str] = {
    400: _("Yêu cầu không đúng dạng. Hãy tải lại trang rồi thử lại."),
    401: _("Bạn chưa đăng nhập, hoặc phiên đã hết. Hãy đăng nhập lại."),
    403: _("Bạn không được làm việc này. Hãy hỏi người quản lý của hợp tác xã."),
    404: UnknownPageError.default_sentence,
    405: _("Địa chỉ này không nhận cách gửi đó. Hãy quay lại trang trước."),
    408: _("Đường truyền quá chậm nên việc gửi bị ngắt. Hãy thử lại."),
    413: _("Nội dung gửi lên quá lớn. Hãy gửi ít hơn hoặc chọn ảnh nhỏ hơn."),
    414: _("Địa chỉ quá dài. Mã tem chỉ có 13 ký tự; hãy gõ lại ở trang đầu."),
    415: _("Loại tệp này không dùng được ở đây."),
    429: TooManyRequestsError.default_sentence,
    500: _("Máy chủ gặp lỗi, chưa làm được việc này. Hãy thử lại sau ít phút."),
    503: _("Máy chủ đang bận. Hãy thử lại sau một phút."),
}


def status_of(error: Exception) -> int:
    """The status for an error: of its class, else of the nearest class above; 500 for what is not ours."""
    if isinstance(error, HTTPException):
        return error.code or Http.INTERNAL_SERVER_ERROR
    return next((int(STATUS[kind]) for kind in type(error).__mro__ if kind in STATUS), 500)


def sentence_of(error: Exception, status: int) -> str:
    """What a person is told. Of a fault of ours, nothing but that it is one."""
    own = str(error) if isinstance(error, labels.LabelError) else getattr(error, "sentence", None)
    if isinstance(own, str) and (status < 500 or status == Http.SERVICE_UNAVAILABLE):
        return translate(own)
    return str(SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400]))


def wants_json() -> bool:
    """Whether the asker is a machine: it prefers JSON, or asks where only machines ask."""
    if request.path.startswith(("/log/", "/epcis/")):
        return True
    best = request.accept_mimetypes.best_match(("text/html", "application/json", "application/problem+json"))
    return best is not None and best != "text/html"


def answer(error: Exception) -> Response:
    """The response for any error that a view let through."""
    status = status_of(error)
    if status >= 500:
        current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    response = _problem(error, status) if wants_json() else _page(error, status)
    if isinstance(error, HTTPException):
        # Allow of 405, Retry-After of 429 and 503: what werkzeug knows, it says.
        told = error.get_headers()
        response.headers.extend((name, value) for name, value in told if not name.startswith("Content-"))
    retry_after_s = getattr(error, "retry_after_s", None)
    if isinstance(retry_after_s, int):
        response.headers["Retry-After"] = str(retry_after_s)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(error: Exception, status: int) -> Response:
    """RFC 9457. ``code`` is the error's class, for programs that tell one 409 from another."""
    document = {
        "type": "about:blank",
        "title": Http(status).phrase,
        "status": status,
        "detail": sentence_of(error, status),
        "code": type(error).__name__ if type(error) in STATUS and status < 500 else Http(status).phrase,
    }
    return Response(json.dumps(document), status, mimetype="application/problem+json")


def _page(error: Exception, status: int) -> Response:
    page = render_template("error.html", status=status, sentence=sentence_of(error, status))
    return make_response(page, status)


def register(app: Flask) -> None:
    """Let this table answer for every error of every view."""
    app.register_error_handler(Exception, answer)
