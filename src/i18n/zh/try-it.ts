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
    latency: '一批数据的前向计算用时（与冻结基线相比）：',
    result: '结果',
    gain: '带适配器 {{adapted}}，冻结基线 {{base}}：在 {{rows}} 行测试数据上相差 {{difference}} 个百分点。',
    noResult: '第一轮之后给出。',
    noGain: '第一轮之后会出现冻结基线。',
  },
};
