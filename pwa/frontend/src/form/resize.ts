/** Sums of making a photo smaller, and the drawing itself (in a worker or on the page). */

export const LONGEST_SIDE_PX = 2_048;
export const MOST_BYTES = 1_000_000;
const QUALITIES = [0.86, 0.78, 0.68, 0.58];

export interface Size {
  width: number;
  height: number;
}

/** Fits into `longest` × `longest`, keeps the ratio, never enlarges, never below one pixel. */
export function fitInto({ width, height }: Size, longest = LONGEST_SIDE_PX): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Small photos of a kind the server knows go as they are, with the time and place their camera wrote into them. */
export function mayStay(type: string, bytes: number, size: Size | null): boolean {
  return ["image/jpeg", "image/png", "image/webp"].includes(type) && bytes <= MOST_BYTES && (size === null || Math.max(size.width, size.height) <= LONGEST_SIDE_PX);
}

type Encode = (size: Size, quality: number) => Promise<Blob>;

/** Tries gentler qualities first, then smaller sides, until the photo is light enough. */
export async function lighten(size: Size, encode: Encode): Promise<Blob> {
  let fitted = fitInto(size);
  for (;;) {
    for (const quality of QUALITIES) {
      const blob = await encode(fitted, quality);
      if (blob.size <= MOST_BYTES) return blob;
    }
    const smaller = fitInto(fitted, Math.round(Math.max(fitted.width, fitted.height) * 0.75));
    if (smaller.width === fitted.width) return encode(fitted, 0.5);
    fitted = smaller;
  }
}

/** A lighter, upright JPEG of `file`; null if it may stay as it is. Raises if the device cannot decode it. */
export async function redraw(file: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    if (mayStay(file.type, file.size, bitmap)) return null;
    return await lighten(bitmap, async ({ width, height }, quality) => {
      const canvas = typeof OffscreenCanvas === "undefined" ? Object.assign(document.createElement("canvas"), { width, height }) : new OffscreenCanvas(width, height);
      const pen = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;
      pen.fillStyle = "white"; // PNG with transparency would turn black
      pen.fillRect(0, 0, width, height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(bitmap, 0, 0, width, height);
      if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: "image/jpeg", quality });
      return new Promise<Blob>((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no blob"))), "image/jpeg", quality));
    });
  } finally {
    bitmap.close();
  }
}
