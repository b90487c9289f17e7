// Live updates, as events on the document:
//   hotline:changed  detail {case, kind, unit}; where `case` is null anything may have changed: read anew what is shown
//   hotline:stale    no connection for five seconds; the bar says so
//   hotline:fresh    connected, first or again; what was missed comes as hotline:changed
// The same thing may be told twice. One connection serves all pages of a browser where it has shared workers (HTTP/1.1
// allows it six); this file is then the worker too.
(() => {
  const PATIENCE = 5000; // ms without a connection until that is said
  const SILENCE = 40000; // ms without a heartbeat (one each 15 s) until the connection counts as dead
  const LONGEST = 15000; // ms between tries
  const KEPT = 500; // changes that a page which joins late can still be told
  const SLACK = 2000; // ms that a page's clock and the worker's may differ
  const ANYTHING = { case: null, kind: "reset", unit: null };

  // Follows the stream for ever; tells {state} and {change}.
  const follow = (address, from, tell) => {
    let last = from;
    let source, silence, lost, again;
    let failures = 0;

    const gone = () => {
      lost ??= setTimeout(() => tell({ state: "stale" }), PATIENCE);
    };
    const retry = () => {
      source.close();
      clearTimeout(silence);
      gone();
      clearTimeout(again);
      again = setTimeout(open, Math.min(LONGEST, 1000 * 2 ** failures++) * (0.5 + Math.random()));
    };
    const heard = (event) => {
      last = event.lastEventId || last;
      clearTimeout(silence);
      silence = setTimeout(retry, SILENCE);
      if (lost !== null) {
        clearTimeout(lost);
        lost = null;
        failures = 0;
        tell({ state: "fresh" });
      }
    };
    const open = () => {
      source = new EventSource(`${address}?from=${encodeURIComponent(last)}`);
      source.addEventListener("beat", heard);
      source.addEventListener("reset", (event) => {
        heard(event);
        tell({ change: ANYTHING });
      });
      source.addEventListener("change", (event) => {
        heard(event);
        tell({ change: JSON.parse(event.data) });
      });
      source.addEventListener("error", () => {
        gone();
        if (source.readyState === EventSource.CLOSED) retry(); // else the browser comes back by itself
      });
    };
    gone();
    open();
  };

  // The shared worker: one stream, many pages.
  const serve = () => {
    const pages = new Set();
    const kept = [];
    let complete = Date.now(); // since when `kept` has everything
    let begun = null;
    let state = null;

    const tell = (message) => {
      if (message.state) state = message;
      else kept.push({ at: Date.now(), message });
      if (kept.length > KEPT) complete = kept.shift().at;
      for (const page of pages) page.postMessage(message);
    };
    const join = (page, { address, from, since }) => {
      pages.add(page);
      if (begun === null) {
        begun = from;
        return follow(address, from, tell);
      }
      if (state) page.postMessage(state);
      if (since - SLACK < complete && from !== begun) return page.postMessage({ change: ANYTHING });
      for (const one of kept) if (one.at >= since - SLACK) page.postMessage(one.message);
    };
    self.onconnect = ({ ports: [page] }) => {
      page.onmessage = ({ data }) => (data.bye ? pages.delete(page) : join(page, data));
    };
  };

  // A page.
  const show = ({ state, change }) => {
    if (state) place.textContent = state === "stale" ? place.dataset.paused : "";
    document.dispatchEvent(new CustomEvent(`hotline:${state ?? "changed"}`, { detail: change }));
  };
  const share = (script, hello) => {
    const worker = new SharedWorker(script, { name: place.dataset.account });
    worker.onerror = () => follow(hello.address, hello.from, show);
    worker.port.onmessage = ({ data }) => show(data);
    worker.port.postMessage(hello);
    addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      worker.port.postMessage({ ...hello, since: Date.now() });
      show({ change: ANYTHING });
    });
  };

  if (!globalThis.document) return serve();
  const place = document.getElementById("live");
  if (!place) return;
  const hello = { address: place.dataset.address, from: place.dataset.from, since: performance.timeOrigin };
  if (globalThis.SharedWorker) share(document.currentScript.src, hello);
  else follow(hello.address, hello.from, show);
})();
