"""Link types of the GS1 Web Vocabulary: which one a request means, and which a cooperative may give. Pure.

>>> read_link_type("https://gs1.org/voc/recipeInfo")
'recipeInfo'
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

VOCABULARY = "https://ref.gs1.org/voc/"
PREFIX = "gs1:"
PIP, DEFAULT, TRACEABILITY, PASSPORT = "pip", "defaultLink", "traceability", "dpp"
_SPELLINGS = (PREFIX, VOCABULARY, "https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/")
_NAME = re.compile(r"[a-z][A-Za-z]{0,39}")

OFFERED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "activityIdeas": ("Gợi ý hoạt động", "Activity ideas"),
        "allergenInfo": ("Chất gây dị ứng", "Allergens"),
        "certificationInfo": ("Chứng nhận", "Certificates"),
        "consumerHandlingStorageInfo": ("Cách bảo quản", "Handling and storage"),
        "faqs": ("Câu hỏi thường gặp", "Questions and answers"),
        "hasRetailers": ("Nơi bán", "Where to buy"),
        "homepage": ("Trang của hợp tác xã", "The cooperative’s home page"),
        "ingredientsInfo": ("Thành phần", "Ingredients"),
        "instructions": ("Cách dùng", "Instructions"),
        "leaveReview": ("Viết nhận xét", "Leave a review"),
        "nutritionalInfo": ("Dinh dưỡng", "Nutrition"),
        "promotion": ("Ưu đãi", "Offers"),
        "recipeInfo": ("Công thức nấu", "Recipes"),
        "relatedImage": ("Hình ảnh", "Pictures"),
        "relatedVideo": ("Phim", "Videos"),
        "review": ("Nhận xét", "Reviews"),
        "safetyInfo": ("An toàn", "Safety"),
        "serviceInfo": ("Dịch vụ", "Services"),
        "socialMedia": ("Mạng xã hội", "Social media"),
        "support": ("Hỗ trợ", "Support"),
        "sustainabilityInfo": ("Môi trường", "Sustainability"),
    }
)
"""What a cooperative may link to, Vietnamese and English. What a passport itself says (what the product is,
its journey, whether it is recalled) is not among them: nobody leads a scan past the verdict."""


def read_link_type(text: str) -> str | None:
    """The name of the link type that ``text`` means, as a CURIE or an IRI; ``None`` for what GS1 has not."""
    for spelling in _SPELLINGS:
        if text.startswith(spelling):
            name = text.removeprefix(spelling)
            return name if _NAME.fullmatch(name) else None
    return None


def link_type_iri(name: str) -> str:
    """The relation as a linkset names it."""
    return VOCABULARY + name
