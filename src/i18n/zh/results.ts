import type { results as english } from '../en/results.ts';
import type { Texts } from '../texts.ts';

export const results: Texts<typeof english> = {
  flipped: {
    title: '被适配器改变的例子',
    fixed: '改对 {{amount}}',
    broken: '改错 {{amount}}',
    note: '{{rows}} 行测试数据中，一方答对而另一方答错的例子。标签依次为：正确、冻结基线、带适配器。',
    none: '没有。',
    empty: '第一轮之后给出：被适配器改对的测试行，和被改错的测试行。',
    rows: '被改变的各行',
    text: '文本',
    label: '标签',
    confidence: '把握',
    try: '把这句话放进输入框',
  },
  confusion: {
    title: '混淆矩阵',
    corner: '真实 \\ 回答',
    note: '{{rows}} 行测试数据的计数；行为真实类别，列为回答。',
  },
};
