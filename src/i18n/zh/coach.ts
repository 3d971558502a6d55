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
    diverging: { says: '损失猛升到随机猜测的水平之上：学习率太高。', fix: '以学习率 {{rate}} 重新开始' },
    collapse: {
      says: '几乎所有测试行都被答成“{{label}}”：训练坍缩到了一个类别。',
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
      good: '训练得不错：与冻结基线相比 {{gain}} 个百分点。{{rows}} 行测试数据中，纠正了基线答错的 {{fixed}} 行，另有 {{broken}} 行由对变错。',
      even: '与冻结基线大致相当：{{rows}} 行测试数据上相差 {{gain}} 个百分点，可能只是偶然。',
      'few-rows':
        '与冻结基线相差 {{gain}} 个百分点，但测试数据只有 {{rows}} 行，一行就是 {{row}} 个百分点。测试数据多一些，结论才可靠。',
      'few-steps': '只训练了 {{steps}} 步，还没学到多少就结束了（与冻结基线相比 {{gain}} 个百分点）。',
      worse: '训练结束时低于冻结基线（{{gain}} 个百分点）。多训练几轮往往有帮助。',
      longer: '训练 {{epochs}} 轮',
    },
  },
  share: {
    button: '分享',
    title: '分享当前配置',
    about: '链接包含全部设置与随机种子：打开后是同一次训练，在同样的引擎上得到同样的数字。',
    own: '这次训练使用您自己的数据 {{name}}（{{rows}} 行）。链接只包含设置，不包含文件：打开链接的人会被要求提供这个文件，页面会核对所选的文件是否一致。',
    ownMissing: '这次训练需要数据 {{name}}，而它不在这里。打开链接的人会被要求提供它。',
    withRows: '把数据放进链接（增加 {{size}}）',
    withRowsHelp: '拿到链接的人都能看到这些数据；它们不会发送到任何服务器。',
    tooMany: '数据太多，放不进链接：请同时发送该文件，或发送带数据的训练包（见“带走成果”）。',
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
