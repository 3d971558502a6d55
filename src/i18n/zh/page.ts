import type { page as english } from '../en/page.ts';
import type { Texts } from '../en.ts';

export const page: Texts<typeof english> = {
  title: 'Bottleneck',
  close: '关闭',
  tagline: '在这个标签页里，为冻结的编码器微调适配器',
  language: 'English',
  languageLabel: '切换到英文',
  colorScheme: '浅色或深色',
  tabs: { label: '工作台的各部分', setup: '设置', training: '训练', tryIt: '试一试' },
  views: { label: '页面', playground: '工作台', lessons: '课程', adapters: '适配器', device: '本机' },
  error: {
    title: '出了问题',
    rows: '这些数据无法用于训练',
    lookThrough: '查看问题所在',
    safe: '已加载的内容都还在。',
    reset: '重置这次训练',
    reload: '重新加载页面',
    dismiss: '关闭',
  },
  failed: {
    view: '无法显示这个页面',
    part: '无法显示这一部分',
    safe: '正在进行的训练不受影响，页面的其余部分照常可用。',
    again: '重试',
    save: '保存已训练的内容',
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
  requests: {
    button: '对外请求：{{count}}',
    title: '离开本标签页的请求',
    none: '没有。页面、编码器和任务都来自本站；文本、权重和结果都留在标签页内。',
    some: '只下载了您要求的内容；文本、权重和结果都留在标签页内。',
    one: '{{host}}：{{count}} 次',
  },
  parts: { charts: '图表', compare: '训练记录与扫描', inside: '内部' },
};
