/** The map of the place step: one pin, put down by a tap, moved by dragging or arrow keys. Never a default place. */
import { on, words, type Stop } from "../dom";
import { readConfig } from "../map/config";
import { drawMap, Marker, pinElement, showAccuracy } from "../map/draw";
import { keyStep } from "../map/keys";
import { moved, type Place } from "../place";

export interface PlaceMap {
  show: (place: Place, accuracyM: number) => void;
  look: (place: Place) => void;
  centre: () => Place;
  stop: Stop;
}

const CLOSE_ZOOM = 17;

/** Draws the map into `container`; `onPick` hears of every place a person chooses. */
export function drawPlaceMap(container: HTMLElement, pinLabel: string, onPick: (place: Place) => void): PlaceMap {
  const drawn = drawMap(container, readConfig(container.dataset), words("map"), { locate: false });
  const { map } = drawn;
  const element = pinElement(pinLabel);
  const pin = new Marker({ element, anchor: "bottom", draggable: true });
  let onMap = false;
  const place = (): Place => ({ lon: pin.getLngLat().lng, lat: pin.getLngLat().lat });

  function put({ lon, lat }: Place): void {
    pin.setLngLat([lon, lat]);
    if (!onMap) pin.addTo(map);
    onMap = true;
  }
  function circleAround(centre: Place | null, radiusM: number): void {
    if (map.isStyleLoaded()) showAccuracy(map, centre, radiusM);
    else map.once("idle", () => showAccuracy(map, centre, radiusM));
  }
  function pick(next: Place): void {
    put(next);
    circleAround(null, 0);
    onPick(next);
  }

  /** Close by, but never closer than the circle of accuracy. */
  function lookAt({ lon, lat }: Place, accuracyM: number): void {
    const radius = Math.max(accuracyM, 60);
    const [from, to] = [moved({ lon, lat }, -radius, -radius), moved({ lon, lat }, radius, radius)];
    map.fitBounds([from.lon, from.lat, to.lon, to.lat], { padding: 16, maxZoom: CLOSE_ZOOM, animate: false });
  }

  map.on("click", ({ lngLat }) => pick({ lon: lngLat.lng, lat: lngLat.lat }));
  pin.on("dragend", () => pick(place()));
  const stopKeys = on<KeyboardEvent>(element, "keydown", (event) => {
    const step = keyStep(event.key, event.shiftKey);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // otherwise the map pans as well
    pick(moved(place(), ...step));
    if (!map.getBounds().contains(pin.getLngLat())) map.panTo(pin.getLngLat());
  });

  return {
    show(next, accuracyM) {
      const first = !onMap;
      put(next);
      circleAround(next, accuracyM);
      if (first || !map.getBounds().contains([next.lon, next.lat])) lookAt(next, accuracyM);
    },
    look: ({ lon, lat }) => void map.jumpTo({ center: [lon, lat], zoom: 16 }),
    centre: () => ({ lon: map.getCenter().lng, lat: map.getCenter().lat }),
    stop() {
      stopKeys();
      drawn.stop();
    },
  };
}
