import { z } from 'zod';
import { createEmitter } from '../emitter.ts';

/** What the tabs of this page in one browser tell each other. */

const id = z.string().max(200);

/** Changes that a person makes to a record, whichever tab has its run. */
const changedSchema = z.union([
  z.object({ name: z.string().max(500), renamed: z.boolean() }),
  z.object({ pinned: z.boolean() }),
]);

const newsSchema = z.discriminatedUnion('type', [
  /** The tab begins to train. */
  z.object({ type: z.literal('trains') }),
  /** A record was written or removed. */
  z.object({ type: z.enum(['runs', 'adapters']), id }),
  z.object({ type: z.literal('changed'), id, changed: changedSchema }),
]);
type News = z.infer<typeof newsSchema>;
export type Changed = z.infer<typeof changedSchema>;

/** Emits what other tabs tell. */
export const heard = createEmitter<News>();

let channel: BroadcastChannel | null = null;

/** Listens to the other tabs from now on. To be called once. */
export function openChannel(): void {
  channel = new BroadcastChannel('bottleneck');
  channel.onmessage = ({ data }) => {
    // Another tab may be of another version.
    const news = newsSchema.safeParse(data);
    if (news.success) heard.emit(news.data);
  };
}

export const tell = (news: News): void => channel?.postMessage(news);
