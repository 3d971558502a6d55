import type { AdapterHubConfig } from './adapterhub-config.ts';
import { PythonFloat } from './python-json.ts';

/** Values and calls as Python source. */

/** A literal of Python: JSON's with Python's words, floats told from integers. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof PythonFloat) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, entry]) => `${JSON.stringify(key)}: ${pythonLiteral(entry)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

/** What a configuration without an architecture is. */
const bottleneck = 'bottleneck';

/** The class of `adapters` for each architecture of a configuration. */
const classes: Record<string, string> = { bottleneck: 'BnConfig', lora: 'LoRAConfig' };

/** What the library assumes, and need not be written. */
const defaults: Record<string, Record<string, unknown>> = {
  bottleneck: {
    original_ln_before: false,
    original_ln_after: true,
    ln_before: false,
    ln_after: false,
    residual_before_ln: true,
    adapter_residual_before_ln: false,
    is_parallel: false,
  },
  lora: {
    selfattn_lora: true,
    intermediate_lora: false,
    output_lora: false,
    composition_mode: 'add',
    init_weights: 'lora',
    use_gating: false,
  },
};

/** A configuration as the call that makes it: `BnConfig(mh_adapter=True, ...)`. */
export function configCall(config: AdapterHubConfig): string {
  const { architecture = bottleneck, configs, ...fields } = config;
  if (architecture === 'union' && Array.isArray(configs)) return `ConfigUnion(${configs.map(configCall).join(', ')})`;
  const usual = defaults[String(architecture)] ?? {};
  const said = Object.entries(fields).filter(
    ([key, value]) => usual[key] !== value && !(key === 'leave_out' && Array.isArray(value) && value.length === 0),
  );
  return `${classes[String(architecture)]}(${said.map(([key, value]) => `${key}=${pythonLiteral(value)}`).join(', ')})`;
}

/** The classes that a configuration's call needs. */
export function configClasses({ architecture = bottleneck, configs }: AdapterHubConfig): string[] {
  if (architecture === 'union' && Array.isArray(configs))
    return [...new Set(['ConfigUnion', ...configs.flatMap(configClasses)])];
  return [classes[String(architecture)] ?? ''];
}
