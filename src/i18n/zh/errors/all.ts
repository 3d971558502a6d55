import { errorsOfChecks } from './checks.ts';
import { errorsOfClassroom } from './classroom.ts';
import { errorsOfData } from './data.ts';
import { errorsOfFiles } from './files.ts';
import { errorsOfStorage } from './storage.ts';
import { errorsOfTokenizer } from './tokenizer.ts';

/** 出错时对人说的话，以英文句式为键；{0}、{1} 等处填入具体的值。tests/messages.test.ts 保证一句不缺，一句不多。 */
export const errors: Readonly<Record<string, string>> = {
  ...errorsOfFiles,
  ...errorsOfChecks,
  ...errorsOfTokenizer,
  ...errorsOfData,
  ...errorsOfStorage,
  ...errorsOfClassroom,

  // 位置与名称
  'line {0}': '第 {0} 行',
  'entry {0}': '第 {0} 条',
  '{0} {1}: column {2}': '{0} {1}：列 {2}',
  'a list': '列表',
  'an object': '对象',
  'a PDF': 'PDF',
  'a picture': '图片',
  'a RAR archive': 'RAR 压缩包',
  'the reader stopped': '读取中止了',

  // 数据文件
  '{0} is empty.': '{0} 是空的。',
  '{0} has no rows.': '{0} 没有任何行。',
  '{0} could not be read: {1}. Try a smaller file.': '无法读取 {0}：{1}。请换一个小一些的文件。',
  '{0} could not be read: the reader said nothing for {1} seconds. Is the file damaged?':
    '无法读取 {0}：读取器 {1} 秒没有回应。文件是否已损坏？',
  '{0} cannot be unpacked ({1}). Is it complete?': '无法解压 {0}（{1}）。文件完整吗？',
  '{0} cannot be read ({1}). Is it complete?': '无法读取 {0}（{1}）。文件完整吗？',
  '{0} holds more than {1} bytes.': '{0} 的内容超过 {1} 字节。',
  '{0} has more than {1} rows.': '{0} 超过 {1} 行。',
  '{0} has {1} rows; {2} are the most.': '{0} 有 {1} 行，最多 {2} 行。',
  '{0} has a header ({1}) but no rows.': '{0} 有表头（{1}），但没有数据行。',
  '{0} has one column only ({1}). A text and its label are needed.': '{0} 只有一列（{1}）。需要文本和它的标签。',
  '{0} has no column {1}; it has {2}.{3} Set data.{4}.': '{0} 没有列 {1}，只有 {2}。{3}请设置 data.{4}。',
  ' Did you mean {0}?': '您是指 {0} 吗？',
  '{0}: column {1} cannot be both texts of a pair. Choose two columns.':
    '{0}：列 {1} 不能同时是文本对的两个文本。请选择两个不同的列。',
  "{0}: the row on line {1} has one text, and this run's rows have two each. Import it again with a column for the second text (data.second).":
    '{0}：第 {1} 行只有一个文本，而这次运行的每行都有两个文本。请重新导入，并为第二个文本指定一列（data.second）。',
  'It was trained on pairs of texts; these rows have one text each.':
    '它是用文本对训练的，而这些数据每行只有一个文本。',
  '{0}: column {1} cannot be both text and label. Choose two columns.':
    '{0}：列 {1} 不能既是文本又是标签。请选择两个不同的列。',
  '{0} {1}: column {2} is empty. Fill it in, or leave such rows out.': '{0} {1}：列 {2} 为空。请补全，或舍去这样的行。',
  '{0}: encoding {1} is unknown; choose one of {2}.': '{0}：未知的编码 {1}，请从 {2} 中选择。',
  '{0} line {1}: a zero byte. It is no text file, or of another encoding than {2}.':
    '{0} 第 {1} 行：有零字节。它不是文本文件，或者编码不是 {2}。',
  '{0} line {1}: bytes that are not {2}. Choose another encoding.':
    '{0} 第 {1} 行：有不属于 {2} 的字节。请选择其他编码。',
  '{0} line {1}: it ends in the middle of a character of {2}. Is it cut off?':
    '{0} 第 {1} 行：在 {2} 的一个字符中间结束。文件被截断了吗？',

  // CSV
  '{0}: {1} cannot be a delimiter. Choose one character.': '{0}：{1} 不能作为分隔符。请选择一个字符。',
  '{0} line {1}: more than {2} characters in one line.': '{0} 第 {1} 行：一行超过 {2} 个字符。',
  '{0} line {1}: {2} columns; {3} are the most.': '{0} 第 {1} 行：有 {2} 列，最多 {3} 列。',
  '{0} line {1}: {2} fields where the header has {3}. Is a text with a comma missing its quotes?':
    '{0} 第 {1} 行：有 {2} 个字段，而表头有 {3} 个。含逗号的文本是否漏了引号？',
  '{0} line {1}: a quotation mark {2} that opens here is never closed. Close it, or read the file without quotation marks.':
    '{0} 第 {1} 行：此处开始的引号 {2} 没有闭合。请补上，或改为不使用引号读取。',
  '{0} line {1}: a quotation mark {2} inside a quoted cell. Double it ({3}{4}), or read the file without quotation marks.':
    '{0} 第 {1} 行：带引号的单元格内又有引号 {2}。请写成两个（{3}{4}），或改为不使用引号读取。',

  // JSON 与 Parquet
  '{0} line 1: no object like {"text": …, "label": …}.': '{0} 第 1 行：不是形如 {"text": …, "label": …} 的对象。',
  '{0} entry 1: no object like {"text": …, "label": …}.': '{0} 第 1 条：不是形如 {"text": …, "label": …} 的对象。',
  '{0} {1}: not an object like {"text": …, "label": …}.': '{0} {1}：不是形如 {"text": …, "label": …} 的对象。',
  '{0} holds {1}, not a text. Choose another column.': '{0} 里是{1}，不是文本。请选择其他列。',
  '{0}: no list of rows. Write [{"text": …, "label": …}, …].':
    '{0}：没有数据行的列表。请写成 [{"text": …, "label": …}, …]。',
  '{0}: column {1} has {2} entries, {3} has {4}.': '{0}：列 {1} 有 {2} 项，而 {3} 有 {4} 项。',
  '{0} has {1} bytes; JSON may have {2}. Write one object a line (JSONL) instead.':
    '{0} 有 {1} 字节，JSON 最多 {2} 字节。请改为每行一个对象（JSONL）。',
  '{0}: the Parquet file cannot be read ({1}). Is it complete?': '{0}：无法读取这个 Parquet 文件（{1}）。文件完整吗？',
  "{0}: the Parquet file's row groups have no sizes. Is it damaged?":
    '{0}：Parquet 文件的行组没有大小信息。文件损坏了吗？',
  '{0}: a column of the Parquet file has no name. Is it damaged?': '{0}：Parquet 文件有一列没有名称。文件损坏了吗？',
  '{0} has no column of plain values.': '{0} 没有普通值的列。',

  // 压缩包
  '{0} holds no folders of text files.': '{0} 里没有装着文本文件的文件夹。',
  '{0} has {1} bytes; a zip may have {2}. Unpack it first.': '{0} 有 {1} 字节，zip 最多 {2} 字节。请先解压。',
  '{0} holds several files ({1}). Unpack it and choose one.': '{0} 里有多个文件（{1}）。请解压后选择一个。',
  '{0} has {1} files; {2} are the most.': '{0} 有 {1} 个文件，最多 {2} 个。',
  '{0} unpacks to more than {1} bytes.': '{0} 解压后超过 {1} 字节。',
  '{0}: {1} lies in no folder. Put each text into the folder of its class.':
    '{0}：{1} 不在任何文件夹里。请把每个文本放进以其类别命名的文件夹。',
  '{0}: {1} is no text file.': '{0}：{1} 不是文本文件。',
  '{0}: {1} has more than {2} characters, which no single text has. Cut it into texts, or leave it out.':
    '{0}：{1} 超过 {2} 个字符，单个文本不会这么长。请把它切分成多个文本，或舍去。',

  // 任务
  '{0} is no built-in task.': '{0} 不是内置任务。',
  'datasets/{0}/{1} is missing on the server.': '服务器上缺少 datasets/{0}/{1}。',
  '{0}: the training rows have one label only ({1}); two are needed.':
    '{0}：训练数据只有一种标签（{1}），至少需要两种。',
  '{0}: {1} different labels. Is the label column a number or an id?':
    '{0}：有 {1} 种不同的标签。标签列是数值或编号吗？',
  '{0}: there are no test rows.': '{0}：没有测试行。',
  '{0}: label {1} (test rows, line {2}) is in no training row. Correct it, or add training rows for it.':
    '{0}：标签 {1}（测试数据第 {2} 行）没有出现在任何训练行中。请改正，或为它添加训练行。',
  '{0}: there are no validation rows.': '{0}：没有验证行。',
  '{0}: label {1} (validation rows, line {2}) is in no training row. Correct it, or add training rows for it.':
    '{0}：标签 {1}（验证数据第 {2} 行）没有出现在任何训练行中。请改正，或为它添加训练行。',
  '{0}: a share of {1} of {2} training rows leaves no validation row. Set a larger share, or add rows.':
    '{0}：从 {2} 条训练数据中按比例 {1} 划分，得不到验证行。请调高比例，或添加数据。',
  'The validation rows of {0} are not here. Open a bundle that brings its rows, or set a share of the training rows aside.':
    '{0} 的验证数据不在这里。请打开自带数据的训练包，或改为从训练数据中划出一部分作验证集。',
  'there are validation rows already (data.validation); leave one of the two out':
    '已经指定了验证数据（data.validation），两者只能保留其一',
  'needs validation rows: set data.validationShare or data.validation':
    '需要验证集：请设置 data.validationShare 或 data.validation',
  'The rows of {0} are not here. Import the file again.': '{0} 的数据不在这里。请重新导入文件。',
  'Task {0} is not loaded.': '任务 {0} 尚未加载。',

  // 下载
  '{0} cannot be reached: {1}. Try again.': '无法访问 {0}：{1}。请重试。',
  '{0}: the server answered {1}.': '{0}：服务器返回 {1}。',
  '{0}: the connection broke after {1} bytes. Try again.': '{0}：收到 {1} 字节后连接中断。请重试。',
  '{0} is larger than {1} bytes.': '{0} 超过 {1} 字节。',
  '{0}: {1} of {2} bytes arrived. Try again.': '{0}：{2} 字节中只收到 {1} 字节。请重试。',

  // 编码器
  'No encoder is loaded.': '没有加载编码器。',
  "The encoder's folder has no {0}.": '编码器的文件夹里没有 {0}。',
  "The encoder's folder has no model.safetensors.": '编码器的文件夹里没有 model.safetensors。',
  "The encoder's folder has neither tokenizer.json nor vocab.txt.":
    '编码器的文件夹里既没有 tokenizer.json，也没有 vocab.txt。',
  '{0} is not JSON. Is the folder complete?': '{0} 不是 JSON。文件夹完整吗？',
  "{0} is missing among the encoder's weights": '编码器的权重中缺少 {0}',
  'config.json: {0}: {1}. Choose an encoder of the BERT family in the Hugging Face layout.':
    'config.json：{0}：{1}。请选择 Hugging Face 布局的 BERT 系编码器。',
  'config.json: hidden_size {0} is not a multiple of num_attention_heads {1}.':
    'config.json：hidden_size {0} 不是 num_attention_heads {1} 的倍数。',
  'config.json: pad_token_id: a RoBERTa with the padding id {0} is not supported.':
    'config.json：pad_token_id：不支持填充编号为 {0} 的 RoBERTa。',
  'config.json: {0} cannot be used: {1}. Choose an encoder of the BERT family.':
    'config.json：无法使用 {0}：{1}。请选择 BERT 系的编码器。',
  'tokenizer.json: {0}: {1}': 'tokenizer.json：{0}：{1}',
  'the vocabulary lacks {0}; this is not a BERT tokenizer.': '词表缺少 {0}：这不是 BERT 的分词器。',
  'The method asks for layer {0}; this encoder has {1} layers. (method.layers of a run file counts them from 0.)':
    '方法要求第 {0} 层，而此编码器只有 {1} 层。（训练文件的 method.layers 从 0 开始计数。）',
  'This encoder is too large to look inside here.': '这个编码器太大，无法在此查看内部。',

  // 设备与训练
  'This browser has no WebGPU. Chrome or Edge 113+, Safari 26+ and Firefox 141+ have it.':
    '这个浏览器没有 WebGPU。Chrome 或 Edge 113+、Safari 26+、Firefox 141+ 提供它。',
  'WebGPU is there, but it found no GPU: hardware acceleration may be off, or the driver blocked.':
    'WebGPU 可用，但没有找到 GPU：硬件加速可能已关闭，或驱动被屏蔽。',
  'onnxruntime could not start: {0}': 'onnxruntime 无法启动：{0}',
  'Step {0}: the gradient norm is no longer a number. The learning rate ({1}) is probably too high: reset and train with a tenth of it, or set a gradient clip. The weights are back at the last full epoch.':
    '第 {0} 步：梯度范数不再是数值。学习率（{1}）可能过高：请重置，用它的十分之一训练，或设置梯度裁剪。权重已回到上一个完整轮次。',
  'Step {0}: the loss is no longer a number. The learning rate ({1}) is probably too high: reset and train with a tenth of it, or set a gradient clip. The weights are back at the last full epoch.':
    '第 {0} 步：损失不再是数值。学习率（{1}）可能过高：请重置，用它的十分之一训练，或设置梯度裁剪。权重已回到上一个完整轮次。',

  // 适配器
  'This adapter is no longer loaded. Choose it again.': '这个适配器已不在内存中。请重新选择。',
  'This adapter belongs to the encoder {0}.': '这个适配器属于编码器 {0}。',
  'Only adapters of one shape can be averaged; only one of the two has {0}.':
    '只有形状相同的适配器才能取平均；{0} 只存在于其中一个。',

  // 链接与训练文件
  'it is too long': '它太长了',
  'The rows in the link are damaged. Ask for the link again.': '链接中的数据已损坏，请重新索取链接。',
  'it is damaged; ask for it again': '它已损坏，请重新索取',
  'The run file cannot be used.\n{0}': '这个训练文件无法使用。\n{0}',

  // 导出 ONNX
  'There is no run to export. Set one up and train it first.': '还没有可导出的训练。请先设置并训练一次。',
  '{0} holds {1}, which {2} bits cannot hold. Choose 32 bits.': '{0} 中有 {1}，{2} 位无法表示。请选择 32 位。',
  '{0} holds {1}, which float16 cannot hold. Export float32 weights.':
    '{0} 含有 {1}，float16 无法表示。请导出 float32 权重。',
  'The weights take {0} bytes and an ONNX file holds at most {1}. Train a smaller encoder.':
    '权重共 {0} 字节，而一个 ONNX 文件最多容纳 {1} 字节。请训练更小的编码器。',
  'The weights take {0} bytes and an ONNX file holds at most {1}. Export float16 weights or train a smaller encoder.':
    '权重共 {0} 字节，而一个 ONNX 文件最多容纳 {1} 字节。请导出 float16 权重，或训练更小的编码器。',
  '{0} should hold {1} numbers and holds {2}.': '{0} 应有 {1} 个数，实有 {2} 个。',

  // 页面
  'This part of the page could not be fetched: there is no network, or a newer version was released. What is trained is safe.':
    '页面的这一部分无法下载：没有网络，或者网站已发布新版本。已训练的内容不受影响。',

  // 编码器与适配器
  'The copy of {0} in this browser is damaged. Choose the folder again.':
    '此浏览器中 {0} 的副本已损坏。请重新选择该文件夹。',
  'config.json is not JSON. Choose another encoder.': 'config.json 不是 JSON。请选择另一个编码器。',
  '{0} tells {1} apart; the rows have other classes. It can be tried, not measured.':
    '{0} 区分的是 {1}，而这些数据的类别不同。可以试用它，但不能在这里评测。',
};
