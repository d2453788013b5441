import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile

from ledger.coop.attachments import photos
from ledger.coop.attachments.photos import find_photo, store_photo
from ledger.coop.errors import PhotoError


def picture(kind="JPEG", size=(640, 480), colour="purple", **save) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, colour).save(out, kind, **save)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_is_kept_as_webp_under_the_digest_of_its_bytes(tmp_path, kind):
    photo = store_photo(tmp_path, picture(kind))
    path = find_photo(tmp_path, photo.digest)
    assert path.parent.name == path.name[:2]
    assert (photo.media_type, photo.width, photo.height) == ("image/webp", 640, 480)
    assert path.stat().st_size == photo.size
    assert path.read_bytes().startswith(b"RIFF")


def test_same_picture_twice_is_one_file(tmp_path):
    first, second = store_photo(tmp_path, picture()), store_photo(tmp_path, picture())
    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_long_side_becomes_1600_pixels(tmp_path):
    photo = store_photo(tmp_path, picture(size=(4000, 3000)))
    assert (photo.width, photo.height) == (1600, 1200)


def test_position_and_camera_are_stripped_and_the_picture_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0110] = "Camera of Mrs Lan"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (21.0, 17.0, 3.0)  # GPSLatitude
    photo = store_photo(tmp_path, picture(exif=exif))
    data = find_photo(tmp_path, photo.digest).read_bytes()
    assert (photo.width, photo.height) == (480, 640)
    assert b"Mrs Lan" not in data
    assert not Image.open(io.BytesIO(data)).getexif()


def test_transparent_picture_gets_white_paper(tmp_path):
    photo = store_photo(tmp_path, picture("PNG", colour=(0, 0, 0, 0)))
    pixel = Image.open(find_photo(tmp_path, photo.digest)).getpixel((5, 5))
    assert all(channel > 250 for channel in pixel)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        picture()[:300],
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        picture("PNG")[:60],
    ],
    ids=["empty", "svg", "gif", "cut jpeg", "sound", "cut png"],
)
def test_what_is_no_whole_photo_is_refused_with_a_sentence(tmp_path, data):
    with pytest.raises(PhotoError) as caught:
        store_photo(tmp_path, data)
    assert "ảnh" in caught.value.sentence.lower()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tolerant", [False, True])
def test_cut_photo_is_refused_even_where_pillow_was_told_not_to_mind(tmp_path, monkeypatch, kind, tolerant):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", tolerant)
    whole = picture(kind)
    assert store_photo(tmp_path, whole).width == 640
    for part in (0.5, 0.9, 0.99):
        with pytest.raises(PhotoError):
            store_photo(tmp_path, whole[: int(len(whole) * part)])


def test_bytes_that_a_telephone_adds_behind_the_picture_do_no_harm(tmp_path):
    assert store_photo(tmp_path, picture() + b"MotionPhoto" + bytes(500)).width == 640


def test_file_over_twelve_megabytes_is_refused_unread(tmp_path):
    with pytest.raises(PhotoError, match="bytes"):
        store_photo(tmp_path, picture() + bytes(photos.MAX_BYTES))


def giant_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7072, 10_000, 60_000])
def test_picture_over_fifty_megapixels_is_refused_before_it_is_decoded(tmp_path, side):
    with pytest.raises(PhotoError):
        store_photo(tmp_path, giant_png(side, side))


@pytest.mark.parametrize(
    "digest", ["", "ni:///sha-256;" + "A" * 43, "../../etc/passwd", "ni:///sha-256;../x"]
)
def test_name_of_no_photo_finds_nothing(tmp_path, digest):
    with pytest.raises(PhotoError):
        find_photo(tmp_path, digest)
