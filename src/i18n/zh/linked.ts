import type { linked as english } from '../en/linked.ts';
import type { Texts } from '../texts.ts';

export const linked: Texts<typeof english> = {
  linked: {
    title: '这次训练需要它的数据',
    needs: '它使用自有数据 {{name}}，而这些数据不在此浏览器中。',
    needsRows: '它使用自有数据 {{name}}（{{rows}} 行），而这些数据不在此浏览器中。',
    needsTest: '测试使用另一个文件中的 {{test}} 行数据。',
    columns: '文本列为“{{text}}”，标签列为“{{label}}”。',
    brought: '链接中附带了这些数据。',
    others: '这里有同名的数据，但内容不同。',
    makeWay: '您自己的数据 {{name}} 会被替换；在数据视图中点“撤销”即可恢复。',
    take: '使用链接中的数据',
    choose: '选择文件……',
    here: '使用这里的数据',
    instead: '改用内置任务',
    differ: '这些数据与链接所说的不完全一致',
    differsIn: {
      rows: '这里有 {{have}} 行；链接中的训练使用了 {{want}} 行。',
      test: '链接中的训练用另一个文件（{{want}} 行）测试。请在“数据与检查”中选择它。',
      noTest: '链接中的训练没有单独的测试文件。',
      columns: '选择的列不同；链接所说的是“{{text}}”和“{{label}}”。',
      texts: '行数相同，但有些文本或标签不同。',
    },
    differHelp: '训练已按链接设置好，但得到的数字不会相同。',
    another: '选择其他文件……',
    goOn: '就用这些数据',
  },
};
