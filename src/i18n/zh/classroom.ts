import type { classroom as english } from '../en/classroom.ts';
import type { Texts } from '../en.ts';

export const classroom: Texts<typeof english> = {
  qr: '链接的二维码',
  qrTooLong: '链接太长，无法生成二维码：共 {{bytes}} 字节，最多 {{most}} 字节。',
  link: {
    opens: '链接打开',
    workbench: '工作台',
    language: '语言',
    readers: '读者自己的语言',
    parts: '读者可以更改什么',
    partsHelp: '课程的实验会自行设置训练，锁定只作用于工作台。',
    access: { free: '自由', locked: '锁定', hidden: '隐藏' },
    by: '锁定者',
    byHelp: '读者会在锁定的设置旁看到这个名字。',
  },
};
