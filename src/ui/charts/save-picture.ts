import { saveFile } from '../save-file.ts';

/** Pixels of the file a pixel of the page: sharp on a slide. */
const sharpness = 3;

/** Controls of a figure, which are not needed on a slide. */
const tools = '.controls > :not(h3), .mantine-Button-root, .mantine-RangeSlider-root, .mantine-Slider-root';

/** Saves a figure as a PNG with its title, legend and note, without its buttons, on the page's own background. */
export async function savePicture(figure: Element, name: string): Promise<void> {
  const { domToBlob } = await import('modern-screenshot');
  const picture = await domToBlob(figure, {
    scale: sharpness,
    backgroundColor: getComputedStyle(document.body).backgroundColor,
    filter: (node) => !(node instanceof Element && node.matches(tools)),
    // The page's letters are the system's.
    font: false,
  });
  saveFile(name, picture, 'image/png');
}
