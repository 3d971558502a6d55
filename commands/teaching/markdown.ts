import type { Block, Sheet } from '../../src/store/teaching/sheet.ts';

/** A sheet as Markdown: what docs/teaching holds. */
export function markdownOf({ title, kind, blocks }: Sheet, note: string): string {
  return `${[`# ${title}`, `**${kind}**`, ...(note ? [note] : []), ...blocks.map(blockOf)].join('\n\n')}\n`;
}

const line = '\\_'.repeat(60);
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function blockOf(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `## ${block.text}`;
    case 'text':
      return block.text.replaceAll('_', '\\_');
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n');
    case 'table':
      return [row(block.head), row(block.head.map(() => '---')), ...block.rows.map(row)].join('\n');
    case 'lines':
      return Array(block.count).fill(line).join('\n\n');
    case 'box':
      return `> ${block.text}${'\n>'.repeat(8)}`;
  }
}
