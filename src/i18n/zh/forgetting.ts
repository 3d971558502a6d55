import type { forgetting as english } from '../en/forgetting.ts';
import type { Texts } from '../en.ts';

export const forgetting: Texts<typeof english> = {
  title: '遗忘',
  about:
    '先学第一个任务，再学第二个，做两遍：一遍用适配器（每个任务各有一份，编码器冻结），一遍用全量微调（两个任务共用一个编码器）。正在进行的训练会被暂停。',
  first: '第一个任务',
  second: '第二个任务',
  steps: '每个任务的步数',
  start: '演示遗忘',
  stop: '停止',
  chart: '学习第二个任务时的准确率',
  note: '每个任务 120 条测试数据，从不用于训练；640 条训练数据；两种做法的种子与批次相同',
  way: '做法',
  ways: { adapters: '适配器', full: '全量微调' },
  lines: { adapters: '适配器：{{task}}', full: '全量微调：{{task}}' },
  result: {
    adapters: '适配器：“{{task}}”之前 {{before}}，之后 {{after}}。',
    full: '全量微调：“{{task}}”之前 {{before}}，之后 {{after}}。',
  },
  untouched: '它的 logits 逐位相同。',
  touched: '它的 logits 已经改变。',
};
