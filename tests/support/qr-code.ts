import readPixels from 'jsqr';
import type { Locator } from 'playwright';

/** The text of a QR code, read from its picture as a camera would. */
export async function readCode(code: Locator): Promise<string | undefined> {
  const picture = (await code.screenshot()).toString('base64');
  const context = await code.page().context().browser()?.newContext();
  const blank = await context?.newPage();
  // A page without this one's policy: it reads pixels.
  const pixels = await blank?.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const { width, height } = image;
    const drawing = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    drawing?.drawImage(image, 0, 0);
    return { width, height, data: [...(drawing?.getImageData(0, 0, width, height).data ?? [])] };
  }, picture);
  await context?.close();
  return pixels && readPixels(Uint8ClampedArray.from(pixels.data), pixels.width, pixels.height)?.data;
}
