import type { HtmlTagDescriptor, Plugin } from 'vite';

/** The picture of the page, as `npm run social` takes it: 1200 x 630, what all that show one agree on. */
export const picture = { file: 'social.png', width: 1200, height: 630 };

/**
 * What a posted link to the page shows (https://ogp.me). Addresses there are absolute.
 * @param address where the page will be, as SITE_URL says; without it there is no picture
 * @throws Error if it is no address
 */
export function socialTags(title: string, description: string, address: string | undefined): HtmlTagDescriptor[] {
  const facts: Record<string, string> = { 'og:type': 'website', 'og:title': title, 'og:description': description };
  if (address) {
    if (!URL.canParse(address)) throw new Error(`SITE_URL is no address: ${address}`);
    const home = new URL(address.endsWith('/') ? address : `${address}/`).href;
    Object.assign(facts, {
      'og:url': home,
      'og:image': new URL(picture.file, home).href,
      'og:image:width': String(picture.width),
      'og:image:height': String(picture.height),
      'og:image:alt': description,
    });
  }
  const tags = Object.entries(facts).map(([property, content]) => ({ tag: 'meta', attrs: { property, content } }));
  const card = address ? [{ tag: 'meta', attrs: { name: 'twitter:card', content: 'summary_large_image' } }] : [];
  return [...tags, ...card];
}

/** Writes them into the page's head. */
export const socialPlugin = (): Plugin => ({
  name: 'social',
  apply: 'build',
  transformIndexHtml(html) {
    const [, title = ''] = /<title>(.*?)<\/title>/.exec(html) ?? [];
    const [, description = ''] = /name="description" content="(.*?)"/.exec(html) ?? [];
    return socialTags(title, description, process.env.SITE_URL);
  },
});
