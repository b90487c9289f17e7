// The map's figures refresh themselves where something changed. Where the browser can draw in WebGL the
// drawing becomes a map to move in: our own ground only, nothing is asked of other hosts.
(() => {
  const GATHER = 400; // ms: news that follow each other closely are one refresh
  const POLL = 60_000; // ms, where no news come
  const GAP = 2; // pixels between two pins
  const ROUNDS = 40; // of pins that give way to each other
  const ground = document.getElementById("ground");
  if (!ground) return;
  const stale = document.querySelector(".stale-note");

  let planned = 0;
  const refresh = () => {
    planned = 0;
    htmx.trigger(ground, "refresh");
  };
  document.addEventListener("hotline:changed", () => {
    planned ||= setTimeout(refresh, GATHER);
  });
  setInterval(refresh, POLL);
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.response?.status >= 400) return; // it fires for answers that were not taken, too
    stale.hidden = true;
    ground.dispatchEvent(new Event("ground:new"));
  });
  for (const trouble of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(trouble, () => {
      stale.hidden = false;
    });
  }

  const place = document.getElementById("map-live");
  const canDraw = () => {
    try {
      return Boolean(document.createElement("canvas").getContext("webgl2"));
    } catch {
      return false;
    }
  };
  if (!place || !canDraw()) return;

  const says = place.dataset;
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const shades = () => ["match", ["coalesce", ["feature-state", "shade"], -1],
    0, color("--map-0"), 1, color("--map-1"), 2, color("--map-2"), 3, color("--map-3"), 4, color("--map-4"), color("--map-around")];
  const late = ["boolean", ["feature-state", "late"], false];
  const spots = () => [...ground.querySelectorAll(".spot")];

  const pin = (spot) => {
    const made = document.createElement("a");
    made.className = spot.dataset.late === "0" ? "pin" : "pin pin-late";
    made.href = spot.getAttribute("href");
    made.title = spot.dataset.said;
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.append(made.title);
    const seen = document.createElement("span");
    seen.setAttribute("aria-hidden", "true");
    seen.append(spot.dataset.open);
    if (spot.dataset.late !== "0") {
      const sign = document.createElement("small");
      sign.append(`▲${spot.dataset.late}`);
      seen.append(sign);
    }
    made.append(said, seen);
    return made;
  };

  // Pins that cover each other give way along the shorter way, each by half, until a finger finds every one.
  const part = (boxes) => {
    let crowded = false;
    boxes.forEach((one, index) => {
      for (const other of boxes.slice(index + 1)) {
        const over = [0, 1].map((axis) => (one.size[axis] + other.size[axis]) / 2 - Math.abs(one.at[axis] - other.at[axis]));
        if (Math.min(...over) <= 0.5) continue;
        const axis = over[0] < over[1] ? 0 : 1;
        const way = one.at[axis] < other.at[axis] ? -1 : 1;
        one.at[axis] += (way * over[axis]) / 2;
        other.at[axis] -= (way * over[axis]) / 2;
        crowded = true;
      }
    });
    return crowded;
  };

  // Every corner of a grid: it may have several parts, and holes in them.
  const cornersOf = ({ geometry: { type, coordinates } }) => (type === "Polygon" ? [coordinates] : coordinates).flat(2);
  const largestOf = ({ geometry: { type, coordinates } }) => (type === "Polygon" ? coordinates : coordinates[0])[0];

  // The names of the committees, each at the middle of the upper edge of its grids' largest parts.
  const names = (features) => [...ground.querySelectorAll("[data-committee]")].flatMap((name) => {
    const own = features.filter((one) => one.properties.committee === name.dataset.committee);
    const corners = own.flatMap(largestOf);
    if (!corners.length) return [];
    const across = corners.map(([x]) => x);
    const element = document.createElement("span");
    element.className = "pin-name";
    element.append(name.textContent);
    return { element, at: [(Math.min(...across) + Math.max(...across)) / 2, Math.max(...corners.map(([, y]) => y))] };
  });

  const start = async () => {
    const [library, answer] = await Promise.all([import(says.library), fetch(says.ground)]);
    if (!answer.ok) return;
    const data = await answer.json();
    const grids = data.features.filter((one) => one.properties.grid);
    const corners = grids.flatMap(cornersOf);
    if (!corners.length) return;
    const edge = (axis, of) => of(...corners.map((corner) => corner[axis]));
    const bounds = [[edge(0, Math.min), edge(1, Math.min)], [edge(0, Math.max), edge(1, Math.max)]];
    const apart = bounds[1].map((most, axis) => most - bounds[0][axis]);
    const centres = new Map(grids.map(({ properties: { grid, at } }) => [grid, at]));

    place.classList.add("map-coming"); // it has its size and is not seen: the drawing stays until the map is whole
    place.hidden = false;
    library.setWorkerUrl(new URL(says.worker, location.href).href);
    const margins = { padding: { top: 40, right: 24, bottom: 24, left: 24 } };
    const map = new library.Map({
      container: place,
      style: {
        version: 8,
        sources: { grids: { type: "geojson", data, promoteId: "grid" } },
        layers: [
          { id: "paper", type: "background", paint: { "background-color": color("--map-around") } },
          { id: "ground", type: "fill", source: "grids", filter: ["has", "grid"], paint: { "fill-color": shades() } },
          { id: "lines", type: "line", source: "grids", paint: { "line-color": color("--map-line"), "line-width": 1 } },
          { id: "borders", type: "line", source: "grids", filter: ["has", "border"],
            layout: { "line-cap": "round" }, paint: { "line-color": color("--map-border"), "line-width": 2.5 } },
          { id: "late", type: "line", source: "grids", filter: ["has", "grid"],
            paint: { "line-color": color("--c-red"), "line-width": ["case", late, 4, 0], "line-offset": 2, "line-dasharray": [3, 2] } },
        ],
      },
      bounds,
      fitBoundsOptions: margins,
      maxBounds: [bounds[0].map((value, axis) => value - apart[axis]), bounds[1].map((value, axis) => value + apart[axis])],
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      cooperativeGestures: true,
      fadeDuration: 0,
      locale: {
        "Map.Title": says.title,
        "NavigationControl.ZoomIn": says.zoomIn,
        "NavigationControl.ZoomOut": says.zoomOut,
        "CooperativeGesturesHandler.WindowsHelpText": says.wheel,
        "CooperativeGesturesHandler.MacHelpText": says.wheelMac,
        "CooperativeGesturesHandler.MobileHelpText": says.touch,
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }));

    let pins = [];
    const spread = () => {
      const boxes = pins.map((one) => {
        const { x, y } = map.project(one.getLngLat());
        const { offsetWidth, offsetHeight } = one.getElement();
        return { one, from: [x, y], at: [x, y], size: [offsetWidth + GAP, offsetHeight + GAP] };
      });
      for (let round = 0; round < ROUNDS && part(boxes); round += 1);
      for (const { one, from, at } of boxes) one.setOffset([at[0] - from[0], at[1] - from[1]]);
    };
    const show = () => {
      const focused = document.activeElement?.closest(".pin")?.getAttribute("href");
      for (const one of pins) one.remove();
      pins = [];
      for (const spot of spots()) {
        const { grid, shade, open } = spot.dataset;
        map.setFeatureState({ source: "grids", id: grid }, { shade: Number(shade), late: spot.dataset.late !== "0" });
        if (open === "0" || !centres.has(grid)) continue;
        const element = pin(spot);
        pins.push(new library.Marker({ element }).setLngLat(centres.get(grid)).addTo(map));
        element.removeAttribute("aria-label"); // the library's own
        element.removeAttribute("role"); // the library calls every mark an image or a button; ours are links
        if (element.getAttribute("href") === focused) element.focus();
      }
      spread();
      place.dataset.shown = pins.length;
    };
    const paint = () => {
      map.setPaintProperty("paper", "background-color", color("--map-around"));
      map.setPaintProperty("ground", "fill-color", shades());
      map.setPaintProperty("lines", "line-color", color("--map-line"));
      map.setPaintProperty("borders", "line-color", color("--map-border"));
      map.setPaintProperty("late", "line-color", color("--c-red"));
    };
    map.on("load", () => {
      place.classList.remove("map-coming");
      document.body.classList.add("map-on");
      map.resize();
      map.fitBounds(bounds, { ...margins, animate: false });
      for (const { element, at } of names(grids)) {
        new library.Marker({ element, anchor: "bottom" }).setLngLat(at).addTo(map);
        element.removeAttribute("tabindex");
        element.removeAttribute("role");
        element.removeAttribute("aria-label");
      }
      show();
      ground.addEventListener("ground:new", show);
      for (const change of ["zoomend", "resize"]) map.on(change, spread);
      new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    });

    const button = document.getElementById("map-switch");
    map.on("load", () => {
      button.hidden = false;
    });
    button.addEventListener("click", () => {
      const plain = document.body.classList.toggle("map-on") === false;
      place.hidden = plain;
      button.textContent = plain ? button.dataset.moving : button.dataset.plain;
      if (!plain) map.resize();
    });
  };
  start().catch((trouble) => {
    place.hidden = true; // the drawing stays
    document.body.classList.remove("map-on");
    console.warn(trouble);
  });
})();
