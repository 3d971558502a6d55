import type { tryIt as english } from '../en/try-it.ts';
import type { Texts } from '../texts.ts';

export const tryIt: Texts<typeof english> = {
  tryIt: {
    title: '试一试',
    sentence: '一句英文',
    another: '换一句测试集里的句子',
    truth: '它的标签：{{label}}',
    base: '冻结基线',
    adapted: '带适配器',
    baseLater: '第一轮之后，冻结基线的分类头训练完成，才会给出回答。',
    tokens: '{{amount}} 个词元',
  },
  result: {
    title: '结果',
    later: '第一轮之后给出。',
    baselineLater: '冻结基线在第一轮之后给出。',
    latency: '一批数据的前向计算用时（与冻结基线相比）：',
    of: '对象',
    gain: '本次训练的提升（百分点）',
    run: '本次训练',
    frozen: '冻结基线（本次预算就是它的最佳设置）',
    sameBudget_other: '冻结基线，预算相同（{{count}} 轮）',
    best_other: '冻结基线，最佳设置（{{count}} 轮，学习率 {{rate}}）',
    on: {
      test: '在 {{rows}} 条测试数据上的准确率；右列是本次训练的提升（百分点）。',
      validation: '在 {{rows}} 条验证数据上的准确率；测试数据到最后才读取。',
    },
    chosen: '第 {{epoch}} 轮在验证数据上最好。',
    farFewer: '本次只训练了 {{run}} 步，最佳设置的冻结基线训练了 {{baseline}} 步：请训练更久，再判断适配器的作用。',
  },
};
