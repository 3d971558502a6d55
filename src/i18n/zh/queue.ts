import type { queue as english } from '../en/queue.ts';
import type { Texts } from '../en.ts';

export const queue: Texts<typeof english> = {
  title: '批量对比（扫描）',
  widths: '瓶颈维度（LoRA 为秩）',
  start: '开始批量对比',
  sideBySide: '逐一比较所有方法',
  cost_other: '{{count}} 次训练，约 {{time}}',
  untimed_other: '{{count}} 次训练；测得单步用时后给出所需时间',
  progress: '已完成 {{done}} / {{total}} 次；正在进行：{{name}}',
  stop: '停止批量对比',
  continue: '继续批量对比',
  drop: '放弃其余',
};
