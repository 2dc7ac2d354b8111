"""A sentence model on this machine: which files are taken for it, what it says of texts, and what is wrong with one."""

import sys
from pathlib import Path

import pytest

from bot.connectors import sentence_model
from bot.connectors.sentence_model import ModelError, SentenceModel, find_files
from bot.domain.duplicates import TwinWords
from bot.domain.meaning import likeness, vector_of
from tests.meanings import PACKAGE, real_model


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


def install(folder: Path, name: str, *files: str, requires: tuple[str, ...] = ()) -> None:
    """Make a folder of packages look as if one with these files were installed there."""
    put(folder, *files)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    needs = "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}", encoding="utf-8")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")


@pytest.mark.parametrize("model", ["model.onnx", "onnx/model.onnx", "small.onnx", "onnx/small_int8.onnx"])
def test_a_folder_as_models_are_published(tmp_path: Path, model: str) -> None:
    found = find_files(str(put(tmp_path, model, "tokenizer.json")))
    assert (found.model, found.tokenizer) == (tmp_path / model, tmp_path / "tokenizer.json")
    assert not found.takes_first


def test_the_plain_model_is_taken_of_several(tmp_path: Path) -> None:
    put(tmp_path, "onnx/a.onnx", "onnx/model.onnx", "onnx/model_int8.onnx", "tokenizer.json")
    assert find_files(str(tmp_path)).model.name == "model.onnx"


@pytest.mark.parametrize(
    ("pooling", "takes_first"),
    [
        ('{"pooling_mode_cls_token": true}', True),
        ('{"pooling_mode_cls_token": false}', False),
        ("[]", False),
        ("", False),
    ],
)
def test_how_a_folder_says_that_tokens_become_a_text(tmp_path: Path, pooling: str, takes_first: bool) -> None:
    put(tmp_path, "model.onnx", "tokenizer.json", "1_Pooling/config.json")
    (tmp_path / "1_Pooling" / "config.json").write_text(pooling, encoding="utf-8")
    assert find_files(str(tmp_path)).takes_first is takes_first


@pytest.mark.parametrize("names", [(), ("model.onnx",), ("tokenizer.json",)])
def test_a_folder_that_lacks_a_part_is_told_what_is_needed(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match=r"a folder with model\.onnx and tokenizer\.json is needed"):
        find_files(str(put(tmp_path, *names)))


def test_what_is_neither_a_folder_nor_a_package_is_told_so() -> None:
    with pytest.raises(ModelError, match="found 'no-such-model'; the path of a folder or the name of an installed"):
        find_files("no-such-model")


def test_a_package_holds_the_files_itself_or_in_what_it_requires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "acmewords", "acmewords/tokenizer.json", requires=("acmemodel==1.0", "nowhere>=2; extra == 'x'"))
    install(tmp_path, "acmemodel", "acmemodel/model.onnx", "acmemodel/notes.txt")
    found = find_files("acmewords")
    assert found.model == tmp_path / "acmemodel/model.onnx"
    assert found.tokenizer == tmp_path / "acmewords/tokenizer.json"
    with pytest.raises(ModelError, match="one model"):
        find_files("acmemodel")


def test_a_package_with_two_models_leaves_open_which_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "twomodels", "m/a.onnx", "m/b.onnx", "m/tokenizer.json")
    with pytest.raises(ModelError, match="one model"):
        find_files("twomodels")


def test_other_files_are_another_model(tmp_path: Path) -> None:
    digests = set()
    for name, text in (("a", "one"), ("b", "two")):
        folder = put(tmp_path / name, "model.onnx", "tokenizer.json")
        (folder / "tokenizer.json").write_text(text, encoding="utf-8")
        digests.add(find_files(str(folder)).digest)
    assert len(digests) == 2
    assert all(len(digest) == 64 for digest in digests)


def test_missing_libraries_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setattr(sentence_model, "_LIBRARIES", ("json", "onnxruntime", "json"))
    with pytest.raises(ModelError, match=r"pip install 'nugget\[semantic\]' \(onnxruntime\)"):
        SentenceModel(str(put(tmp_path, "model.onnx", "tokenizer.json")))


def test_files_that_are_no_model_are_told_so(tmp_path: Path) -> None:
    real_model()
    with pytest.raises(ModelError, match="a sentence model that can be loaded is needed"):
        SentenceModel(str(put(tmp_path, "model.onnx", "tokenizer.json")))


def test_the_real_model_finds_the_same_in_other_words_alike() -> None:
    model = real_model()
    export, download, dark = (
        vector_of(TwinWords(1, words), model)
        for words in ("Export contacts as CSV", "Download the address book as a spreadsheet", "Dark mode for the phone")
    )
    assert likeness(export, download) > likeness(export, dark) + 0.2
    assert likeness(export, export) == pytest.approx(1)


def test_the_real_model_reads_any_text_to_a_direction_of_length_one() -> None:
    model = real_model()
    directions = model.directions_of(["", "x", "word " * 4_000, "日本語 🙂 \u0000"])
    assert len({len(direction) for direction in directions}) == 1
    for direction in directions:
        assert sum(part * part for part in direction) == pytest.approx(1)


def test_only_the_files_of_the_package_are_used_and_none_of_its_code() -> None:
    real_model()
    assert not any(name == PACKAGE or name.startswith(f"{PACKAGE}.") for name in sys.modules)
