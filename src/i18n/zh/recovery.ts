import type { recovery as english } from '../en/recovery.ts';
import type { Texts } from '../en.ts';

export const recovery: Texts<typeof english> = {
  underWay: {
    'device-lost': '显卡在第 {{step}} 步断开（{{reason}}），正在重新打开……',
    'device-failed': '显卡在第 {{step}} 步出错（{{reason}}），正在重新打开……',
    'worker-stopped': '训练线程在第 {{step}} 步停止，正在重新启动……',
    'tab-crashed': '本标签页在训练时崩溃，正在恢复到保存的第 {{step}} 步……',
  },
  over: {
    'device-lost': '显卡曾在第 {{step}} 步断开（{{reason}}）。',
    'device-failed': '显卡曾在第 {{step}} 步出错（{{reason}}）。',
    'worker-stopped': '训练线程曾在第 {{step}} 步停止。',
    'tab-crashed': '本标签页曾在训练时崩溃。',
  },
  goesOn: '训练已从上次保存的第 {{from}} 步自动继续：损失与未受干扰的训练完全一致。',
  standsAt: '训练已恢复到上次保存的第 {{from}} 步。',
  setUp: '一切已重新就绪。',
  onProcessor: '显卡在两分钟内出错两次，现由处理器继续训练：速度较慢，数值只在最末几位有差别。',
  gpuAgain: '再试一次显卡',
  failed: '短时间内出错太多次，不再自动重试。上次保存的结果仍在。',
  tryAgain: '再试一次',
  reload: '重新加载页面',
  dismiss: '知道了',
  silent: '训练线程已有一段时间没有响应：可能某一步很慢，也可能已卡住。上次保存的第 {{step}} 步是安全的。',
  anew: '从该步重新启动',
  pieces: '把批次切成更小的部分再训练',
  processor: '改用处理器训练',
  rehearse: {
    title: '万一出故障？',
    help: '可以故意制造故障来观察：正在进行的训练会从上次保存的步骤自动继续，最终权重完全相同。',
    device: '断开显卡',
    worker: '结束训练线程',
  },
};
