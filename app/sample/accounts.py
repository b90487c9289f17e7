"""The demo accounts of rehearsal. They exist behind a loopback listener only (DESIGN section 7)."""

from dataclasses import dataclass

from dispatch.people.accounts import NewAccount, Role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demo account; the password is public by intention. `unit` is what it may see."""

    login: str
    password: str
    role: Role
    unit: str
    name: str
    lang: str = "zh_CN"


_PASSWORD = "rehearsal-2026"  # noqa: S105 - printed at every start, worth nothing elsewhere

DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("dispatcher", _PASSWORD, Role.DISPATCHER, "xingfu", "赵敏"),
    DemoAccount("supervisor", _PASSWORD, Role.SUPERVISOR, "xingfu", "周正"),
    DemoAccount("committee", _PASSWORD, Role.COMMITTEE, "xingfuli", "孙梅"),
    DemoAccount("admin", _PASSWORD, Role.ADMIN, "xingfu", "钱进"),
)


def demo_account(demo: DemoAccount, password_hash: str) -> NewAccount:
    """The account to create for a demo account."""
    return NewAccount(
        login=demo.login,
        password_hash=password_hash,
        role=demo.role,
        name=demo.name,
        lang=demo.lang,
        unit=demo.unit,
        demo=True,
    )
