import type { device as english } from '../en/device.ts';
import type { Texts } from '../texts.ts';

export const device: Texts<typeof english> = {
  device: {
    title: '本机',
    choice: '引擎',
    engines: { auto: '自动', webgpu: 'WebGPU', wasm: 'CPU（WebAssembly）' },
    why: {
      'asked-for': '按您的选择使用该引擎训练。',
      gpu: '使用 WebGPU 训练：浏览器可以使用本机的显卡。',
      'no-gpu': '由处理器通过 WebAssembly 训练：此浏览器没有 WebGPU。',
      'software-gpu': '由处理器通过 WebAssembly 训练：虽有 WebGPU，但它同样由处理器模拟，速度慢数倍。',
    },
    refused_other: '{{count}} 个计算内核在这块显卡上结果有误，已停用。',
    check: '对比两个引擎',
    checkHelp:
      '用相同的初始权重、批次和 dropout 掩码在两个引擎上训练当前配置的前 8 步，并测量加与不加适配器时的前向耗时。',
    lossDifference: '损失的最大差异（相对）',
    gradNormDifference: '梯度范数的最大差异（相对）',
    weightDifference: '训练后权重的最大差异',
    latency: '{{examples}} 行 × {{tokens}} 词元的前向，{{engine}}',
    latencyValue: '冻结 {{base}}，带适配器 {{adapted}}（{{more}}）',
    disagree: '两个引擎的结果相差超过 0.1%。请不要相信本机 GPU 的结果，改用 CPU。',
    name: '设备',
    memory: '这次训练所需',
    sharedHeap: 'onnxruntime 的堆：页面上所有训练共用，只增不减',
    nothing: '暂无',
    threads: '处理器线程数',
    threadCount_other: '{{count}} 个线程',
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
