"""Stand-ins for the Procfile's processes in the supervisor's tests: `python tests/app/stage.py NAME`.

`web` and `hooks` are real gunicorn masters with the real server code over a tiny app; `/query?seconds=N` runs a
long statement. `jobs` and `timers` are masters with a child of their own. `release` can be told to fail.
"""

import os
import subprocess
import sys
import time

from flask import Flask, request

from app.processes.server import Listen, serve
from app.settings import load


def _app() -> Flask:
    import psycopg

    app = Flask("stage")

    @app.get("/")
    @app.get("/healthz")
    @app.get("/readyz")
    def ok() -> str:
        return "ok"

    @app.get("/database")
    def database() -> str:
        with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
            connection.execute("select 1")
        return "ok"

    @app.get("/query")
    def query() -> str:
        with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
            statement = (
                "select count(*) from generate_series(1, 1e12)" if request.args.get("busy") else "select pg_sleep(60)"
            )
            connection.execute(statement)
        return "done"

    @app.post("/body")
    def body() -> str:
        return str(len(request.get_data()))

    return app


def _master_with_child() -> None:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    time.sleep(600)


def main(name: str) -> None:
    settings = load()
    if name == "web":
        serve(Listen(settings.server.host, settings.server.port, 1), settings, _app)
    elif name == "hooks":
        serve(Listen(settings.server.host, settings.hooks_port, 2), settings, _app)
    elif name == "failing-release":
        sys.exit("the migration did not fit")
    else:
        _master_with_child()


if __name__ == "__main__":
    main(sys.argv[1])
