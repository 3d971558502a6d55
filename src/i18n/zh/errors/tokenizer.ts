/** 读取分词器与编码器配置时对人说的话。 */
export const errorsOfTokenizer: Readonly<Record<string, string>> = {
  '{0}: {1}: {2}': '{0}：{1}：{2}',
  'tokenizer.json: {0} has no type.': 'tokenizer.json：{0} 没有 type。',
  'tokenizer.json: {0} {1} is not computed here as in Python. Choose an encoder with another tokenizer.':
    'tokenizer.json：此处对 {0} {1} 的计算无法与 Python 一致。请选择使用其他分词器的编码器。',
  'tokenizer.json: {0} {1} has the setting {2}, which is not computed here. Choose an encoder with another tokenizer.':
    'tokenizer.json：{0} {1} 含有设置 {2}，此处无法计算。请选择使用其他分词器的编码器。',
  'tokenizer.json: {0} {1}: {2}: {3}': 'tokenizer.json：{0} {1}：{2}：{3}',
  'tokenizer.json: the section {0} is not computed here as in Python.':
    'tokenizer.json：此处对 {0} 部分的计算无法与 Python 一致。',
  'tokenizer.json: the regular expression {0} has {1}, which is not computed here. Choose an encoder with another tokenizer.':
    'tokenizer.json：正则表达式 {0} 含有{1}，此处无法计算。请选择使用其他分词器的编码器。',
  'a possessive quantifier': '占有型量词',
  'an atomic group': '原子组',
  'a group with flags or a name': '带标志或名称的分组',
  'a reference or an anchor of its own': '反向引用或特有的锚点',
  'tokenizer.json: the regular expression {0} cannot be read.': 'tokenizer.json：无法读取正则表达式 {0}。',
  'tokenizer.json: the character map of the normalizer Precompiled is damaged.':
    'tokenizer.json：规范化器 Precompiled 的字符映射表已损坏。',
  'tokenizer.json: the normalizer leaves nothing of the added token {0}.':
    'tokenizer.json：附加词元 {0} 经规范化后什么也不剩。',
  'tokenizer.json: the vocabulary lacks {0}, the token for what is unknown.': 'tokenizer.json：词表缺少未知词元 {0}。',
  'tokenizer.json: {0} BPE has dropout {1}: it cuts words at random. Choose an encoder with another tokenizer.':
    'tokenizer.json：{0} BPE 的 dropout 为 {1}：它随机切分单词。请选择使用其他分词器的编码器。',
  'tokenizer.json: model BPE: the merge {0} is not two pieces.': 'tokenizer.json：model BPE：合并项 {0} 不是两个片段。',
  'tokenizer.json: model BPE: the merges need {0}, which the vocabulary lacks.':
    'tokenizer.json：model BPE：合并需要 {0}，而词表中没有它。',
  'tokenizer.json: {0} has no unk_id within its vocabulary.': 'tokenizer.json：{0} 的 unk_id 不在其词表之内。',
  'it is not a piece with a score': '它不是带分数的片段',
  'tokenizer.json: {0} TemplateProcessing lacks the token {1}.':
    'tokenizer.json：{0} TemplateProcessing 缺少词元 {1}。',
  'tokenizer.json: {0} TemplateProcessing has another template than special tokens around a text and between the two of a pair. Choose an encoder with another tokenizer.':
    'tokenizer.json：{0} TemplateProcessing 的模板不是只在文本前后及句对之间加特殊词元。请选择使用其他分词器的编码器。',
  'tokenizer.json: {0} Sequence adds special tokens twice, which is not computed here.':
    'tokenizer.json：{0} Sequence 两次加入特殊词元，此处无法计算。',
  '{0}: the tokenizer class {1} is not computed here as in Python. Choose an encoder with another tokenizer.':
    '{0}：此处对分词器类 {1} 的计算无法与 Python 一致。请选择使用其他分词器的编码器。',
  'vocab.json is not a list of tokens with their ids.': 'vocab.json 不是词元及其编号的列表。',
  'The tokenizer gives ids up to {0}, the embedding table has {1} rows: the tokenizer is of another model. Choose the files of one encoder.':
    '分词器给出的编号最大为 {0}，而嵌入表只有 {1} 行：分词器属于另一个模型。请选择同一个编码器的文件。',
  'tokenizer.json: {0} Sequence makes texts more than {1} times as long. Choose an encoder with another tokenizer.':
    'tokenizer.json：{0} Sequence 会把文本变成原来的 {1} 倍以上。请选择使用其他分词器的编码器。',

  // config.json
  'this is not computed here': '此处无法计算',
  'the model brings code of its own, which is not run here': '该模型自带代码，此处不会运行',
  'only BERT, RoBERTa, XLM-RoBERTa, CamemBERT, DistilBERT and ModernBERT are read here':
    '此处只读取 BERT、RoBERTa、XLM-RoBERTa、CamemBERT、DistilBERT 与 ModernBERT',
  'a ModernBERT with biases is not supported': '不支持带偏置的 ModernBERT',
  'only unscaled rotary positions are supported': '仅支持未缩放的旋转位置编码',
  'config.json: {0}: {1}. Choose a ModernBERT as it was published.':
    'config.json：{0}：{1}。请选择按原样发布的 ModernBERT。',
  'config.json: hidden_size {0} divided by num_attention_heads {1} is no even number, which rotary positions need.':
    'config.json：hidden_size {0} 除以 num_attention_heads {1} 不是偶数，而旋转位置编码要求偶数。',
  'config.json: layer_types names {0} layers, num_hidden_layers is {1}.':
    'config.json：layer_types 列出了 {0} 层，而 num_hidden_layers 为 {1}。',
  'config.json: model_type is missing, and the file is not plainly BERT\'s. Write the model\'s type into it, such as "bert", "roberta" or "distilbert".':
    'config.json：缺少 model_type，且无法确定该文件属于 BERT。请写入模型类型，例如 "bert"、"roberta" 或 "distilbert"。',
  'maxLength {0} is less than the {1} special tokens. Set it to {2} or more.':
    'maxLength 为 {0}，少于 {1} 个特殊词元。请设为 {2} 或更大。',
};
