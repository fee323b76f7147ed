/**
 * A map that is there without it: this lets it be moved and enlarged, keeps the cars on it up to date, and plays a
 * track. Wheel, drag and pinch, or with the keyboard + − and the arrows.
 */

const LEAST_SHOWN = 0.03;
const STEP = 0.15;
const PLAY_EVERY = 100;
const LETTERS = 260; // as in map.css
const LETTERS_SHOWN = 12;

type Point = [second: number, x: number, y: number, speed: number];

export function mount(root: HTMLElement): void {
  const drawing = root.querySelector<SVGSVGElement>("svg.map");
  if (!drawing) return;
  new MapView(drawing);
  const again = Number(root.dataset["again"] ?? 0);
  if (again > 0) keepUpToDate(root, again);
  play(root);
}

class MapView {
  private readonly whole: DOMRect;
  private readonly fingers = new Map<number, PointerEvent>();

  constructor(private readonly drawing: SVGSVGElement) {
    const { x, y, width, height } = drawing.viewBox.baseVal;
    this.whole = new DOMRect(x, y, width, height);
    drawing.tabIndex = 0;
    drawing.addEventListener("refreshed", () => this.measure());
    new ResizeObserver(() => this.measure()).observe(drawing);
    drawing.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    drawing.addEventListener("keydown", (event) => this.key(event));
    drawing.addEventListener("pointerdown", (event) => {
      drawing.setPointerCapture(event.pointerId);
      this.fingers.set(event.pointerId, event);
    });
    drawing.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"] as const) {
      drawing.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
    }
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.drawing) return; // the page scrolls
    event.preventDefault();
    this.zoom(event.deltaY > 0 ? 1 + STEP : 1 - STEP, event);
  }

  private key(event: KeyboardEvent): void {
    const { width, height } = this.drawing.viewBox.baseVal;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-width * STEP, 0],
      ArrowRight: [width * STEP, 0],
      ArrowUp: [0, -height * STEP],
      ArrowDown: [0, height * STEP],
    };
    const move = moves[event.key];
    if (move) this.shift(...move);
    else if (event.key === "+" || event.key === "=") this.zoom(1 - STEP);
    else if (event.key === "-") this.zoom(1 + STEP);
    else return;
    event.preventDefault();
  }

  private drag(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const others = [...this.fingers.values()].filter((one) => one.pointerId !== event.pointerId);
    const other = others[0];
    if (other) {
      const was = Math.hypot(before.clientX - other.clientX, before.clientY - other.clientY);
      const is = Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY);
      if (was > 0 && is > 0) this.zoom(was / is, event);
    } else {
      const scale = this.drawing.viewBox.baseVal.width / this.drawing.clientWidth;
      this.shift((before.clientX - event.clientX) * scale, (before.clientY - event.clientY) * scale);
    }
    this.fingers.set(event.pointerId, event);
  }

  private zoom(factor: number, about?: { clientX: number; clientY: number }): void {
    const box = this.drawing.viewBox.baseVal;
    const width = Math.min(this.whole.width, Math.max(this.whole.width * LEAST_SHOWN, box.width * factor));
    const real = width / box.width;
    const frame = this.drawing.getBoundingClientRect();
    const [u, v] = about
      ? [(about.clientX - frame.left) / frame.width, (about.clientY - frame.top) / frame.height]
      : [0.5, 0.5];
    this.show(box.x + box.width * u * (1 - real), box.y + box.height * v * (1 - real), width, box.height * real);
  }

  private shift(x: number, y: number): void {
    const box = this.drawing.viewBox.baseVal;
    this.show(box.x + x, box.y + y, box.width, box.height);
  }

  /** Never beyond the edge; marks and letters keep their size on the screen. */
  private show(x: number, y: number, width: number, height: number): void {
    const left = Math.min(Math.max(x, 0), this.whole.width - width);
    const top = Math.min(Math.max(y, 0), this.whole.height - height);
    this.drawing.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    this.measure();
  }

  /** Letters as on the rest of the page, on a phone as on a wall. */
  private measure(): void {
    const { width, height } = this.drawing.viewBox.baseVal;
    const pixel = Math.max(width / this.drawing.clientWidth, height / this.drawing.clientHeight);
    const scale = (pixel * LETTERS_SHOWN) / LETTERS;
    for (const mark of this.drawing.querySelectorAll<SVGGElement>(".map-car, .map-stop")) {
      const place = /translate\([^)]*\)/.exec(mark.getAttribute("transform") ?? "");
      if (place) mark.setAttribute("transform", `${place[0]} scale(${scale})`);
    }
  }
}

/** The page itself is asked again; only what moves is replaced. */
function keepUpToDate(root: HTMLElement, seconds: number): void {
  window.setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const drawing = root.querySelector<SVGSVGElement>("svg.map");
      for (const name of ["marks", "counts", "list"]) {
        const now = root.querySelector(`[data-part="${name}"]`);
        const next = fresh.querySelector(`[data-part="${name}"]`);
        if (now && next && !now.contains(document.activeElement)) now.replaceWith(document.adoptNode(next));
      }
      drawing?.dispatchEvent(new Event("refreshed"));
    } catch {
      // No network for a moment: what is shown stays, its times say how old it is.
    }
  }, seconds * 1000);
}

function play(root: HTMLElement): void {
  const bar = root.querySelector<HTMLElement>('[data-part="playback"]');
  const told = root.querySelector<HTMLOutputElement>('[data-part="told"]');
  const button = root.querySelector<HTMLButtonElement>('[data-part="play"]');
  const slider = root.querySelector<HTMLInputElement>("#moment");
  const car = root.querySelector<SVGGElement>('[data-part="car"]');
  const source = root.querySelector("#points");
  if (!bar || !told || !button || !slider || !car || !source) return;
  const points = JSON.parse(source.textContent ?? "[]") as Point[];
  let playing = 0;
  const show = (): void => {
    const point = points[Number(slider.value)];
    if (!point) return;
    const [second, x, y, speed] = point;
    const scale = /scale\([^)]*\)/.exec(car.getAttribute("transform") ?? "")?.[0] ?? "";
    car.setAttribute("transform", `translate(${x} ${y}) ${scale}`);
    const clock = [second / 3600, (second / 60) % 60, second % 60].map((part) => String(Math.floor(part)).padStart(2, "0"));
    told.value = `${clock.join(":")}，${(speed / 10).toFixed(0)} 公里/时`;
  };
  const stop = (): void => {
    window.clearInterval(playing);
    playing = 0;
    button.textContent = "播放";
  };
  const next = (): void => {
    if (Number(slider.value) >= points.length - 1) stop();
    else slider.value = String(Number(slider.value) + 1);
    show();
  };
  button.addEventListener("click", () => {
    if (playing) return stop();
    if (Number(slider.value) >= points.length - 1) slider.value = "0";
    playing = window.setInterval(next, PLAY_EVERY);
    button.textContent = "暂停";
  });
  slider.addEventListener("input", show);
  bar.hidden = false;
  show();
}
