"""Modules as one script: what is understood does the same, what is not is refused."""

import pytest

from web import inlining
from web.inlining import inline_script


@pytest.fixture
def modules(monkeypatch):
    """``modules({name: text})`` stand in for those of the server."""

    def stand_in(found):
        monkeypatch.setattr(inlining, "text_of", found.__getitem__)
        monkeypatch.setattr(
            inlining,
            "imported_by",
            lambda name: [n for n in found if f'"./{n}"' in found[name] and n != name],
        )

    return stand_in


def test_each_module_is_a_function_called_once_before_who_needs_it(modules):
    modules(
        {
            "c.js": 'import { one, three as other } from "./a.js";\nother(one);\n',
            "a.js": 'import { two } from "./b.js";\nexport const one = two();\n'
            "export async function gone() {}\nexport class three {}\n",
            "b.js": "export function two() {}\n",
        }
    )
    assert inline_script("c.js") == (
        "const $b = (() => {\nfunction two() {}\nreturn { two };\n})();\n"
        "const $a = (() => {\nconst { two } = $b;\nconst one = two();\n"
        "async function gone() {}\nclass three {}\nreturn { one, gone, three };\n})();\n"
        "const { one, three: other } = $a;\nother(one);\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        'import all from "./b.js";\n',
        'import "./b.js";\n',
        "export default 1;\n",
        "export { one };\n",
        'const later = import("./b.js");\n',
        "const here = import.meta.url;\n",
        'const end = "</script>";\n',
    ],
)
def test_what_is_not_understood_is_refused(modules, text):
    modules({"a.js": text})
    with pytest.raises(ValueError, match=r"a\.js cannot stand"):
        inline_script("a.js")


def test_the_verifier_is_one_script():
    script = inline_script("verifier/page.js")
    assert script.count("= (() => {\n") == 18
    assert script.index("const $bytes =") < script.index("const $verify =") < script.index("data-check-file")
