"""Counts the requests of an app: how many, how long, with what end; and the live pages that are open."""

from time import monotonic

from flask import Flask, Response, g, request

from app.metrics.meters import Meters

STREAM = "live.stream"
METERS = "hotline.meters"  # where an app keeps its meters


def count_requests(app: Flask, meters: Meters) -> None:
    """Count every answer of the app by a class of endpoints and the first digit of its status."""
    app.extensions[METERS] = meters

    @app.before_request
    def begin() -> None:
        g.begun = monotonic()

    @app.after_request
    def end(answer: Response) -> Response:
        # What ended before it began (a request that nothing could be made of) took no time.
        seconds = monotonic() - g.get("begun", monotonic())
        status = f"{answer.status_code // 100}xx"
        meters.requests.labels(meters.process, endpoint_class(request.endpoint), status).observe(seconds)
        if request.endpoint == STREAM and answer.status_code == 200:
            meters.streams.inc()
            answer.call_on_close(meters.streams.dec)
        return answer


def endpoint_class(endpoint: str | None) -> str:
    """Few classes, whatever is asked for: a console's blueprint ("desk"), a door of the webhooks ("sms")."""
    if endpoint is None:
        return "unknown"
    blueprint, _, view = endpoint.partition(".")
    if blueprint != "webhooks":
        return blueprint
    return view.removeprefix("default_").split("_")[0]
