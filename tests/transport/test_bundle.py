"""The widget's modules as one: what a bundle holds, what it refuses, and that comments are all that goes."""

import subprocess
from pathlib import Path

import pytest

from batonpass.transport.bundle import bare, joined

FILES = {
    "a.js": """// The entry.
import { one as first, two } from "./lib/b.js";
import text from "./c.css.js";
import words from "./d.json.js";
import { v } from "./vendor/v.js";
import "./lib/e.js";

export const said = [first(), two, text.trim(), words.hello, v, globalThis.e].join(" ");
export function here() {
  return new URL("x", import.meta.url).pathname.endsWith("/x");
}
""",
    "lib/b.js": """import { two as other } from "./f.js";

const hidden = "one";
/** Says it. */
export function one() {
  return hidden;
}
export const two = other;
""",
    "lib/e.js": 'globalThis.e = "e";\n',
    "lib/f.js": 'const hidden = "two";\nexport class Unused {}\nexport const two = hidden; // of its own scope\n',
    "c.css": "/* a\n   comment */\n.x { color: red }\n",
    "d.json": '{"hello": "grüß"}',
    "vendor/v.js": "// untouched\nexport const v = 'v';\n",
}


@pytest.mark.node
def test_a_bundle_does_what_its_modules_do(tmp_path: Path, node: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "v.js").write_text(FILES["vendor/v.js"])
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "a.js").write_text(joined("a.js", FILES.__getitem__))
    (tmp_path / "run.js").write_text('import { said, here } from "./a.js"; console.log(said, here());')
    done = subprocess.run([str(node), "run.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "one two .x { color: red } grüß v e true\n", done.stderr


@pytest.mark.parametrize(
    "name, text",
    [
        ("lib/f.js", 'export { two } from "./b.js";\n'),
        ("lib/f.js", "export default 1;\n"),
        ("lib/f.js", "export let two = 1;\n"),
        ("lib/f.js", 'import { one } from "./b.js";\nexport const two = 1;\n'),
        ("lib/f.js", 'import { one } from "preact";\n'),
        ("lib/f.js", 'import { one } from "../../b.js";\n'),
        ("lib/f.js", 'export const two = import("./x.js");\n'),
        ("lib/f.js", "export const two = import.meta.url;\n"),
        ("lib/f.js", "export const two = `a\n  b`;\n"),
        ("lib/f.js", 'import * as all from "./x.js";\n'),
    ],
)
def test_what_it_does_not_understand_is_an_error(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="lib/"):
        joined("a.js", (FILES | {name: text}).__getitem__)


def test_comments_go_and_lines_keep_their_numbers() -> None:
    source = '// a\nconst a = "// b"; // c\n/** d\n * e */\nconst f = 1 /* g */;\n/* h */ const i = 2;\n'
    assert bare(source) == '\nconst a = "// b"; // c\n\n\nconst f = 1 /* g */;\n/* h */ const i = 2;\n'
    assert bare("/* a */\n//b\n.c {}\n", css=True) == "\n//b\n.c {}\n"
