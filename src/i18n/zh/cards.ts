import type { cards as english } from '../en/cards.ts';
import type { Texts } from '../en.ts';

export const cards: Texts<typeof english> = {
  title: '自己的类别',
  about:
    '每张卡片是一个类别。在卡片里写几句例子，一行一句，按“训练”，再拿一句它没见过的话来问。五分之一的句子留作测试，不参加训练。一切都留在这个浏览器里。',
  name: '卡片 {{place}} 的名称',
  lines: '卡片 {{place}} 的例子，一行一句',
  count_other: '{{count}} 行',
  add: '添加卡片',
  remove: '删除卡片 {{place}}',
  train: '训练',
  pause: '暂停',
  on: '继续',
  again: '内容改动后自动重新训练',
  examples: '恢复示例',
  file: '改为导入文件',
  workbench: '打开工作台',
  typed: '也可以在卡片里逐行输入',
  status: {
    getting: '正在准备……',
    ready: '在笔记本电脑上只需几秒。',
    changed: '训练之后，卡片内容又有改动。',
    other: '工作台里设置了另一次训练；按“训练”则改用这些卡片。',
    elsewhere: '已有训练在进行，请到工作台查看。',
    locked: '打开本页的链接已锁定任务。',
    training: '学习中：第 {{epoch}} 轮，共 {{epochs}} 轮',
    baseline: '作为对照：冻结的模型，只训练新的分类头',
    evaluating: '正在回答留作测试的句子',
    paused: '已暂停：第 {{epoch}} 轮，共 {{epochs}} 轮',
    done: '已完成。再拿一句话来问它吧。',
    failed: '训练出错。',
  },
  obstacles: {
    cards: '至少要有两张卡片，才有可区分的类别。',
    name: '请给卡片 {{place}} 起个名称。',
    twice: '卡片 {{place}} 与另一张卡片重名。',
    lines: '卡片 {{place}} 至少要有 {{least}} 行。',
  },
  ask: '这句话属于哪张卡片？请自己写一句',
  before: '训练之后，它对您这句话的回答显示在这里。',
  result_other:
    '留作测试的 {{count}} 句中，答对 {{right}} 句；冻结、只训练分类头时答对 {{base}} 句。它学了 {{amount}} 个数，存成文件 {{size}}。',
  few: '句子这么少，只能算个提示，不算测量：多写几句，结果更可靠。',
  progress: '进度',
};
