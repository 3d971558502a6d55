import type { coach as english } from '../en/coach.ts';
import type { Texts } from '../en.ts';

export const coach: Texts<typeof english> = {
  title: '教练：',
  'not-a-number': {
    says: '损失已不再是数字：学习率对这种方法来说太高了。',
    fix: '以学习率 {{rate}} 重新开始',
  },
  idle: { says: '所有适配器都已关闭，只有分类头在训练。', fix: '打开所有适配器' },
  diverging: { says: '损失猛升到随机猜测的水平之上：学习率太高。', fix: '以学习率 {{rate}} 重新开始' },
  collapse: {
    says: '几乎所有测试数据都被答成“{{label}}”：训练坍缩到了一个类别。',
    fix: '以学习率 {{rate}} 重新开始',
  },
  overfitting: {
    says: '训练损失仍在下降，但测试损失自第 {{epoch}} 轮起上升：模型在死记训练数据。',
    fix: '只训练 {{epoch}} 轮',
  },
  slow: { says: '损失几乎停留在随机猜测的水平：学习率太小。', fix: '以学习率 {{rate}} 重新开始' },
  'too-high': {
    says: '损失几乎停留在随机猜测的水平，而学习率远高于常用值：学习率太高。',
    fix: '以学习率 {{rate}} 重新开始',
  },
  verdict: {
    good: '训练得不错：与冻结基线相比 {{gain}} 个百分点。{{rows}} 条测试数据中，纠正了基线答错的 {{fixed}} 条，另有 {{broken}} 条由对变错。',
    even: '与冻结基线大致相当：{{rows}} 条测试数据上相差 {{gain}} 个百分点，可能只是偶然。',
    'few-rows':
      '与冻结基线相差 {{gain}} 个百分点，但测试数据只有 {{rows}} 条，一条就是 {{row}} 个百分点。测试数据多一些，结论才可靠。',
    'few-steps': '只训练了 {{steps}} 步，还没学到多少就结束了（与冻结基线相比 {{gain}} 个百分点）。',
    worse: '训练结束时低于冻结基线（{{gain}} 个百分点）。多训练几轮往往有帮助。',
    longer: '训练 {{epochs}} 轮',
  },
};
