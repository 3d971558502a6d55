/** 浏览器存储与整体备份出错时对人说的话，以英文句式为键；与 all.ts 合为一表。 */
export const errorsOfStorage: Readonly<Record<string, string>> = {
  // 浏览器存储
  'A newer version of this page has been opened in this browser; this tab can keep and read nothing any more. Reload it':
    '此浏览器中已打开过本页的更新版本，这个标签页无法再保存或读取任何内容。请重新加载',
  "The disk or this site's quota is full": '磁盘或本站的存储配额已满',
  "The browser broke the write off; the disk or this site's quota may be full":
    '浏览器中断了写入，磁盘或本站的存储配额可能已满',
  "The browser's storage failed and did not say why": '浏览器的存储出错，且没有说明原因',
  'This browser offers no storage (IndexedDB)': '此浏览器不提供存储（IndexedDB）',
  'Another tab has an earlier version of this page open. Close that tab':
    '另一个标签页打开着本页的旧版本，请关闭那个标签页',
  "The browser's storage does not answer": '浏览器的存储没有响应',

  // 整体备份
  '{0} entries; {1} are the most for one file.': '共 {0} 项，一个文件最多容纳 {1} 项。',
  'More than {0} bytes, the most for one file. Delete runs or adapters.':
    '超过 {0} 字节，一个文件放不下。请删除一些训练记录或适配器。',
  '{0}: {1} is missing, or is not what was written. The file is damaged.':
    '{0}：{1} 缺失，或与写入时不同。文件已损坏。',
  'a value is nested too deep': '某个值嵌套过深',
  'a value is of no known kind': '某个值的类型未知',
  'an array lies outside of its file': '某个数组超出了它的文件',
};
