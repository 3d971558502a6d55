import type { onnx as english } from '../en/onnx.ts';
import type { Texts } from '../texts.ts';

export const onnx: Texts<typeof english> = {
  onnx: {
    title: 'ONNX 文件',
    help: '把编码器、适配器和分类头写进一个只含标准算子的文件，凡支持 ONNX 的地方都能运行。保存之前会重新加载该文件，并将其结果与本次训练的模型逐一比较。',
    weights: '权重',
    precision: { float32: 'float32，精确', float16: 'float16，体积减半' },
    never: '保存之前，文件要与引擎中的训练逐一比较。请重新打开产生此适配器的那次训练，再从那里带走。',
    stages: {
      write: '正在写文件……',
      load: '正在用 onnxruntime 加载……',
      check: '正在比较结果：测试行 {{done}} / {{of}}……',
    },
    size: '文件大小',
    difference: '{{rows}} 行测试数据上 logit 的最大差异',
    same: '预测与训练的模型相同',
    saved: '已保存为 {{name}}。',
    again: '再次保存',
    disagrees: '该文件的结果与训练的模型不一致，因此没有保存。请在“本机”页改用 CPU，重新训练后再比较。',
    anyway: '仍然保存',
    failed: '没有写出文件。已训练的内容仍然保留。',
  },
};
