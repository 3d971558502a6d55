import type { coach as english } from '../en/coach.ts';
import type { Texts } from '../texts.ts';

export const coach: Texts<typeof english> = {
  coach: {
    title: '教练：',
    'not-a-number': {
      says: '损失已不再是数字：学习率对这种方法来说太高了。',
      fix: '以学习率 {{rate}} 重新开始',
    },
    idle: { says: '所有适配器都已关闭，只有分类头在训练。', fix: '打开所有适配器' },
    diverging: { says: '损失升到了随机猜测之上：步子太大。', fix: '以学习率 {{rate}} 重新开始' },
    collapse: {
      says: '几乎所有测试行都被答成“{{label}}”：训练坍缩到了一个类别。',
      fix: '以学习率 {{rate}} 重新开始',
    },
    overfitting: {
      says: '训练损失仍在下降，但测试损失自第 {{epoch}} 轮起上升：它在死记这些数据。',
      fix: '只训练 {{epoch}} 轮',
    },
    slow: { says: '损失几乎停留在随机猜测的水平：学习率太小。', fix: '以学习率 {{rate}} 重新开始' },
  },
  share: {
    button: '分享',
    title: '分享当前配置',
    about: '链接包含全部设置与随机种子：打开后是同一次训练，在同样的引擎上得到同样的数字。',
    lock: '锁定设置（用于课堂）',
    hide: '隐藏页面的部分内容',
    parts: {
      encoder: '编码器',
      task: '任务',
      method: '方法与瓶颈',
      training: '训练设置',
      compare: '训练记录与扫描',
    },
    link: '链接',
    copy: '复制链接',
    copied: '已复制',
    problem: '这个链接无法使用',
    problemHelp: '页面改用默认设置。原因：{{reason}}',
    locked: '您打开的链接锁定了设置。',
  },
  shortcuts: {
    title: '键盘快捷键',
    enabled: '启用单键快捷键',
    train: '训练或暂停',
    step: '只训练一批',
    reset: '重置这次训练',
    example: '换一句测试集里的句子',
    sheet: '显示本表',
  },
};
