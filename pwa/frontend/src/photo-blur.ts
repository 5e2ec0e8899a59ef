/** Drawing on a photo what shall be blurred: by mouse, finger and keyboard. The page works without it, by numbers. */
import "./styles/blur.css";
import { announce, find, findAll, make, on, stopAll, words, type Stop } from "./dom";
import { cornersOf, isMeant, isNear, pointsOf, rectangle, shareOf, stepped, type Box, type Point, type Region } from "./shapes";

const SVG = "http://www.w3.org/2000/svg";
const START: Box = { x: 0.4, y: 0.4, w: 0.2, h: 0.2 };

export function drawToBlur(form: HTMLFormElement): Stop {
  const [frame, list, field] = [find("[data-frame]", form), find("[data-list]", form), find<HTMLInputElement>("[data-regions]", form)];
  const svg = frame && find<SVGSVGElement>("svg", frame);
  if (!frame || !svg || !list || !field) return () => undefined;
  const say = words("blur");
  const most = Number(form.dataset.max);
  const regions = JSON.parse(field.dataset.regions ?? "[]") as Region[];
  const sketch = document.createElementNS(SVG, "polygon");
  sketch.setAttribute("class", "sketch");
  let tool = "rectangle";
  let from: Point | null = null; // the first corner of a rectangle
  let corners: Point[] = []; // of a polygon that is not closed yet
  let box: Box | null = null; // the one moved by keys

  const boxes = (): HTMLInputElement[] => findAll<HTMLInputElement>("input[name=keep]", list);
  const show = (polygon: Point[]): void => {
    sketch.setAttribute("points", pointsOf(polygon));
    if (!sketch.isConnected) svg.append(sketch);
  };
  function forget(): void {
    [from, corners, box] = [null, [], null];
    sketch.remove();
  }
  function add(polygon: Point[]): void {
    forget();
    if (polygon.length < 3 || !isMeant(polygon)) return;
    if (regions.length >= most) return announce(say("full", { n: most }));
    regions.push({ by: "human", what: "area", polygon });
    const drawn = document.createElementNS(SVG, "polygon");
    drawn.setAttribute("class", "human");
    drawn.setAttribute("points", pointsOf(polygon));
    svg!.append(drawn);
    const tick = make("input", { type: "checkbox", name: "keep", value: String(regions.length - 1), checked: "" });
    list!.append(make("li", {}, make("label", { class: "choice" }, tick, make("span", {}, say("area", { n: regions.length })))));
    announce(say("added", { n: regions.length }));
  }
  /** What is ticked off is drawn no longer. */
  function redraw(): void {
    const shapes = findAll<SVGPolygonElement>("polygon:not(.sketch)", svg!);
    boxes().forEach((tick, n) => shapes[n]?.classList.toggle("off", !tick.checked));
  }

  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", say("draw"));
  frame.classList.add("drawable");
  find("[data-tools]", form)?.removeAttribute("hidden");
  const at = (event: PointerEvent): Point => shareOf(frame.getBoundingClientRect(), event.clientX, event.clientY);

  return stopAll(
    on<PointerEvent>(frame, "pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      frame.focus({ preventScroll: true });
      const here = at(event);
      if (tool === "rectangle") {
        forget();
        from = here;
        frame.setPointerCapture(event.pointerId);
      } else if (corners[0] && corners.length > 2 && isNear(corners[0], here)) add(corners);
      else {
        corners = [...corners, here];
        show(corners);
        announce(say("corner", { n: corners.length }));
      }
    }),
    on<PointerEvent>(frame, "pointermove", (event) => {
      if (from) show(rectangle(from, at(event)));
      else if (corners.length) show([...corners, at(event)]);
    }),
    on<PointerEvent>(frame, "pointerup", (event) => { if (from) add(rectangle(from, at(event))); }),
    on(frame, "pointercancel", () => { if (from) forget(); }),
    on<KeyboardEvent>(frame, "keydown", (event) => {
      if (event.key === "Escape") forget();
      else if (event.key === "Enter") {
        event.preventDefault();
        if (corners.length) add(corners);
        else if (box) add(cornersOf(box));
      } else {
        const next = stepped(box ?? START, event.key, event.shiftKey);
        if (!next) return;
        event.preventDefault();
        box = next;
        show(cornersOf(box));
      }
    }),
    ...findAll<HTMLButtonElement>("[data-tool]", form).map((button) => on(button, "click", () => {
      forget();
      tool = button.dataset.tool!;
      findAll("[data-tool]", form).forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    })),
    on(list, "change", redraw),
    on(form, "submit", () => {
      // Numbers typed by hand count as well: then the server puts both together.
      const typed = findAll<HTMLInputElement>("[data-numbers] input", form).map((input) => input.valueAsNumber / 100);
      const kept = regions.filter((_, n) => boxes()[n]?.checked);
      const [x, y, w, h] = typed as [number, number, number, number];
      if (typed.every(Number.isFinite)) kept.push({ by: "human", what: "area", polygon: rectangle([x, y], [Math.min(1, x + w), Math.min(1, y + h)]) });
      field.value = JSON.stringify(kept);
    }),
  );
}

/** While the public picture is made anew, look every 3 s whether it is there; the drawing beside it stays untouched. */
export function awaitPicture(section: HTMLElement, everyMs = 3000): Stop {
  const timer = setInterval(async () => {
    const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    const page = response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
    const fresh = page && find("[data-public]", page);
    if (!fresh || fresh.hasAttribute("data-in-work")) return;
    clearInterval(timer);
    section.replaceWith(fresh);
  }, everyMs);
  return () => clearInterval(timer);
}

findAll<HTMLFormElement>("form[data-blur]").forEach(drawToBlur);
findAll("[data-in-work]").forEach((section) => awaitPicture(section));
