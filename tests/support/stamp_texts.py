"""What may be held before a verifier as a stamp, and whether it passes: one list for all three verifiers."""

from typing import NamedTuple

STEP = 11


class StampText(NamedTuple):
    """``step`` is 0 where the bundle passes with this text, else the step that must refuse it."""

    text: str
    step: int


def stamp_texts(code: str, short: str, other: str) -> dict[str, StampText]:
    """Texts about the stamp ``code`` of a lot whose seal is ``short``; ``other`` is another lot's."""
    return {
        "as printed": StampText(f"HTTPS://SOGOC.VN/S/{short}{code}", 0),
        "as printed, without a scheme": StampText(f"sogoc.vn/s/{short}{code}", 0),
        "a path with a slash behind": StampText(f"/s/{short}{code}/", 0),
        "with a question behind": StampText(f"https://sogoc.vn/s/{short}{code}?lang=en#top", 0),
        "only the characters": StampText(f"{short}{code}", 0),
        "in small letters with blanks and hyphens": StampText(f" {short}-{code[:6]} {code[6:]} ".lower(), 0),
        "letters read alike": StampText(
            short.replace("0", "o").replace("1", "l") + code.replace("1", "I"), 0
        ),
        "a code alone says nothing": StampText(code, 0),
        "the address of a code alone": StampText(f"HTTPS://SOGOC.VN/S/{code}", 0),
        "the seal of another lot": StampText(f"HTTPS://SOGOC.VN/S/{other}{code}", STEP),
        "made-up characters": StampText(f"HTTPS://SOGOC.VN/S/000000{code}", STEP),
        "one character changed": StampText(f"{short[:5]}{'Z' if short[5] != 'Z' else 'Y'}{code}", STEP),
        "two characters swapped": StampText(f"{short[1]}{short[0]}{short[2:]}{code}", STEP)
        if short[0] != short[1]
        else StampText(f"000000{code}", STEP),
        "a character too few": StampText(f"{short[1:]}{code}", STEP),
        "a character too many": StampText(f"{short}{code}0", STEP),
        "a sign between": StampText(f"{short}.{code}", STEP),
        "a letter that no code has": StampText(f"{short[:5]}U{code}", STEP),
        "a letter of another script": StampText(f"{short[:5]}ſ{code}", STEP),
        "digits of another script": StampText("٣" * 6 + code, STEP),
        "an address of something else": StampText("https://sogoc.vn/", STEP),
        "far too long": StampText("A" * 400, STEP),
    }
