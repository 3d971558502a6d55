import type { recovery as english } from '../en/recovery.ts';
import type { Texts } from '../texts.ts';

export const recovery: Texts<typeof english> = {
  lastRun: {
    stopped: '上次的训练“{{name}}”停在第 {{epoch}} 轮（共 {{epochs}} 轮），已保存到第 {{step}} 步（共 {{steps}} 步）。',
    lost: '上次的训练“{{name}}”停在第 {{step}} 步（共 {{steps}} 步），第一轮尚未结束，训练结果未能保存。',
    ended: '上次的训练“{{name}}”已完成，准确率 {{accuracy}}。',
    goOn: '继续训练',
    show: '重新显示',
    anew: '从头开始',
    dismiss: '忽略',
    aside: '已设置新的训练。“{{name}}”保存在第 {{step}} 步。',
    bringBack: '恢复它',
    notKept:
      '浏览器无法保存这次训练（{{reason}}）。训练会继续，但重新加载页面后会丢失：请腾出存储空间，或导出重要的结果。',
  },
};
