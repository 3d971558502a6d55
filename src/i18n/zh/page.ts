import type { page as english } from '../en/page.ts';
import type { Texts } from '../texts.ts';

export const page: Texts<typeof english> = {
  title: 'Bottleneck',
  close: '关闭',
  tagline: '在这个标签页里，为冻结的编码器微调适配器',
  language: 'English',
  languageLabel: '切换到英文',
  colorScheme: '浅色或深色',
  tabs: { label: '工作台的各部分', setup: '设置', training: '训练', tryIt: '试一试' },
  views: { label: '页面', playground: '工作台', lessons: '课程', adapters: '适配器', device: '本机' },
  lostGpu: '重新加载页面',
  engine: {
    label: '引擎',
    opening: '正在打开 WebGPU……',
    webgpu: 'WebGPU',
    wasm: 'CPU（WebAssembly）',
    software: 'WebGPU（由处理器模拟）',
    softwareHint: '没有找到显卡，WebGPU 由处理器模拟：结果正确，但速度慢。',
    none: '没有 WebGPU',
  },
  noGpu: {
    title: '这个浏览器暂时无法训练',
    what: '训练依赖 WebGPU，而它不可用：{{reason}}',
    safe: '您仍可以四处看看：选择方法，调节瓶颈维度，了解各自的代价。',
    todo: '要训练，请用 Chrome 或 Edge 113、Safari 26、Firefox 141 或更新的版本打开本页，并启用硬件加速。没有 WebGPU 时由处理器通过 WebAssembly 训练，但此浏览器也未能启动它。',
  },
  error: {
    title: '出了问题',
    rows: '这些数据无法用于训练',
    lookThrough: '查看问题所在',
    safe: '已加载的内容都还在。',
    reset: '重置这次训练',
    reload: '重新加载页面',
    dismiss: '关闭',
  },
  viewFailed: {
    title: '无法显示这个页面',
    safe: '正在进行的训练不受影响，其他页面也可以照常打开。',
    again: '重试',
  },
};
