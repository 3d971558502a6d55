/** What a page asks the service worker: keep the page's files, take over from an earlier release, or nothing. */
export type ServiceWorkerVerb = 'keep' | 'take over' | 'tell';

/** Its answer. */
export interface PageState {
  /** Bytes of this release's files, and of those that are kept. */
  bytes: number;
  kept: number;
  /** Tabs in which this page is open. */
  tabs: number;
}
