"""docs/configuration.md, written from the settings themselves: `hotline config docs`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from app import sections
from app.sections import Settings
from app.settings import PLAIN_NAMES
from cases.phrases import Message, msg

Say = Callable[[Message], str]
# The types whose name says what is wanted, and the message that says it.
_NAMED: Mapping[Any, str] = {
    sections.Base: "address",
    sections.DatabaseUrl: "database",
    sections.RedisUrl: "redis",
    sections.E164: "number",
    SecretStr: "secret",
    Path: "folder",
    bool: "yes_no",
    str: "text",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its path ("server.port"), what may stand there, and what stands there by itself."""

    path: str
    kind: Message
    default: str
    in_list: bool = False

    @property
    def meaning(self) -> Message:
        """What it means, with its unit."""
        return msg(f"settings.{self.path}")

    @property
    def environment(self) -> str:
        """Its names in the environment, those that platforms use first."""
        if self.in_list:
            return "–"
        plain = [name for name, path in PLAIN_NAMES.items() if ".".join(path) == self.path]
        return ", ".join(f"`{name}`" for name in (*plain, f"HOTLINE__{self.path.upper().replace('.', '__')}"))


def all_settings(section: type[BaseModel] = Settings, path: str = "", in_list: bool = False) -> Iterator[Setting]:
    """Every setting, in the order of the sections. The policy is none: it is imported once."""
    for name, field in section.model_fields.items():
        if path + name == "policy":
            continue
        inner = _section(field)
        if inner is not None:
            yield from all_settings(inner, f"{path}{name}.", in_list or get_origin(field.annotation) is tuple)
        else:
            yield Setting(path + name, _kind(_whole(section, name, field)), _default(field), in_list)


def configuration(say: Say) -> str:
    """The page: a table for each section."""
    lines = [say(msg("settings.page.head"))]
    of: str | None = None
    for setting in all_settings():
        section, _, name = setting.path.rpartition(".")
        if section != of:
            of = section
            title = (
                f"`[[{section}]]`"
                if setting.in_list
                else f"`[{section}]`"
                if section
                else say(msg("settings.page.top"))
            )
            lines += ["", f"## {title}", "", *_head(say)]
        cells = (f"`{name}`", setting.environment, say(setting.kind), setting.default, say(setting.meaning))
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _head(say: Say) -> list[str]:
    names = ("setting", "environment", "value", "default", "meaning")
    return [f"| {' | '.join(say(msg(f'settings.page.{name}')) for name in names)} |", "|---" * len(names) + "|"]


def _section(field: FieldInfo) -> type[BaseModel] | None:
    """The section that a field holds, alone or as a list of them."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _whole(section: type[BaseModel], name: str, field: FieldInfo) -> Any:
    """The field's type as it was written, which says more than what pydantic makes of it."""
    return section.__annotations__.get(name, field.annotation)


def _kind(written: Any) -> Message:
    if get_origin(written) in (Union, UnionType):
        written = next(kind for kind in get_args(written) if kind is not NoneType)
    if written in _NAMED:
        return msg(f"settings.kind.{_NAMED[written]}")
    origin, inner = get_origin(written), get_args(written)
    if origin is Literal:
        return msg("settings.kind.one_of", choices=", ".join(f"`{choice}`" for choice in inner))
    if origin is Annotated and inner[0] is int:
        bounds = {type(bound).__name__: bound for info in inner[1:] for bound in getattr(info, "metadata", ())}
        return msg("settings.kind.whole", low=bounds["Ge"].ge, high=bounds["Le"].le)
    if origin is Annotated:
        return msg("settings.kind.text")
    return msg("settings.kind.list" if origin is tuple else "settings.kind.table")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "–"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, SecretStr) or value in ("", (), {}):
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
