import type { Texts } from '../en.ts';
import type { LateTexts } from '../late.ts';

export const glossary: Texts<LateTexts['glossary']> = {
  title: '术语表',
  show: '术语表',
  terms: {
    encoder: {
      name: '编码器',
      text: '把文本变成数的语言模型：每个词元对应一组数。它一次读完整段文本，自己并不写出文字。',
    },
    token: { name: '词元', text: '编码器当作一个单位来读的一小段文本：一个词，或词的一部分；中文里常是一个字。' },
    embedding: { name: '嵌入', text: '词元最初的那一组数，在进入第一层之前从表中查得。' },
    layer: {
      name: '层',
      text: '一轮计算：先是注意力，再是前馈网络，各自把结果加到输入上。编码器由若干个同样的层叠成。',
    },
    attention: { name: '注意力', text: '层中的一部分：每个词元从其他词元那里取得信息，越相关的取得越多。' },
    feedForward: { name: '前馈网络', text: '层中的另一部分：逐个处理词元，由两个矩阵和中间的非线性函数组成。' },
    residual: { name: '残差连接', text: '绕过模块的通路：把输入加到输出上，模块只需学习两者之差。' },
    layerNorm: {
      name: 'LayerNorm',
      text: '层归一化：把每个词元的一组数调整到均值为 0、标准差为 1，再作缩放和平移，使深层网络保持稳定。',
    },
    hiddenState: { name: '隐藏状态', text: '在两个模块之间代表一个词元的 H 个数。小编码器的 H 是 256。' },
    pooling: { name: '池化', text: '把各词元的数合成代表整段文本的一组数：取平均，或只取第一个词元的。' },
    head: { name: '分类头', text: '末端的小分类器：由池化后的一组数算出每个类别的得分。' },
    frozen: { name: '冻结', text: '照常参与计算，但训练不改变它。图中用蓝色表示。' },
    trainable: {
      name: '可训练参数',
      text: '训练会改变的那些数。它们占全部参数的比例，说明一种方法有多省。',
    },
    adapter: {
      name: '适配器',
      text: '冻结的层里加进的小网络：把隐藏状态压窄，再展开，然后把结果加回去。训练的只有它和分类头。',
    },
    bottleneck: { name: '瓶颈维度', text: '适配器把隐藏状态压到多少个数。维度越大，参数越多。' },
    houlsby: {
      name: 'Houlsby',
      text: 'Houlsby 等人（2019）提出的适配器：每层两个，分别在注意力之后和前馈网络之后。',
    },
    lora: { name: 'LoRA', text: '另一种少训练参数的方法：矩阵保持冻结，另加两个窄矩阵的乘积（Hu 等，2021）。' },
    bitfit: { name: 'BitFit', text: '只训练编码器的偏置和分类头（Ben Zaken 等，2021）。' },
    fineTuning: { name: '全量微调', text: '为任务训练编码器的全部参数：适配器要取代的昂贵做法。' },
    baseline: { name: '冻结基线', text: '编码器冻结、只训练分类头时的结果。适配器带来的提升从这里量起。' },
    occlusion: { name: '遮挡', text: '每次遮住一个词，看答案的概率怎样变化：由此看出模型依靠哪些词。' },
    loss: { name: '损失', text: '用一个数表示回答错得多厉害：正确类别的概率越低，损失越高。训练使它变小。' },
    gradient: { name: '梯度', text: '每个可训练的数变动时，损失随之变化多少。训练就是逆着它走一步。' },
    backpropagation: { name: '反向传播', text: '从损失往回逐层计算梯度，直到最低的被训练部分为止。' },
    optimizer: {
      name: '优化器',
      text: '把梯度变成每一步的改动。这里用的 AdamW 为每个可训练参数保存两个滑动平均值。',
    },
    learningRate: { name: '学习率', text: '训练每一步走多远。太大，损失会乱跳；太小，什么都学不到。' },
    warmup: { name: '预热', text: '训练最初的一段，学习率从 0 逐渐升高。' },
    batch: { name: '批次', text: '一步训练所用的若干条数据，取它们梯度的平均。' },
    epoch: { name: '轮', text: '把全部训练数据用过一遍。' },
    accuracy: { name: '准确率', text: '答对的比例；这里只看从未用来训练的数据。' },
    validation: {
      name: '验证数据',
      text: '专门留出、用来选择设置的数据；这样测试数据只在最后读取一次。',
    },
    overfitting: { name: '过拟合', text: '把训练数据死记下来：训练损失还在下降，其他数据上的损失却在上升。' },
  },
};
