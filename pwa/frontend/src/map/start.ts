/** Starts a map in its frame: report pins, clusters, zones; live. */
import { on, stopAll, words, type Stop } from "../dom";
import { CHANGES_EVENT } from "../live-list";
import type { Changes } from "../live";
import { readConfig, type MapConfig } from "./config";
import { openCard, toTapped } from "./card";
import type { Drawn } from "./draw";
import { isState, type State } from "../states";

const FINGER_PX = 10;

/** Pins open a card, circles come closer. */
function answerTaps({ map }: Drawn, config: MapConfig, frame: HTMLElement): Stop {
  const say = words("map");
  let close: Stop | null = null;
  const layers = ["reports", "clusters", "cluster-single"];
  const under = (x: number, y: number) => map.queryRenderedFeatures([[x - FINGER_PX, y - FINGER_PX], [x + FINGER_PX, y + FINGER_PX]], { layers: layers.filter((layer) => map.getLayer(layer)) });

  map.on("click", ({ point }) => {
    close?.();
    close = null;
    const features = under(point.x, point.y);
    const reports = new Map(features.filter((feature) => feature.properties.public_id).map((feature) => [feature.properties.public_id, toTapped(feature.properties)]));
    const cluster = features.find((feature) => feature.layer.id.startsWith("cluster"));
    if (reports.size && config.reportPage) close = openCard(frame, [...reports.values()], config.reportPage, config.reportApi, say);
    else if (cluster?.geometry.type === "Point") map.easeTo({ center: cluster.geometry.coordinates as [number, number], zoom: Math.min(map.getZoom() + 2, 17) });
  });
  map.on("mousemove", ({ point }) => {
    map.getCanvas().style.cursor = under(point.x, point.y).length ? "pointer" : "";
  });
  return () => close?.();
}

/** Draws the map of one `[data-map]`; says so calmly where that is impossible. Returns a function that takes it away. */
export async function startMap(container: HTMLElement): Promise<Stop> {
  const say = words("map");
  const config = readConfig(container.dataset);
  const frame = container.parentElement ?? container;
  try {
    const { drawMap, Marker, stateElement, pinElement } = await import("./draw");
    let stopPin: Stop | null = null;
    const drawn = drawMap(container, config, say, { hash: config.reports ? "karte" : "", locate: config.reports !== null });
    if (config.pin) {
      const { lon, lat, state, id } = config.pin;
      const place = (now: State | undefined) => new Marker({ element: now ? stateElement(now) : pinElement(config.label), anchor: now ? "center" : "bottom" }).setLngLat([lon, lat]).addTo(drawn.map);
      let marker = place(state);
      stopPin = on<CustomEvent<Changes>>(document, CHANGES_EVENT, ({ detail }) => {
        const mine = id ? [...detail.changes].reverse().find((change) => change.public_id === id) : undefined;
        if (!mine || !isState(mine.state)) return;
        marker.remove();
        marker = place(mine.state);
      });
    }
    return stopAll(
      config.reports ? answerTaps(drawn, config, frame) : null,
      on<CustomEvent<Changes>>(document, CHANGES_EVENT, ({ detail }) => drawn.renewReports(detail.cursor)),
      stopPin,
      drawn.stop,
    );
  } catch (error) {
    console.warn("map:", error);
    const message = document.createElement("p");
    message.className = "map-failed";
    message.textContent = say("failed");
    frame.append(message);
    return () => message.remove();
  }
}

/** Maps load their library once they are about to be seen. Returns a function that stops the waiting. */
export function startWhenSeen(containers: HTMLElement[]): Stop {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      void startMap(target as HTMLElement);
    }
  }, { rootMargin: "200px" });
  containers.forEach((container) => seen.observe(container));
  return () => seen.disconnect();
}
