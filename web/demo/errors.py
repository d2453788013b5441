"""What can keep the demo from being built."""


class DemoError(Exception):
    """Base of every error of the demo. ``sentence`` is Vietnamese, for a person."""

    def __init__(self, message: str, *, sentence: str) -> None:
        super().__init__(message)
        self.sentence = sentence


class RealLogError(DemoError):
    """The database holds a log that the demo did not make; ``origin`` is its name. Nothing was touched."""

    def __init__(self, origin: str) -> None:
        sentence = (
            f"Ở đây đã có sổ thật “{origin}”, không phải sổ mẫu, nên không dựng sổ mẫu vào đó. "
            "Chưa có gì bị thay đổi. Hãy chọn thư mục khác, ví dụ: SOGOC_DATA=so-mau sogoc demo"
        )
        super().__init__(f"the database holds the log {origin!r}, which is not a demo", sentence=sentence)
        self.origin = origin


class MovedDemoError(DemoError):
    """The demo was built for another address, which is on its stamps: ``public_url``."""

    def __init__(self, public_url: str, data: str) -> None:
        sentence = (
            f"Sổ mẫu trong {data} đã lập cho địa chỉ {public_url}, in trên mọi tem. "
            "Hãy chạy lại với đúng địa chỉ đó, hoặc chọn thư mục khác cho sổ mẫu mới (SOGOC_DATA)."
        )
        super().__init__(f"the demo was built for {public_url}", sentence=sentence)
        self.public_url = public_url


class BrokenMarkerError(DemoError):
    """The file that says which log is a demo's cannot be read. ``path`` is where it is."""

    def __init__(self, path: str) -> None:
        sentence = (
            f"Không đọc được {path}, tệp ghi lại việc dựng sổ mẫu. Hãy xóa thư mục sổ mẫu rồi chạy lại."
        )
        super().__init__(f"{path} is not a demo's marker", sentence=sentence)
        self.path = path
