"""Words and codes for a stamp that is only looked at: a design's picture before anything is printed. Pure.

The words are as long as honest ones get and hold every tone mark, so that a design that holds them holds
most lots; each job still checks its own.
"""

from labels.texts import Stamp, StampText

SAMPLE_CODE = "0000000000000"
"""As long as a code and none of ours (but for one chance in 2^32): who scans a picture is told that."""
SAMPLE_SECRET = "2345WXYZ"  # noqa: S105  # printed on a picture


SAMPLE_SSCC = "106141412345678908"
"""Of the prefix that GS1 gives in its own examples, which is nobody's."""
SAMPLE_HRI = "(00) 1 0614141 234567890 8"


def sample_carton(public_url: str) -> Stamp:
    """A label of a carton with an SSCC, for designs with a place for its bar code."""
    return Stamp(f"{public_url.upper()}/00/{SAMPLE_SSCC}", SAMPLE_HRI, barcode=f"00{SAMPLE_SSCC}")


def sample_stamp(public_url: str, *, has_secret: bool) -> Stamp:
    """A stamp as long as a real one of this server that names no seal: the least that a design must hold."""
    return Stamp(f"{public_url.upper()}/S/{SAMPLE_CODE}", SAMPLE_CODE, SAMPLE_SECRET if has_secret else "")


def sample_text(organisation: str) -> StampText:
    """A lot of honey of ``organisation``: every field has something to say."""
    return StampText(
        product_name="Mật ong hoa bạc hà nguyên chất",
        lot="261112-1",
        organisation=organisation,
        packed_on="12/11/2026",
        expires_on="12/11/2028",
        weight="500 g",
        grade="Loại 1",
        sender="Thôn Phố Bảng, Đồng Văn, Tuyên Quang",
        remark="Tránh nắng, để nơi khô mát",
        address="Thôn Phố Bảng, Đồng Văn, Tuyên Quang",
        origin="Đồng Văn, Tuyên Quang, Việt Nam",
        made_on="10/11/2026",
        ingredients="100 % mật ong hoa bạc hà",
        warning="Không dùng cho trẻ dưới 1 tuổi",
        storage="Để nơi khô mát, đậy kín sau khi mở",
        content="24 lọ × 500 g",
        order="DH-2611-07",
    )
