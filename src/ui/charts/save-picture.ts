import { saveFile } from '../save-file.ts';

/** Pixels of the file a pixel of the page: sharp on a slide. */
const sharpness = 3;
/** What a picture takes from the page's style sheet. */
const styles = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
];

/** A copy of a picture that needs no style sheet. */
function standalone(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll<SVGElement>('*')].forEach((element, i) => {
    const original = originals[i];
    if (!original) return;
    const computed = getComputedStyle(original);
    for (const style of styles) element.style.setProperty(style, computed.getPropertyValue(style));
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return copy;
}

/** The chart, not an icon of its legend: what is drawn largest. */
function largestPicture(element: Element): SVGSVGElement | undefined {
  const areaOf = (svg: Element) => svg.clientWidth * svg.clientHeight;
  return [...element.querySelectorAll('svg')].sort((a, b) => areaOf(b) - areaOf(a))[0];
}

/** Saves the chart inside an element as a PNG, on the page's own background. */
export async function savePicture(element: Element, name: string): Promise<void> {
  const svg = largestPicture(element);
  if (!svg) return;
  const { width, height } = svg.getBoundingClientRect();
  const image = new Image(width, height);
  const text = new XMLSerializer().serializeToString(standalone(svg));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * sharpness;
  canvas.height = height * sharpness;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && saveFile(name, blob, 'image/png'));
}
