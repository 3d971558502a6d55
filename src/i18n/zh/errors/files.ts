/** 拒绝文件、Hub 与编码器时对人说的话，以英文句式为键；与 all.ts 合为一表。 */
export const errorsOfFiles: Readonly<Record<string, string>> = {
  // 页面自带的文件
  '{0}: nothing arrived for {1} seconds. Look at the network, and try again.':
    '{0}：{1} 秒内没有收到任何数据。请检查网络后重试。',
  '{0} arrived twice with other content than this release was built with, so it is not used. The server has a damaged copy, or another release: reload the page, or ask who runs the server.':
    '{0} 两次收到的内容都与此版本构建时不同，因此不予使用。服务器上的文件已损坏，或属于另一个版本：请重新加载页面，或联系服务器的维护者。',
  'The files could not be kept: {0}. Try again.': '文件未能保存：{0}。请重试。',
  'their worker stopped': '相应的 worker 已停止',
  'The browser did not keep {0}: its storage is full, or closed to this page. Make room, and try again.':
    '浏览器没有保存 {0}：存储空间已满，或不允许本页使用。请腾出空间后重试。',
  // 压缩包与文件夹
  'There is no file in it.': '其中没有文件。',
  '{0} files; {1} are the most.': '有 {0} 个文件，最多 {1} 个。',
  '{0} bytes; {1} are the most.': '共 {0} 字节，最多 {1} 字节。',
  'The folder has no {0}.': '文件夹里没有 {0}。',
  '{0} has {1} bytes; {2} are the most for a JSON file.': '{0} 有 {1} 字节，JSON 文件最多 {2} 字节。',
  '{0} is not JSON. Is the download complete?': '{0} 不是 JSON。下载完整吗？',
  '{0} is not a zip archive, or it is cut off.': '{0} 不是 zip 压缩包，或已被截断。',
  '{0} is one part of several. Give the whole archive.': '{0} 只是分卷压缩包的一卷。请提供完整的压缩包。',
  '{0}: its table of contents lies outside the file.': '{0}：它的目录位于文件之外。',
  '{0}: its table of contents is damaged.': '{0}：它的目录已损坏。',
  '{0} holds {1} twice.': '{0} 中有两个 {1}。',
  '{0} unpacks to more than {1} bytes. It is not an adapter.': '{0} 解压后超过 {1} 字节，它不是适配器。',
  '{0}: {1} overlaps another file. The archive is forged.': '{0}：{1} 与另一个文件重叠。这个压缩包是伪造的。',
  '{0}: {1} is a link; only files are read.': '{0}：{1} 是链接，这里只读取文件。',
  '{0}: {1} is encrypted. Pack it without a password.': '{0}：{1} 已加密。请不设密码重新打包。',
  '{0}: {1} is packed by method {2}; only stored and deflated files are read.':
    '{0}：{1} 用方式 {2} 压缩，这里只读取未压缩或以 deflate 压缩的文件。',
  '{0}: {1} is larger than 4 GiB.': '{0}：{1} 超过 4 GiB。',
  '{0}: the name of a file is not UTF-8.': '{0}：有文件名不是 UTF-8。',
  '{0}: {1} is not the name of a file.': '{0}：{1} 不是文件名。',
  '{0}: {1} leads out of the archive.': '{0}：{1} 指向压缩包之外。',
  '{0}: {1} is not where the table of contents says.': '{0}：{1} 不在目录所说的位置。',
  '{0}: {1} is cut off.': '{0}：{1} 被截断了。',
  '{0}: {1} has {2} bytes, {3} are declared.': '{0}：{1} 有 {2} 字节，而声明的是 {3} 字节。',
  '{0}: {1} is damaged (its checksum differs).': '{0}：{1} 已损坏（校验和不符）。',
  '{0}: its declared size is impossible.': '{0}：它声明的大小不可能成立。',
  '{0} unpacks to more than the {1} bytes that are declared.': '{0} 解压后超过所声明的 {1} 字节。',
  '{0}: {1}': '{0}：{1}',
  'unexpected EOF': '提前结束',
  'invalid block type': '数据块类型无效',
  'invalid length/literal': '长度或字面值无效',
  'invalid distance': '回溯距离无效',
  '{0} is damaged: {1}.': '{0} 已损坏：{1}。',
  'The worker that reads files stopped.': '读取文件的后台线程中止了。',

  // safetensors 与 .bin
  '{0}: {1} bytes are too few. Download it again.': '{0}：只有 {1} 字节，太少了。请重新下载。',
  '{0}: its header claims {1} bytes, the file has {2}. It is cut off, or not a safetensors file.':
    '{0}：文件头声称占 {1} 字节，而文件只有 {2} 字节。它被截断了，或不是 safetensors 文件。',
  '{0}: its header is not JSON. It is damaged, or not a safetensors file.':
    '{0}：文件头不是 JSON。它已损坏，或不是 safetensors 文件。',
  '{0}: its header is not a JSON object.': '{0}：文件头不是 JSON 对象。',
  '{0}: tensor {1}': '{0}：张量 {1}',
  '{0}: tensor {1}: {2}: {3}': '{0}：张量 {1}：{2}：{3}',
  '{0}: tensor {1} lies at bytes {2} to {3} of {4}. The file is cut off or damaged.':
    '{0}：张量 {1} 位于第 {2} 至 {3} 字节，而数据共 {4} 字节。文件被截断或已损坏。',
  '{0}: tensor {1} ({2}) of {3} needs {4} bytes, the file has {5}.':
    '{0}：张量 {1}（形状 ({2})，类型 {3}）需要 {4} 字节，文件中是 {5} 字节。',
  '{0}: tensor {1} begins at byte {2}, {3} was expected.': '{0}：张量 {1} 从第 {2} 字节开始，应从第 {3} 字节开始。',
  '{0}: {1} bytes belong to no tensor.': '{0}：有 {1} 字节不属于任何张量。',
  'tensor {0}: in 8 bits it must be a matrix {1} of I8 and {2} of F32, one for each row.':
    '张量 {0}：以 8 位存储时，须有 I8 类型的矩阵 {1} 和 F32 类型的 {2}，后者每行一个数。',
  'tensor {0} is of type {1}; weights must be F32, F16, BF16 or F64.':
    '张量 {0} 的类型是 {1}，权重必须是 F32、F16、BF16 或 F64。',
  '{0} holds no data.pkl: it was not written by torch.save of PyTorch 1.6 or later.':
    '{0} 中没有 data.pkl：它不是由 PyTorch 1.6 或更高版本的 torch.save 写成的。',
  '{0} was written on a big-endian machine. Save it as safetensors.':
    '{0} 是在大端序机器上写成的。请保存为 safetensors。',
  '{0}: storage {1} is missing from the archive.': '{0}：压缩包里缺少存储 {1}。',
  '{0}: storage {1} has {2} bytes, not {3} elements.': '{0}：存储 {1} 有 {2} 字节，不足或超出 {3} 个元素。',
  '{0} ({1}) reaches beyond its storage of {2} elements.': '{0}（形状 ({1})）超出了它有 {2} 个元素的存储。',
  '{0} is not row-major (strides {1}). Save it with .contiguous().':
    '{0} 不是按行连续存放的（步幅 {1}）。请先调用 .contiguous() 再保存。',
  '{0}: {1} (byte {2}). Only plain tensors saved by PyTorch are read.':
    '{0}：{1}（第 {2} 字节）。这里只读取 PyTorch 保存的普通张量。',
  'it is cut off': '它被截断了',
  'a text is not UTF-8': '有文本不是 UTF-8',
  'an integer of {0} bytes': '有 {0} 字节长的整数',
  'an integer is too large': '有整数过大',
  'a value is missing': '缺少一个值',
  'a mark is missing': '缺少一个标记',
  'value {0} is recalled before it is remembered': '值 {0} 尚未存入就被取用',
  'entries are set outside a dictionary': '在字典之外设置条目',
  'a key is not a text': '有键不是文本',
  '{0} is set twice': '{0} 被设置了两次',
  'it asks for {0}, which is refused': '它要求使用 {0}，已拒绝',
  'something is called that cannot be': '它调用了不能调用的东西',
  'a call of {0} is refused': '对 {0} 的调用已拒绝',
  'a state is set, which is refused': '它设置对象状态，已拒绝',
  'a storage is of a kind that is refused': '有存储属于不接受的种类',
  'a storage has no number': '有存储没有编号',
  'a size is not a count': '有大小不是计数',
  'a shape is not a short tuple': '有形状不是短元组',
  'a tensor has no storage': '有张量没有存储',
  'it is not a pickle of protocol {0}': '它不是协议 {0} 的 pickle',
  'instruction 0x{0} is refused': '指令 0x{0} 已拒绝',
  'it is not one dictionary': '它不是一个字典',
  '{0} is not a tensor': '{0} 不是张量',

  // 导入的适配器
  'There is neither an adapter_config.json nor a {0} in it. Give the folder that the adapter was saved to.':
    '其中既没有 adapter_config.json，也没有 {0}。请提供保存适配器的文件夹。',
  'This is an AdapterFusion of several adapters, which this product does not compute.':
    '这是由多个适配器组成的 AdapterFusion，本页不支持计算。',
  'The folder has no {0} with the labels of its classes.': '文件夹里没有写明类别标签的 {0}。',
  '{0} names {1} classes, the head has {2}.': '{0} 列出 {1} 个类别，而分类头有 {2} 个。',
  'The folder has neither adapter.safetensors nor pytorch_adapter.bin.':
    '文件夹里既没有 adapter.safetensors，也没有 pytorch_adapter.bin。',
  'The folder has neither adapter_model.safetensors nor adapter_model.bin.':
    '文件夹里既没有 adapter_model.safetensors，也没有 adapter_model.bin。',
  'The file of the adapter holds no tensors.': '适配器文件里没有张量。',
  'The file of the adapter holds no LoRA matrices.': '适配器文件里没有 LoRA 矩阵。',
  'The file holds two adapters, {0} and {1}; one is needed.': '文件里有 {0} 和 {1} 两个适配器，只能有一个。',
  'Tensor {0} belongs to no adapter of this kind of encoder. Was it trained on another kind of model?':
    '张量 {0} 不属于这类编码器的适配器。它是否在另一类模型上训练？',
  'Tensor {0} belongs to another family of encoders than {1}, which is loaded. Load the encoder that it was trained on.':
    '张量 {0} 属于另一个编码器系列，而当前加载的是 {1}。请加载训练它时所用的编码器。',
  'The adapter was trained on an encoder of type {0}; the one that is loaded is of type {1}. Load the encoder that it was trained on.':
    '这个适配器在 {0} 类型的编码器上训练，而当前加载的是 {1} 类型。请加载训练它时所用的编码器。',
  "adapter_config.json: r is {0}, but the adapter's matrices have rank {1}.":
    'adapter_config.json：r 为 {0}，但适配器矩阵的秩为 {1}。',
  'adapter_config.json sets {0}, which this product does not compute.':
    'adapter_config.json 设置了 {0}，本页不支持计算。',
  "adapter_config.json: init_lora_weights is {0}: the weights of the encoder itself were changed when training began, which this product does not compute. Save it again with PEFT's path_initial_model_for_weight_conversion, which turns it into ordinary LoRA.":
    'adapter_config.json：init_lora_weights 为 {0}：训练开始时编码器自身的权重已被改动，本页不支持计算。请用 PEFT 的 path_initial_model_for_weight_conversion 重新保存，它会转换为普通的 LoRA。',
  'adapter_config.json: by {0} there is no adapter at {1}, but the file has one there.':
    'adapter_config.json：按 {0}，{1} 处没有适配器，但文件中有。',
  'trained modules of the encoder (modules_to_save: {0})': '编码器中参与训练的模块（modules_to_save：{0}）',
  'the number type {0} (dtype)': '数值类型 {0}（dtype）',
  "The adapter's encoder has hidden size {0}, this one {1}. Load the encoder that it was trained on.":
    '这个适配器的编码器隐藏维度是 {0}，当前编码器是 {1}。请加载训练它时所用的编码器。',
  'The configuration puts an adapter at layer {0} {1}, but the file has none there. Was it trained on an encoder of fewer layers?':
    '按配置，第 {0} 层的 {1} 处应有适配器，而文件里没有。它是在层数更少的编码器上训练的吗？',
  'The file has an adapter at layer {0} {1}, but the configuration puts none there, or this encoder has no such layer.':
    '文件在第 {0} 层的 {1} 处有适配器，而配置中没有，或者这个编码器没有这一层。',
  'The configuration puts two adapters at one place.': '配置在同一位置放了两个适配器。',
  'The configuration is empty.': '配置是空的。',
  'Its sites differ in activation, placement or scaling; one kind for all is needed.':
    '各位置的激活函数、接法或缩放不一致，必须统一。',
  'The configuration holds several LoRA settings; one is needed.': '配置里有多组 LoRA 设置，只能有一组。',
  'It joins bottleneck adapters and LoRA; this product computes one of them at a time.':
    '它同时使用瓶颈适配器与 LoRA，本页一次只能计算其中一种。',
  'LoRA stands at query in some layers and at value in others; one choice for all is needed.':
    'LoRA 在有些层位于 query，在另一些层位于 value，各层必须一致。',
  '{0} is missing: the library would load it with random weights.': '缺少 {0}：原来的库会以随机权重代替它。',
  '{0} is ({1}); ({2}) is needed. It was trained on another encoder.':
    '{0} 的形状是 ({1})，需要 ({2})。它是在另一个编码器上训练的。',
  any: '任意',
  '{0}, {1}': '{0}, {1}',
  '{0} holds values that are no numbers.': '{0} 含有不是数值的值。',
  "The adapter's {0} cannot be used here: {1}.": '适配器的 {0} 无法在此使用：{1}。',
  'It was trained on another encoder: {0}': '它是在另一个编码器上训练的：{0}',
  'adapter_config.json: {0}.': 'adapter_config.json：{0}。',
  'adapter_config.json: {0}: {1}.': 'adapter_config.json：{0}：{1}。',
  'adapter_config.json: config.{0}: {1}': 'adapter_config.json：config.{0}：{1}',
  '{0}: {1}: {2}.': '{0}：{1}：{2}。',

  // 本页不支持计算的部分
  'The adapter has {0} ({1}), which this product does not compute.': '这个适配器含有{0}（{1}），本页不支持计算。',
  'This adapter uses {0}, which this product does not compute.': '这个适配器使用了{0}，本页不支持计算。',
  'an invertible adapter': '可逆适配器',
  AdapterFusion: ' AdapterFusion',
  'prefix tuning': '前缀微调（prefix tuning）',
  'prompt tuning': '提示微调（prompt tuning）',
  'PHM layers (Compacter)': ' PHM 层（Compacter）',
  ReFT: ' ReFT',
  'a LayerNorm of its own': '它自己的 LayerNorm',
  'a LayerNorm of its own (ln_before, ln_after)': '它自己的 LayerNorm（ln_before、ln_after）',
  "no LayerNorm of the encoder's after the adapter (original_ln_after false)":
    '适配器之后不接编码器 LayerNorm 的结构（original_ln_after 为 false）',
  'a residual from behind the first LayerNorm (residual_before_ln)':
    '取自第一个 LayerNorm 之后的残差（residual_before_ln）',
  'a gate': '门控',
  'a learned scaling': '可学习的缩放',
  'a learned scaling ({0})': '可学习的缩放（{0}）',
  'adapters at cross attention': '交叉注意力处的适配器',
  'stochastic depth': '随机深度',
  'multi-task LoRA': '多任务 LoRA',
  'LoRA outside self-attention': '自注意力之外的 LoRA',
  'LoRA at {0}: here it stands at query and value': '位于 {0} 的 LoRA（这里只支持 query 与 value）',
  '(IA)³ (composition_mode is not "add")': ' (IA)³（composition_mode 不是 "add"）',
  'DoRA (use_dora)': ' DoRA（use_dora）',
  VeRA: ' VeRA',
  'the activation function {0}': '激活函数 {0}',
  'the preset {0}': '预设 {0}',
  'the architecture {0}': '架构 {0}',
  'a union of unions': '多层嵌套的 union 配置',
  'a tensor {0}': '张量 {0}',
  "PEFT's {0}; LORA is supported": ' PEFT 的 {0}（这里支持 LORA）',
  'transposed weights (fan_in_fan_out)': '转置的权重（fan_in_fan_out）',
  'trained biases (bias, lora_bias)': '参与训练的偏置（bias、lora_bias）',
  'ranks that differ by layer (rank_pattern)': '各层不同的秩（rank_pattern）',
  'alphas that differ by layer (alpha_pattern)': '各层不同的 alpha（alpha_pattern）',

  // 导入时舍去的部分
  "The head's {0}": '分类头的 {0}',
  'The head was left out: {0} A new one must be trained.': '分类头已舍去：{0}需要训练新的分类头。',
  'the files have none.': '文件中没有分类头。',
  'head_config.json is not of a prediction head.': 'head_config.json 描述的不是预测头。',
  'it is of type {0}.': '它的类型是 {0}。',
  'it has {0} layers; one is computed here.': '它有 {0} 层，这里只计算一层。',
  "it reads BERT's pooler, which is not computed here.": '它读取 BERT 的 pooler，这里不计算。',
  'it has a layer of its own before it, which is not computed here.': '它前面还有自己的一层，这里不计算。',
  'it has one output; classes need two at least.': '它只有一个输出，而分类至少需要两个。',
  'head_config.json sets {0}, which is not computed here.': 'head_config.json 设置了 {0}，这里不计算。',
  'its weights are missing.': '缺少它的权重。',
  "LoRA's dropout of {0} is not used when training goes on.": '继续训练时不使用 LoRA 的 dropout（{0}）。',

  // 导出
  'AdapterHub has no format for {0}. Export plain safetensors instead.':
    'AdapterHub 没有适合 {0} 的格式。请改为导出纯 safetensors。',
  'PEFT has no format for {0}. Export an AdapterHub folder or plain safetensors.':
    'PEFT 没有适合 {0} 的格式。请导出 AdapterHub 文件夹或纯 safetensors。',
  '{0} is not among the trained tensors.': '训练所得的张量中没有 {0}。',
  'No run is set up.': '尚未设置训练。',
  'The tensors of this adapter are no longer in the browser’s storage.': '这个适配器的张量已不在浏览器的存储中。',

  // 训练包
  '{0}: {1}: {2}: {3}': '{0}：{1}：{2}：{3}',
  'is no SHA-256 in hexadecimal': '不是十六进制的 SHA-256',
  'The bundle has no {0}.': '训练包里没有 {0}。',
  "{0} has {1} tensors; the run's method has {2}.": '{0} 有 {1} 个张量，而训练所用的方法有 {2} 个。',
  '{0}: {1} ({2}) is missing or of another shape.': '{0}：缺少 {1}，或其形状不是 ({2})。',
  '{0}: {1} holds values that are no numbers.': '{0}：{1} 含有不是数值的值。',
  '{0}: {1} steps ({2} updates) in {3} epochs do not fit a run of {4} epochs of {5} steps.':
    '{0}：{3} 轮中的 {1} 步（{2} 次更新）与共 {4} 轮、每轮 {5} 步的训练不符。',
  "The bundle's run stands on another encoder than {0} here: the weights differ. Load its own encoder.":
    '训练包中的训练基于另一个编码器，与这里的 {0} 权重不同。请加载它自己的编码器。',
  "The bundle's run stands on the encoder {0}, and {1} is loaded. Load that one, then open the bundle again.":
    '训练包中的训练基于编码器 {0}，而已加载的是 {1}。请加载前者，再打开训练包。',
  "The bundle's encoder has another {0} than {1} here.": '训练包的编码器与这里的 {1} 在 {0} 上不同。',
  "The bundle's classes are {0}; the data's are {1}.": '训练包的类别是 {0}，而数据的类别是 {1}。',
  "The {0} rows differ from the bundle's ({1} rows here, {2} there). Load the data that it was trained on.":
    '{0}数据行与训练包不同（这里 {1} 行，包内 {2} 行）。请加载训练时所用的数据。',
  training: '训练',
  validation: '验证',
  test: '测试',
  'The bundle brings no rows. Import {0} first, then open the bundle again.':
    '训练包不含数据行。请先导入 {0}，再打开训练包。',

  // Hub
  '{0} {1}@{2}': '{0} {1}@{2}',
  'data set': '数据集',
  model: '模型',
  '{0} is no name on the Hub. Write "owner/name" or "owner/name@revision".':
    '{0} 不是 Hub 上的名称。请写成“所有者/名称”或“所有者/名称@版本”。',
  '{0} is private or gated, or does not exist ({1}). Give a token that may read it.':
    '{0} 是私有或受限的，或者不存在（{1}）。请提供有权读取它的令牌。',
  '{0} does not exist on the Hub. Check the name and the revision.': 'Hub 上没有“{0}”。请检查名称与版本。',
  '{0}: the Hub asks to wait (429). Try again in some minutes.': '{0}：Hub 要求稍候（429）。请过几分钟再试。',
  '{0}: the Hub cannot be reached or failed ({1}). Try again.': '{0}：无法访问 Hub，或 Hub 出错（{1}）。请重试。',
  "{0}: the Hub's answer cannot be used: {1}: {2}": '{0}：Hub 的回答无法使用：{1}：{2}',
  '{0} has more than {1} files.': '{0} 的文件超过 {1} 个。',
  '{0} has no config.json: it is no Transformers model.': '{0} 没有 config.json：它不是 Transformers 模型。',
  '{0} has no model.safetensors. Choose another encoder.': '{0} 没有 model.safetensors。请选择其他编码器。',
  '{0} has no model.safetensors, only a pickled .bin, which is not read for safety. Choose another encoder.':
    '{0} 没有 model.safetensors，只有 pickle 格式的 .bin，出于安全不予读取。请选择其他编码器。',
  '{0} has neither tokenizer.json nor vocab.txt: its tokenizer cannot be read.':
    '{0} 既没有 tokenizer.json，也没有 vocab.txt：无法读取它的分词器。',
  '{0} has no Parquet files, here or on {1}.': '{0} 没有 Parquet 文件，{1} 分支上也没有。',
  '{0} has several subsets: {1}. Choose one (data.subset).': '{0} 有多个子集：{1}。请选择一个（data.subset）。',
  '{0} has no split {1} in {2}; it has {3}.': '{0} 的 {2} 中没有划分 {1}，只有 {3}。',
  none: '（无）',
  '{0} has {1} bytes; {2} are the most.': '{0} 有 {1} 字节，最多 {2} 字节。',
  '{0} is longer than the {1} bytes that the Hub announced.': '{0} 比 Hub 所说的 {1} 字节更长。',
  '{0}: the connection broke after {1} of {2} bytes{3}. What arrived is kept: try again.':
    '{0}：{2} 字节中收到 {1} 字节后连接中断{3}。已收到的部分已保留，请重试。',
  ' ({0})': '（{0}）',
  '{0}/{1}: its SHA-256 is not the one that the Hub gives. It was damaged on the way: try again.':
    '{0}/{1}：其 SHA-256 与 Hub 给出的不符。它在传输中损坏了，请重试。',
  'The encoder could not be fetched: {0}. Try again.': '无法获取编码器：{0}。请重试。',
  'its worker stopped': '它的后台线程中止了',
  'this page is not served securely (https or localhost)': '本页不是通过安全方式（https 或 localhost）提供的',

  // 编码器的文件
  'the file': '整个文件',
  'only the BERT family is supported (model_type "bert")': '只支持 BERT 系（model_type 为 "bert"）',
  '{0} is not supported as the encoder\'s own activation, only the exact "gelu"':
    '不支持以 {0} 作为编码器自身的激活函数，只支持精确的 "gelu"',
  'only absolute position embeddings are supported': '只支持绝对位置嵌入',
  'a decoder cannot be used as an encoder': '解码器不能用作编码器',
  'it is a decoder: a token sees only what stands before it': '它是解码器，词元只能看到它之前的内容',
  'it has an encoder and a decoder, and relative positions': '它既有编码器又有解码器，并使用相对位置',
  'it uses relative positions': '它使用相对位置',
  'its layers share one set of weights': '它的各层共用一套权重',
  'it uses rotary positions': '它使用旋转位置编码',
  'ModernBERT has no biases to train. Choose another method.': 'ModernBERT 没有可训练的偏置。请选择其他方法。',
  'LoRA is not supported on ModernBERT, whose query, key and value are one matrix. Choose Houlsby.':
    'ModernBERT 的查询、键和值合为一个矩阵，不支持 LoRA。请选择 Houlsby。',
  'On ModernBERT an adapter follows its sublayer (sequential); other placements are not supported. Choose Houlsby.':
    '在 ModernBERT 上，适配器接在子层之后（顺序放置），不支持其他放置方式。请选择 Houlsby。',
  'model.safetensors.index.json: it has no weight_map.': 'model.safetensors.index.json：其中没有 weight_map。',
  'model.safetensors.index.json: {0} files; {1} are the most.':
    'model.safetensors.index.json：有 {0} 个文件，最多 {1} 个。',
  "model.safetensors: tensor {0} is missing. It is not this config's model.":
    'model.safetensors：缺少张量 {0}。它不是这个 config 的模型。',
  'model.safetensors: tensor {0} is ({1}); config.json asks for ({2}).':
    'model.safetensors：张量 {0} 的形状是 ({1})，而 config.json 要求 ({2})。',
  'the vocabulary is missing': '缺少词表',
  "{0}: {1}: labels: {2} do not fit the run's data.kind.": '{0}：{1}：labels：{2} 个标签与本次训练的 data.kind 不符。',
  '["text", "label"] with one of the run\'s labels': '["文本", "标签"]（标签须属于本次训练）',
  '["text", ["label", …]] with some of the run\'s labels': '["文本", ["标签", …]]（标签须属于本次训练）',
  '["text", number]': '["文本", 数值]',
  '[["word", …], ["tag", …]] with one of the run\'s tags for each word':
    '[["词", …], ["标签", …]]（每个词一个属于本次训练的标签）',
  '{0} line {1} is not {2}.': '{0} 第 {1} 行不是 {2}。',
  '{0} names fewer than two classes.': '{0} 列出的类别不足两个。',
  'is for a tag a word: set data.kind to token, or leave it out':
    '仅用于每个词一个标注的数据：请把 data.kind 设为 token，或删去此项',
  'is for several labels a row: set data.kind to multi-label, or leave it out':
    '用于每行多个标签：请将 data.kind 设为 multi-label，或删去此项',
  'there is a column of labels already (data.label); leave one of the two out':
    '已有标签列（data.label）；请删去其中一项',
  "{0}: whether its rows are pairs does not fit the run's data.pair.":
    '{0}：其中的数据是否为文本对，与运行的 data.pair 不符。',
  'words are labelled in one text; leave it out': '逐词标注只用一段文本；请删去此项',
  "The run's rows have labels of another kind (data.kind: {0}). Here runs are compared by accuracy: one label a row is needed.":
    '此训练的数据标签属于另一种（data.kind：{0}）。这里按准确率比较，每条数据需要一个标签。',
  'The rows of {0} are labelled otherwise than the run wants (data.kind: {1}). Import the file again, and say what the answer is.':
    '{0} 的标签与此训练所需的不同（data.kind：{1}）。请重新导入文件，并选择答案是什么。',
};
