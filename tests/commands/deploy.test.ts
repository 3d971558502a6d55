import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { picture, socialTags } from '../../commands/site/social.ts';
import { isolation } from '../../src/service-worker/policy.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

test('a Space sends the headers that isolate the page', () => {
  const [, head = ''] = /^---\n(.*?)\n---\n/s.exec(read('docs/deploy/space.md')) ?? [];
  const space = z
    .object({ sdk: z.literal('static'), custom_headers: z.record(z.string(), z.string()) })
    .parse(parse(head));
  for (const [name, value] of Object.entries(isolation)) expect(space.custom_headers[name.toLowerCase()]).toBe(value);
});

test('the workflow runs scripts that are there, and publishes the folder that they write', () => {
  const step = z.object({
    run: z.string().optional(),
    uses: z.string().optional(),
    with: z.record(z.string(), z.unknown()).optional(),
  });
  const workflow = z
    .object({ jobs: z.record(z.string(), z.object({ steps: z.array(step) })) })
    .parse(parse(read('.github/workflows/pages.yml')));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const asked = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (\S+)/g)].map(([, name = '']) => name));
  expect(asked).not.toEqual([]);
  for (const name of asked) expect(Object.keys(scripts)).toContain(name);
  expect(steps.find(({ uses }) => uses?.startsWith('actions/upload-pages-artifact'))?.with?.path).toBe('dist');
});

test('a posted link has a picture where the address is known, and what is none is refused', () => {
  const facts = (address?: string) =>
    Object.fromEntries(
      socialTags('Bottleneck', 'What it is', address).map(({ attrs }) => [
        attrs?.property ?? attrs?.name,
        attrs?.content,
      ]),
    );
  expect(facts()).toEqual({ 'og:type': 'website', 'og:title': 'Bottleneck', 'og:description': 'What it is' });
  expect(facts('https://example.org/page')).toMatchObject({
    'og:url': 'https://example.org/page/',
    'og:image': 'https://example.org/page/social.png',
    'twitter:card': 'summary_large_image',
  });
  expect(() => facts('example.org')).toThrow('SITE_URL is no address: example.org');
});

test('the picture is as large as is said', () => {
  const png = readFileSync(new URL(`../../public/${picture.file}`, import.meta.url));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([picture.width, picture.height]);
});
