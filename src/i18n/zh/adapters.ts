import type { adapters as english } from '../en/adapters.ts';
import type { Texts } from '../en.ts';

export const adapters: Texts<typeof english> = {
  title: '适配器',
  about: '每次完成的训练都会把适配器与分类头留在此浏览器中。它们共用同一个冻结的编码器：无需加载大文件，切换是即时的。',
  empty: '还没有适配器：先在工作台完成一次训练。',
  answers: '由哪个适配器回答',
  live: '正在训练的这一个',
  strength: '适配器强度',
  strengthHelp:
    '强度为 0% 时，由适配器自己的分类头读取冻结的编码器；这不是冻结基线，后者的分类头就在冻结的编码器上训练。',
  otherTask: '这个适配器回答的是另一个任务。它的类别：{{classes}}。',
  unknownTask: '此处没有它的任务：{{classes}}',
  unmeasurable: {
    'unknown-task': '此处没有属于这些类别（{{classes}}）的数据。可以试用，不能测量。',
    'no-rows': '此处没有 {{task}} 的数据。导入之后才能测量；试用则不需要。',
  },
  measureAt: '测量时的强度',
  choose: '平均',
  chooseOne: '选择“{{name}}”用于平均',
  name: '适配器',
  task: '任务',
  size: '大小',
  accuracy: '训练所得准确率',
  measured: '在此测得',
  actions: '操作',
  averageName: '{{one}} 与 {{other}} 的平均',
  onRows: '{{accuracy}}（{{rows}} 条测试数据）',
  atStrength: '强度 {{strength}} 时 {{accuracy}}',
  use: '使用',
  useOne: '在输入框中使用“{{name}}”',
  measure: '测量',
  measureOne: '测量“{{name}}”',
  delete: '删除',
  deleteOne: '删除“{{name}}”',
  average: '平均所选的两个',
  averageHelp: '同一任务、形状相同的两个适配器：其张量的平均成为第三个，并立即测量。',
};
