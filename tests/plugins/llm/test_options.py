"""Options and prompts are checked at the start, and what is wrong is named."""

import re
import sys
from pathlib import Path
from typing import Any

import batonpass_summarizer_llm
import pytest
from batonpass_summarizer_llm import LlmSummarizer, options
from batonpass_summarizer_llm.options import Options, read_options
from batonpass_summarizer_llm.prompts import PURPOSES, SAMPLE, Prompts, own_folder

GOOD = {"base_url": "http://localhost:8080/v1", "model": "small"}


def test_defaults() -> None:
    assert read_options(GOOD) == Options("http://localhost:8080/v1", "small")


@pytest.mark.parametrize(
    "given,words",
    [
        ({"model": "m"}, "base_url is missing"),
        ({"base_url": "http://x"}, "model is missing"),
        ({**GOOD, "base_url": "localhost:8080"}, "base_url is 'localhost:8080', expected an address"),
        ({**GOOD, "base_url": "ftp://x/v1"}, "base_url is"),
        ({**GOOD, "base_url": "http://x:99999/v1"}, "base_url is"),
        ({**GOOD, "base_url": "http://me:secret@x/v1"}, "base_url holds a user or password"),
        ({**GOOD, "model": ""}, "model is '', expected a text"),
        ({**GOOD, "model": 5}, "model is 5, expected a text"),
        ({**GOOD, "timeout": 0}, "timeout is 0, expected a number from 0.05 to 600"),
        ({**GOOD, "timeout": True}, "timeout is True"),
        ({**GOOD, "timeout": float("nan")}, "timeout is nan"),
        ({**GOOD, "at_once": 2.5}, "at_once is 2.5, expected a whole number from 1 to 100"),
        ({**GOOD, "attempts": 0}, "attempts is 0"),
        ({**GOOD, "redact": "yes"}, "redact is 'yes', expected true or false"),
        ({**GOOD, "structured": "always"}, 'structured is \'always\', expected "auto" or "never"'),
        ({**GOOD, "temprature": 1}, "'temprature' is not known, expected one of base_url"),
        ({**GOOD, "api_key": "sk-1"}, "api_key must not stand in the configuration"),
        ({**GOOD, "api_key_env": "NOT_SET_HERE"}, "api_key_env names NOT_SET_HERE, which holds no key"),
        ({**GOOD, "api_key_file": "no/such/file"}, "cannot be read (FileNotFoundError)"),
        ({**GOOD, "api_key_file": "a", "api_key_env": "b"}, "both given"),
        ({**GOOD, "prompts": "no/such/folder"}, "no such folder"),
        ({**GOOD, "prompt_version": "../v1"}, "prompt_version is '../v1'"),
        ({**GOOD, "extra_patterns": "KD"}, "extra_patterns is 'KD', expected a list"),
        ({**GOOD, "extra_patterns": [{"name": "X"}]}, "in place 0, expected {name, pattern}"),
        ({**GOOD, "extra_patterns": [{"name": "kd", "pattern": "x"}]}, "expected capitals"),
        ({**GOOD, "extra_patterns": [{"name": "KD", "pattern": "(a+)+"}]}, "(KD) that repeats without a bound"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_named(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError) as caught:
        LlmSummarizer().configure(given)
    assert words in str(caught.value)


def test_every_wrong_option_is_named_and_no_key_shown() -> None:
    with pytest.raises(ValueError) as caught:
        read_options({"base_url": "x", "api_key": "sk-1", "timeout": -1})
    said = str(caught.value)
    assert all(word in said for word in ("base_url", "model", "api_key", "timeout")) and "sk-1" not in said


def test_a_key_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc-1\n")
    read = read_options({**GOOD, "api_key_file": str(tmp_path / "key")})
    assert read.api_key == "abc-1" and "abc-1" not in repr(read)


def test_a_refused_configuration_leaves_the_old_one() -> None:
    plugin = LlmSummarizer()
    plugin.configure({**GOOD, "prompt_version": "v1"})
    with pytest.raises(ValueError):
        plugin.configure({**GOOD, "prompt_version": "v7"})
    assert plugin.version == "1, prompts v1"


# --- prompts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("structured", [True, False])
def test_our_prompts_render(purpose: str, structured: bool) -> None:
    text, after = Prompts(None, "v1").text(purpose, **{**SAMPLE, "structured": structured})
    assert SAMPLE["boundary"] in text and "at most 60 words" in text + after
    assert ('"issue"' in text, "JSON" in after, "?" in after) == (structured, structured, not structured)


def test_a_variable_more_or_less_is_refused() -> None:
    with pytest.raises(ValueError):
        Prompts(None, "v1").text("transfer", **SAMPLE, chat="hello")


def own_prompts(folder: Path, transfer: str) -> Path:
    for purpose in PURPOSES:
        (folder / purpose).mkdir()
        (folder / purpose / "v1.md.j2").write_text("Tell it in {{ words }} words.")
    (folder / "transfer" / "v1.md.j2").write_text(transfer)
    return folder


def test_an_operators_prompt_replaces_ours_and_may_include_ours(tmp_path: Path) -> None:
    folder = own_prompts(tmp_path, 'Be brief, {{ purpose }}.\n{% include "shared/v1.md.j2" %}')
    text, after = Prompts(folder, "v1").text("transfer", **SAMPLE)
    assert after == ""
    assert text.startswith("Be brief, transfer.") and SAMPLE["boundary"] in text
    plugin = LlmSummarizer()
    plugin.configure({**GOOD, "prompts": str(folder)})
    assert plugin.version == "1, prompts own v1"


@pytest.mark.parametrize(
    "text,words",
    [
        ("one\ntwo {{ words ", "v1.md.j2, line 2: "),
        ("one\n\n{{ wrods }}", "v1.md.j2, line 3: 'wrods' is undefined"),
        ("{{ words.__class__.__mro__ }}", "v1.md.j2, line 1: "),
        ("{% for n in range(10000000) %}x{% endfor %}", "v1.md.j2, line 1: "),
        ("a\n{% include 'nothing' %}", "line 2: it includes nothing, which is missing"),
        ("{# empty #}", "it gives 0 characters"),
        ("{{ 'x' * 30000 }}", "it gives 30000 characters"),
    ],
)
def test_a_broken_prompt_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    folder = own_prompts(tmp_path, text)
    with pytest.raises(ValueError) as caught:
        LlmSummarizer().configure({**GOOD, "prompts": str(folder)})
    assert words in str(caught.value) and str(folder / "transfer") in str(caught.value)


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    folder = own_prompts(tmp_path, "x")
    (folder / "wrap_up" / "v1.md.j2").unlink()
    with pytest.raises(ValueError, match=r"wrap_up.v1\.md\.j2 is missing"):
        Prompts(folder, "v1")


def test_our_prompts_are_found_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel has them beside the package's modules."""
    package = tmp_path / "batonpass"
    (package / "_prompts").mkdir(parents=True)
    monkeypatch.setattr("batonpass_summarizer_llm.prompts.files", lambda name: tmp_path / name)
    assert own_folder() == package / "_prompts"


def test_importing_the_plugin_imports_no_client() -> None:
    import subprocess

    code = (
        "import sys, batonpass_summarizer_llm; sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the page -------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[3] / "docs" / "llm.md").read_text()


def _first_cells(part: str) -> set[str]:
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def _part(heading: str) -> str:
    return PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_page_names_every_option() -> None:
    assert _first_cells(_part("Turn it on")) == set(options._READERS)


def test_the_page_names_every_reason() -> None:
    named = set(re.findall(r"\* ``(\w+)``", batonpass_summarizer_llm.__doc__ or ""))
    assert _first_cells(_part("When there is none")) == named
    package = Path(options.__file__).parent
    texts = "".join(path.read_text() for path in package.glob("*.py") if path.name != "__init__.py")
    raised = set(re.findall(r'(?:SummaryFailed|_Again|_Refused)\("(\w+)"', texts))
    raised |= set(re.findall(r'Unread\("(\w+)"\)|reason = "(\w+)"', texts)[0]) - {""}
    assert raised <= named
    assert len(raised) > 10


def test_the_page_names_every_variable_of_a_prompt() -> None:
    assert _first_cells(_part("Your own prompts")) == {"purpose", *SAMPLE}
