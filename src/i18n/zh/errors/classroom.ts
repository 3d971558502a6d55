/** 班级页面出错时对人说的话，以英文句式为键；与 all.ts 合为一表。 */
export const errorsOfClassroom: Readonly<Record<string, string>> = {
  'this is no hand-in of this page': '这不是本页的作业',
  'This is no hand-in of this page, or it is cut off.': '这不是本页的作业，或文件不完整。',
  'The link is damaged, or not whole. Ask for it again.': '链接已损坏或不完整，请重新索取。',
  'This is no link that hands something in.': '这不是交作业的链接。',
  'It has {0} weights; {1} are the most.': '它有 {0} 个权重，最多 {1} 个。',
  'Its weights have {0} bytes; its settings need {1}.': '它的权重有 {0} 字节，而按它的设置应为 {1} 字节。',
  'Some of its weights are no numbers.': '它的部分权重不是数字。',
  'Its weights are damaged.': '它的权重已损坏。',
  'There are {0} hand-ins already, the most for a class.': '已有 {0} 份作业，这是一个班级的上限。',
  'There is no room for more adapters. Remove some.': '放不下更多适配器，请移除一些。',
  'The same hand-in is here already.': '同一份作业已经在这里了。',
  'It has {0} bytes; {1} are the most for a hand-in.': '它有 {0} 字节，一份作业最多 {1} 字节。',
  'Only {0} files are looked at in one go.': '一次最多读取 {0} 个文件。',
  'It has {0} bytes; {1} are the most for a file of rows.': '它有 {0} 字节，数据文件最多 {1} 字节。',
  'Which column is the text and which the label is not clear. Name them “text” and “label”.':
    '无法判断哪一列是文本、哪一列是标签。请把它们命名为“text”和“label”。',
  'It has {0} rows; {1} are the most.': '它有 {0} 条数据，最多 {1} 条。',
  'It has no rows with a label.': '它没有带标签的数据。',
  'Its encoder is built otherwise than {0} is here.': '它的编码器与此处的 {0} 结构不同。',
  'It was trained on rows of one’s own ({0}): choose a file of rows to measure it on.':
    '它使用自有数据（{0}）训练：请选择一个数据文件来评测。',
  'It does not know the class {0} of the rows.': '它不认识数据中的类别 {0}。',
};
