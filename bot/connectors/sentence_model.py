"""A sentence model in ONNX form, run by this machine's processor: it is read from files, and no text goes anywhere.

Its libraries come with `nugget[semantic]` and are imported where a model is loaded, since most installations have none.
A model is a folder as such models are published (`model.onnx`, `tokenizer.json`), or a package that holds these files,
itself or in one that it requires. Of a package only the files are used, none of its code.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib import import_module
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from re import match
from typing import Any

from bot.domain.errors import PermanentError

MOST_TOKENS = 256
"""Of a longer text the beginning is read; few requests are longer, and such models were not made for more."""

# A change in how texts are fed or read out makes other vectors of the same files.
_HOW = b"nugget 1"
_LIBRARIES = ("numpy", "onnxruntime", "tokenizers")
_KNOWN_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
# Published folders hold variants of a model side by side; the plain one is meant.
_MODELS = ("model.onnx", "onnx/model.onnx", "*.onnx", "onnx/*.onnx")
# What a model gives for each token, not for each text, has this many dimensions.
_OF_TOKENS = 3


class ModelError(PermanentError):
    """The model that `duplicates.meaning` names cannot be used; the text says what to do about it."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"duplicates.meaning: found {where!r}; {problem}")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Where a model's parts are."""

    model: Path
    tokenizer: Path
    takes_first: bool = False
    """Whether the text's meaning is what stands at its first token, instead of the mean of all."""

    @property
    def digest(self) -> str:
        """What tells these files from all others."""
        digest = sha256(_HOW + bytes([self.takes_first]))
        for path in (self.model, self.tokenizer):
            with path.open("rb") as file:
                digest.update(file_digest(file, "sha256").digest())
        return digest.hexdigest()


def find_files(where: str) -> ModelFiles:
    """Return the files of the model in a folder or an installed package; raises `ModelError` where there is none."""
    folder = Path(where).expanduser()
    if folder.is_dir():
        model = next((path for pattern in _MODELS for path in sorted(folder.glob(pattern))), None)
        tokenizer = folder / "tokenizer.json"
        if model is None or not tokenizer.is_file():
            raise ModelError(where, "a folder with model.onnx and tokenizer.json is needed")
        return ModelFiles(model, tokenizer, _takes_first(folder))
    held = [path for package in _packages(where) for path in _files_of(package)]
    models = [path for path in held if path.suffix == ".onnx"]
    tokenizers = [path for path in held if path.name == "tokenizer.json"]
    if len(models) != 1 or len(tokenizers) != 1:
        raise ModelError(
            where,
            "a package that holds one model (.onnx) and one tokenizer.json, itself or in what it needs, is needed",
        )
    return ModelFiles(models[0], tokenizers[0])


def _takes_first(folder: Path) -> bool:
    try:
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(pooling, dict) and pooling.get("pooling_mode_cls_token") is True


def _packages(name: str) -> Iterator[Distribution]:
    """Yield an installed package and those that it requires; what an extra of it requires is left out."""
    try:
        package = distribution(name)
    except (PackageNotFoundError, ValueError):
        raise ModelError(name, "the path of a folder or the name of an installed package is needed") from None
    yield package
    for requirement in package.requires or ():
        needed = match(r"[\w.-]+", requirement)
        # The runtime holds models of its own, to be tried out with.
        if needed is None or needed.group() in _LIBRARIES or "extra ==" in requirement:
            continue
        try:
            yield distribution(needed.group())
        except PackageNotFoundError:
            continue


def _files_of(package: Distribution) -> Iterator[Path]:
    for file in package.files or ():
        if file.suffix == ".onnx" or file.name == "tokenizer.json":
            yield Path(str(package.locate_file(file)))


class SentenceModel:
    """Reads texts; may be used by several threads at once."""

    def __init__(self, where: str) -> None:
        """Load the model; raises `ModelError` when it cannot be used, whatever is wrong with it."""
        files = find_files(where)
        try:
            self._numpy, runtime, tokenizers = (import_module(name) for name in _LIBRARIES)
        except ImportError as error:
            raise ModelError(
                where, f"its libraries are needed: pip install 'nugget[semantic]' ({error.name})"
            ) from None
        self.name = files.digest
        self._takes_first = files.takes_first
        try:
            self._load(files, runtime, tokenizers)
            self.directions_of(["ready"])
        except Exception as error:
            # The libraries raise errors of their own, and whatever they are, a start that is refused says it best.
            problem = f"a sentence model that can be loaded is needed ({type(error).__name__})"
            raise ModelError(where, problem) from error

    def _load(self, files: ModelFiles, runtime: Any, tokenizers: Any) -> None:
        runtime.disable_telemetry_events()
        options = runtime.SessionOptions()
        # One text at a time on one core leaves the others to those who are waiting for an answer.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = runtime.InferenceSession(str(files.model), options, providers=["CPUExecutionProvider"])
        self._inputs = [one.name for one in self._session.get_inputs()]
        unknown = sorted(set(self._inputs) - _KNOWN_INPUTS)
        if unknown:
            raise ValueError(f"inputs that are not known: {unknown}")
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)

    def directions_of(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return for each text the direction that it points in, of length 1."""
        return [self._direction_of(text) for text in texts]

    def _direction_of(self, text: str) -> list[float]:
        tokens = self._tokenizer.encode(text)
        parts = {"input_ids": tokens.ids, "attention_mask": tokens.attention_mask, "token_type_ids": tokens.type_ids}
        fed = {name: self._numpy.asarray([parts[name]], dtype=self._numpy.int64) for name in self._inputs}
        read = self._session.run(None, fed)[0]
        if read.ndim == _OF_TOKENS:
            read = read[:, 0] if self._takes_first else read.mean(axis=1)
        direction = read[0].astype(self._numpy.float64)
        length = float(self._numpy.linalg.norm(direction))
        return [float(part) for part in direction / (length or 1.0)]
