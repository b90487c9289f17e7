"""The Procfile: which processes there are and by what command."""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from app.trouble import trouble

_LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(\S.*)$")
_SHELL = set("|&;<>()$`*?=\"'\\")
RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a process's name and its command."""

    name: str
    command: str

    def argv(self) -> list[str]:
        """What is executed; `hotline …` is ours, run by this very Python."""
        words = [self.command] if _SHELL & set(self.command) else shlex.split(self.command)
        if len(words) == 1 and words[0] == self.command and _SHELL & set(self.command):
            return ["/bin/sh", "-c", f"exec {self.command}"]
        if words[0] != "hotline":
            return words
        script = Path(sys.executable).with_name("hotline")
        return [sys.executable, *([str(script)] if script.exists() else ["-m", "app"]), *words[1:]]


def read_procfile(path: Path) -> list[Entry]:
    """All lines, `release` apart from the rest by its name. Refuses what is no Procfile."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise trouble("app.procfile.unreadable", file=str(path)) from error
    entries: list[Entry] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if not match or match[1] in {entry.name for entry in entries}:
            raise trouble("app.procfile.bad_line", file=str(path), line=number)
        entries.append(Entry(match[1], match[2]))
    return entries
