/** All that the page says in Simplified Chinese, fetched when it is first spoken. */

export { said } from './zh/said.ts';
export { zh } from './zh.ts';
