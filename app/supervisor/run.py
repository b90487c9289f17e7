"""The runner: starts the parts in order, keeps them going, ends them in order."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from app.embedded.children import Start, end_descendants, send, start_child
from app.embedded.folder import folder_trouble
from app.embedded.postgres import last_lines
from app.instance import Instance, remove_instance, write_instance
from app.supervisor import ports
from app.supervisor.loop import Ending, Loop, end_orphans
from app.supervisor.part import Part, open_log, shorten_log
from app.supervisor.plan import ROOT, Plan
from app.supervisor.procfile import RELEASE, Entry
from app.supervisor.watch import MARK
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

_READY_SECONDS = 90.0
_LOG_CHECK_SECONDS = 30.0
# So many deaths before everything was ready once: it will not become ready.
_HOPELESS = 6
_EXCHANGE = "exchange"

Say = Callable[[Message], None]


class Runner:
    """One run of a plan. `say` tells the person at the terminal; `watcher` is the process they started."""

    def __init__(self, plan: Plan, entries: list[Entry], watcher: int, say: Say) -> None:
        self.plan = plan
        self.entries = entries
        self.watcher = watcher
        self.say = say
        self.parts: list[Part] = []
        self.helper: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.began_at = time.monotonic()

    def work(self, lifeline: int) -> int:
        """Run until asked to end; the exit code."""
        self.loop = Loop(lifeline)
        code = 0
        abandoned = False
        try:
            self._start()
            self._keep_going()
        except Ending as ending:
            abandoned = ending.abandoned
        except Trouble as error:
            code = error.code
            self._say_all(error)
        except OSError as error:
            code = 1
            self._say_all(folder_trouble(error, self.plan.folder.root))
        finally:
            self._end(abandoned)
        return code

    def _say_all(self, error: Trouble) -> None:
        for message in error.messages:
            self.say(message)

    # Starting

    def _start(self) -> None:
        self._start_servers()
        self._release()
        if self.plan.settings.in_rehearsal:
            argv = [sys.executable, "-m", "exchange", *self.plan.exchange_arguments()]
            self._add(Part(_EXCHANGE, self._command(_EXCHANGE, argv), self._log(_EXCHANGE)))
        for entry in self.entries:
            if entry.name != RELEASE:
                self._add(Part(entry.name, self._command(entry.name, entry.argv()), self._log(entry.name)))
        self._await_ready()

    def _start_servers(self) -> None:
        postgres, valkey = self.plan.postgres, self.plan.valkey
        if postgres:
            self.say(msg("app.up.database_starts"))
            postgres.prepare(self._pause)
            part = Part("postgres", postgres.start, postgres.log, signal.SIGINT, 10.0)
            self.parts.append(part)
            with open_log(postgres.log) as output:
                part.child = postgres.start_ready(self._pause, output)
            part.started_at = time.monotonic()
            postgres.set_up()
        if valkey:
            part = Part("valkey", valkey.start, valkey.log)
            self.parts.append(part)
            with open_log(valkey.log) as output:
                part.child = valkey.start_ready(self._pause, output)
            part.started_at = time.monotonic()

    def _release(self) -> None:
        """The Procfile's `release`, which must succeed before anything else starts."""
        entry = next((entry for entry in self.entries if entry.name == RELEASE), None)
        if entry is None:
            return
        log = self._log(RELEASE)
        with open_log(log) as output:
            self.helper = self._command(RELEASE, entry.argv())(output)
        while self.helper.poll() is None:
            self.loop.tick(0.2)
        if self.helper.returncode != 0:
            raise trouble("app.up.release_failed", log=str(log), lines=last_lines(log, 8))

    def _await_ready(self) -> None:
        """Wait until all doors answer, then say so."""
        settings = self.plan.settings
        waiting = [(settings.server_base, path) for path in ("/healthz", "/readyz", "/")]
        waiting.append((settings.hooks_base, "/healthz"))
        end = time.monotonic() + _READY_SECONDS
        while waiting or (settings.exchange_base and not ports.listens(settings.exchange_base)):
            self._turn(0.1)
            waiting = [(base, path) for base, path in waiting if not ports.answers(base, path)]
            if time.monotonic() > end:
                missing = ", ".join(base + path for base, path in waiting) or str(settings.exchange_base)
                raise trouble("app.up.not_ready", missing=missing, logs=str(self.plan.folder.logs))
        self.ready = True
        self._tell_instance()
        self.say(msg("app.up.took", seconds=f"{time.monotonic() - self.began_at:.1f}"))
        self.say(msg("app.up.ready", address=settings.server_base))

    def _command(self, name: str, argv: list[str]) -> Callable[[IO[bytes]], "subprocess.Popen[bytes]"]:
        env = self.plan.environment(name)
        return lambda output: start_child(Start(argv, env, ROOT, None, signal.SIGKILL, output))

    def _log(self, name: str) -> Path:
        return self.plan.folder.logs / f"{name}.log"

    def _add(self, part: Part) -> None:
        self.parts.append(part)
        part.start()
        self._tell_instance()

    # Keeping going

    def _keep_going(self) -> None:
        looked_at = time.monotonic()
        while True:
            self._turn(0.5)
            if time.monotonic() - looked_at > _LOG_CHECK_SECONDS:
                looked_at = time.monotonic()
                for part in self.parts:
                    shorten_log(part.log)

    def _turn(self, seconds: float) -> None:
        """Wait a little; start again what has died and is due."""
        self.loop.tick(seconds)
        self._after_waiting()

    def _after_waiting(self) -> None:
        changed = False
        for part in self.parts:
            code = part.ended()
            if code is not None:
                self._died(part, code)
                changed = True
        end_orphans(self._known())
        for part in self.parts:
            if part.due():
                self._start_again(part)
                changed = True
        if changed:
            # On a full disk the run goes on; only commands may not find it then.
            with contextlib.suppress(OSError):
                self._tell_instance()

    def _start_again(self, part: Part) -> None:
        try:
            part.start()
        except OSError as error:
            part.wait_again()
            self._say_all(folder_trouble(error, self.plan.folder.root))

    def _died(self, part: Part, code: int) -> None:
        """Its own children go with it (they come to us as orphans), so that its port is free."""
        end_orphans(self._known())
        wait = part.wait_again()
        if not self.ready and part.deaths >= _HOPELESS:
            lines = last_lines(part.log, 8)
            raise trouble("app.up.keeps_dying", name=part.name, log=str(part.log), lines=lines)
        how = msg("app.up.by_signal", number=-code) if code < 0 else msg("app.up.by_code", code=code)
        self.say(msg("app.up.died", name=part.name, how=how, seconds=f"{wait:g}", log=str(part.log)))

    def _pause(self, seconds: float) -> None:
        """The patience lent to the servers' start."""
        self.loop.pause(seconds)

    def _known(self) -> set[int]:
        pids = {part.pid for part in self.parts if part.pid}
        return pids | ({self.helper.pid} if self.helper and self.helper.returncode is None else set())

    def _tell_instance(self) -> None:
        settings, plan = self.plan.settings, self.plan
        pids = {"supervisor": self.watcher, "runner": os.getpid()}
        pids |= {part.name: part.pid for part in self.parts if part.pid}
        write_instance(
            plan.folder,
            Instance(
                self.watcher,
                plan.run,
                str(plan.folder.root),
                settings.server_base,
                settings.hooks_base,
                settings.exchange_base,
                pids,
                plan.database_url,
                plan.redis_url,
                plan.account_sid,
                plan.auth_token,
            ),
        )

    # Ending

    def _end(self, abandoned: bool) -> None:
        """End all in order: the doors, then the work behind them, then the servers."""
        remove_instance(self.plan.folder)
        if abandoned:
            self._end_at_once()
            return
        self.say(msg("app.up.ends"))
        servers = {"postgres", "valkey"}
        doors = {"web", "hooks", _EXCHANGE}
        asked = self.loop.asked
        for group in (doors, {part.name for part in self.parts} - doors - servers, {"valkey"}, {"postgres"}):
            self._end_group([part for part in self.parts if part.name in group and part.pid], asked)
        end_descendants(f"{MARK}={self.plan.run}")
        self.say(msg("app.up.ended"))

    def _end_group(self, group: list[Part], asked: int) -> None:
        """Ask; who has not ended within its grace, or when asked a second time, is ended outright."""
        for part in group:
            part.ask_to_end()
        end = time.monotonic() + max((part.grace for part in group), default=0)
        while any(part.ended() is None and part.pid for part in group):
            self.loop.wait(0.1)
            if time.monotonic() > end or self.loop.asked > asked + 1:
                for part in group:
                    if part.pid:
                        send(part.pid, signal.SIGKILL)
        end_orphans(self._known())

    def _end_at_once(self) -> None:
        """The watcher was killed: nothing may live on, and nobody waits for the niceties."""
        for part in self.parts:
            if part.pid:
                # PostgreSQL ends its own children on SIGQUIT; they would else finish their statements.
                send(part.pid, signal.SIGQUIT if part.name == "postgres" else signal.SIGKILL)
        end = time.monotonic() + 0.5
        while time.monotonic() < end and any(part.ended() is None and part.pid for part in self.parts):
            time.sleep(0.02)
        end_descendants(f"{MARK}={self.plan.run}")
