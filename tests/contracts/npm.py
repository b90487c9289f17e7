"""What npm brought: Twilio's own packages, and the Node that runs them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PACKAGES = FOLDER / "node_modules"
_DOCUMENT = PACKAGES / "@twilio" / "cli-core" / "src" / "services" / "twilio-api" / "twilio_api_v2010.json"
_BIN = Path(sys.executable).parent  # Node is a package of the environment


def installed() -> bool:
    """Whether `make contracts` has brought all of it."""
    return _DOCUMENT.exists() and (PACKAGES / "twilio").exists()


def document() -> Any:
    """Twilio's OpenAPI document, with the one mend without which it refuses what Twilio takes: that a list in a form
    comes as the name again and again is left unsaid there."""
    spec = json.loads(_DOCUMENT.read_text(encoding="utf-8"))
    for path in spec["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                for form in operation["requestBody"]["content"].values():
                    lists = [name for name, each in form["schema"].get("properties", {}).items() if _is_list(each)]
                    form["encoding"] = {name: {"style": "form", "explode": True} for name in lists}
    return spec


def _is_list(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array"


def types(name: str) -> str:
    """A file of type definitions of the package `twilio`, under its `lib/twiml`."""
    return (PACKAGES / "twilio" / "lib" / "twiml" / f"{name}.d.ts").read_text(encoding="utf-8")


@contextmanager
def node(*words: str, **streams: Any) -> Iterator["subprocess.Popen[str]"]:
    """A Node at work; it ends with the block."""
    process = subprocess.Popen([str(_BIN / "node"), *words], cwd=FOLDER, text=True, encoding="utf-8", **streams)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
