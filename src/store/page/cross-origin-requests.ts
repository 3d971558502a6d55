import { createStore } from 'zustand/vanilla';
import { watchCrossOriginRequests } from '../../base/cross-origin-requests.ts';

/** Requests of the page and its workers to other origins, counted by host. */

export interface RequestsState {
  hosts: Readonly<Record<string, number>>;
}

export const requestsStore = createStore<RequestsState>(() => ({ hosts: {} }));

export function noteCrossOrigin(urls: readonly string[]): void {
  const hosts = { ...requestsStore.getState().hosts };
  for (const url of urls) {
    const { host } = new URL(url);
    hosts[host] = (hosts[host] ?? 0) + 1;
  }
  requestsStore.setState({ hosts });
}

export const requestCount = ({ hosts }: RequestsState): number =>
  Object.values(hosts).reduce((sum, count) => sum + count, 0);

/** Counts the page's own requests from now on, and those before. To be called once. */
export function watchPage(): void {
  watchCrossOriginRequests(location.origin, noteCrossOrigin);
}
