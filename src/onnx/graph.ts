import type { onnx as Onnx } from 'onnx-proto';

/** A graph of ONNX ops, added one after another; `toModel` makes the file. */

/** The name of a tensor in a graph. */
export type Value = string;

type Proto = typeof Onnx;

/** Element types that these graphs use, as TensorProto numbers them. */
const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof elementTypes;

/** Numbers that are whole become INT or INTS, others FLOAT: `alpha` and `epsilon` must therefore be given as `float`. */
export type Attribute = number | readonly number[] | { float: number } | { string: string } | { graph: Graph };

interface OpOptions {
  attributes?: Record<string, Attribute>;
  /** Empty for standard ONNX ops. */
  domain?: '' | 'com.microsoft';
}

interface Declaration {
  name: Value;
  type: ElementType;
  /** A name stands for a dimension known only at run time. */
  shape: readonly (number | string)[];
}

interface Constant extends Declaration {
  shape: readonly number[];
  /** Little-endian, row-major; null for bytes that are passed beside the file, under the tensor's name. */
  bytes: Uint8Array | null;
}

const toBytes = (data: Float32Array | BigInt64Array | Uint16Array) =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

export class Graph {
  readonly #root: Graph;
  readonly #nodes: Onnx.INodeProto[] = [];
  readonly #inputs: Declaration[] = [];
  readonly #outputs: Declaration[] = [];
  readonly #constants = new Map<Value, Constant>();
  readonly #proto: Proto;
  #made = 0;

  constructor(proto: Proto, root?: Graph) {
    this.#proto = proto;
    this.#root = root ?? this;
  }

  /** A graph for one side of an `If`: it sees every tensor of this one, and its constants are stored here. */
  branch(): Graph {
    return new Graph(this.#proto, this.#root);
  }

  input(name: Value, type: ElementType, shape: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Makes a tensor an output of the graph, under a name of its own. */
  output(name: Value, value: Value, type: ElementType, shape: readonly (number | string)[]): void {
    this.#nodes.push({ opType: 'Identity', input: [value], output: [name] });
    this.#outputs.push({ name, type, shape });
  }

  /** One op with one result. */
  op(type: string, inputs: readonly Value[], options: OpOptions = {}): Value {
    return this.ops(type, inputs, 1, options)[0] ?? '';
  }

  /** One op with several results. */
  ops(
    type: string,
    inputs: readonly Value[],
    count: number,
    { attributes = {}, domain = '' }: OpOptions = {},
  ): Value[] {
    const output = Array.from({ length: count }, () => this.#root.#fresh(type));
    const attribute = Object.entries(attributes).map(([name, value]) => this.#attribute(name, value));
    this.#nodes.push({ opType: type, domain, input: [...inputs], output, attribute });
    return output;
  }

  #fresh(type: string): Value {
    this.#made++;
    return `${type}.${this.#made}`;
  }

  /** float32 numbers that are known when the graph is made. */
  constant(data: Float32Array | number, shape: readonly number[] = []): Value {
    const values = typeof data === 'number' ? Float32Array.of(data) : data;
    return this.#keep(`float ${shape.join('x')} ${values.join()}`, 'float', shape, toBytes(values));
  }

  /** A list of int64, as shapes and axes are given. */
  integers(...list: number[]): Value {
    return this.#keep(`int64 ${list.join()}`, 'int64', [list.length], toBytes(BigInt64Array.from(list, BigInt)));
  }

  /** A weight that is stored in the file. */
  weight(name: Value, type: 'float' | 'float16', shape: readonly number[], data: Float32Array | Uint16Array): Value {
    return this.#keep(name, type, shape, toBytes(data));
  }

  /** A float32 weight whose bytes are passed beside the file, under its name. */
  outside(name: Value, shape: readonly number[]): Value {
    return this.#keep(name, 'float', shape, null);
  }

  #keep(name: Value, type: ElementType, shape: readonly number[], bytes: Uint8Array | null): Value {
    this.#root.#constants.set(name, { name, type, shape, bytes });
    return name;
  }

  /** Names of the weights that must be passed beside the file. */
  get outsideNames(): Value[] {
    return [...this.#root.#constants.values()].filter(({ bytes }) => !bytes).map(({ name }) => name);
  }

  #attribute(name: string, value: Attribute): Onnx.IAttributeProto {
    const { AttributeType } = this.#proto.AttributeProto;
    if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
    if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
    if ('string' in value) return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.string) };
    if ('graph' in value) return { name, type: AttributeType.GRAPH, g: value.graph.#toGraph(name) };
    return { name, type: AttributeType.INTS, ints: [...value] };
  }

  #toGraph(name: string): Onnx.IGraphProto {
    return {
      name,
      node: this.#nodes,
      input: this.#inputs.map(toValueInfo),
      output: this.#outputs.map(toValueInfo),
      initializer: [...this.#constants.values()].map(toTensor),
    };
  }

  /**
   * The graph as a file.
   * @param name of the graph
   * @param metadata text that travels with it
   */
  toModel(name: string, metadata: Record<string, string> = {}): Uint8Array<ArrayBuffer> {
    const { ModelProto } = this.#proto;
    const bytes = ModelProto.encode({
      irVersion,
      producerName: 'bottleneck',
      opsetImport: [
        { domain: '', version: opset },
        { domain: 'com.microsoft', version: 1 },
      ].filter(({ domain }) => domain === '' || this.usesDomain(domain)),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: this.#toGraph(name),
    }).finish();
    return new Uint8Array(bytes);
  }

  /** Whether this graph or a branch of it has an op of that domain. */
  usesDomain(domain: string): boolean {
    const inNodes = (nodes: readonly Onnx.INodeProto[]): boolean =>
      nodes.some((node) => node.domain === domain || node.attribute?.some(({ g }) => g?.node && inNodes(g.node)));
    return inNodes(this.#nodes);
  }
}

/** T of a tensor (B, T), an int64. */
export const tokensOf = (g: Graph, ids: Value): Value =>
  g.op('Squeeze', [g.op('Gather', [g.op('Shape', [ids]), g.integers(1)])]);

/** The first opset with Gelu; LayerNormalization came with 17. */
export const opset = 20;
/** The file format's version that goes with it. */
const irVersion = 9;

const toValueInfo = ({ name, type, shape }: Declaration): Onnx.IValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[type],
      shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
    },
  },
});

const external = 1;

function toTensor({ name, type, shape, bytes }: Constant): Onnx.ITensorProto {
  const common = { name, dims: [...shape], dataType: elementTypes[type] };
  if (bytes) return { ...common, rawData: bytes };
  const length = 4 * shape.reduce((product, n) => product * n, 1);
  return {
    ...common,
    dataLocation: external,
    externalData: [
      { key: 'location', value: name },
      { key: 'offset', value: '0' },
      { key: 'length', value: String(length) },
    ],
  };
}
