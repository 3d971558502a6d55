import type { drawing as english } from '../en/drawing.ts';
import type { Texts } from '../texts.ts';

export const drawing: Texts<typeof english> = {
  block: {
    name: '{{place}}：{{block}}',
    open: '{{name}}，{{shape}}。按下可查看数值。',
    frozen: '已冻结：{{all}} 个参数',
    trained: '{{all}} 个参数中训练 {{trained}} 个',
    tensor: '张量',
    shape: '形状',
    count: '个数',
    state: '状态',
    gradient: '其适配器的梯度范数',
    effect: '其适配器的增量占输入之比',
    notYet: '尚未测量',
    inside: '查看内部',
  },
  glow: {
    label: '适配器周围的光晕表示什么',
    names: { gradient: '梯度', effect: '作用' },
    about: {
      gradient: '光晕：刚训练的一批中各适配器梯度的范数。',
      effect: '光晕：各适配器增加了多少，即一个测试句子上的 ‖A(x)‖ / ‖x‖。',
    },
    widest: '最宽处为 {{value}}。',
    notYet: '训练时每隔一段时间测量一次。',
    tooLarge: '这个编码器太大，训练时无法查看内部。',
  },
};
