/** The phone's camera as a scanner, where the browser can read codes itself. Elsewhere the page says what else will do. */

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type MakeDetector = new (options: { formats: string[] }) => Detector;

const PAUSE = 200;
const SAME_AGAIN = 3_000;

export function startCamera(place: HTMLElement, otherwise: HTMLElement, seen: (code: string) => void): void {
  const make = (globalThis as { BarcodeDetector?: MakeDetector }).BarcodeDetector;
  if (!make || !navigator.mediaDevices?.getUserMedia) {
    otherwise.hidden = false;
    return;
  }
  place.hidden = false;
  const button = place.querySelector("button");
  const video = place.querySelector("video");
  if (!button || !video) return;
  let stream: MediaStream | null = null;
  button.addEventListener("click", () => {
    if (stream) {
      for (const track of stream.getTracks()) track.stop();
      stream = null;
      video.hidden = true;
      button.textContent = "打开相机扫码";
      return;
    }
    void open();
  });

  async function open(): Promise<void> {
    if (!make || !button || !video) return;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      otherwise.textContent = "相机没有打开：请在浏览器设置里允许本站使用相机，或者输入编号。";
      otherwise.hidden = false;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    button.textContent = "关闭相机";
    await watch(new make({ formats: ["qr_code", "code_128"] }), video);
  }

  /** The same label in front of the camera counts once, until something else was seen or it was away for a while. */
  async function watch(detector: Detector, film: HTMLVideoElement): Promise<void> {
    let last = "";
    let when = 0;
    while (stream) {
      const found = await detector.detect(film).catch(() => []);
      const code = found[0]?.rawValue ?? "";
      if (code && (code !== last || Date.now() - when > SAME_AGAIN)) seen(code);
      if (code) [last, when] = [code, Date.now()];
      await new Promise((resolve) => window.setTimeout(resolve, PAUSE));
    }
  }
}
