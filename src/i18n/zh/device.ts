import type { device as english } from '../en/device.ts';
import type { Texts } from '../texts.ts';

export const device: Texts<typeof english> = {
  device: {
    title: '本机',
    name: '设备',
    memory: '这次训练占用',
    nothing: '暂无',
    threads: '处理器线程数',
    isolated: '线程共享内存',
    yes: '有',
    no: '无',
    storage: '保存在此浏览器中',
    storageProblem: '关闭标签页后无法保留训练记录：{{reason}}',
    runs: '训练记录',
    used: '已用空间',
    ofQuota: '{{used}}，上限 {{quota}}',
  },
};
