import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Method, Site } from '../../model/methods.ts';
import { sites, trainingPlan } from '../../model/methods.ts';
import { insideStore } from '../../store/inside.ts';
import { changeRun } from '../../store/run.ts';
import { adapterCounts, isBusy } from '../../store/selectors.ts';
import { formatCount } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

/** Sizes of the picture, in its own units. */
const layerWidth = 132;
const endWidth = 58;
const blockWidth = 46;
const blockHeight = 22;
const rowTop = { attention: 26, ffn: 78 } as const;
const height = 118;

/** The encoder as blocks: frozen ones blue, trained ones orange; each adapter's waist follows the bottleneck. */
export function EncoderDrawing() {
  const encoder = usePage((state) => state.encoder);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  if (!encoder) return <figure className="drawing" />;
  const { layers, vocabulary, hidden } = encoder.config;
  const plan = trainingPlan(method, layers);
  const width = 2 * endWidth + layers * layerWidth;
  return (
    <figure className="drawing">
      <svg viewBox={`0 0 ${width} ${height}`} style={{ minWidth: Math.min(width, 1400) * 0.85 }}>
        <title>{t('drawing.title')}</title>
        <End x={0} text={t('drawing.embeddings')} hint={`${vocabulary} × ${hidden}`} trained={plan.base === 'all'} />
        {Array.from({ length: layers }, (_, layer) => (
          // Layers have no identity but their number.
          // biome-ignore lint/suspicious/noArrayIndexKey: the index is the layer
          <Layer key={layer} layer={layer} x={endWidth + layer * layerWidth} />
        ))}
        <End x={width - endWidth} text={t('drawing.head')} hint={`${hidden} × C`} trained />
      </svg>
    </figure>
  );
}

function End({ x, text, hint, trained }: { x: number; text: string; hint: string; trained: boolean }) {
  return (
    <g>
      <title>{`${text}: ${hint}`}</title>
      <rect className={trained ? 'trained' : 'frozen'} x={x + 3} y={26} width={endWidth - 10} height={74} rx={4} />
      <text className="in-block" x={x + endWidth / 2 - 2} y={66} style={{ fontSize: text.length > 9 ? 8 : 9 }}>
        {text}
      </text>
    </g>
  );
}

function Layer({ layer, x }: { layer: number; x: number }) {
  const encoder = usePage((state) => state.encoder);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  if (!encoder) return null;
  const { hidden, intermediate, layers } = encoder.config;
  const plan = trainingPlan(method, layers);
  const hasLora = plan.loras.some((lora) => lora.layer === layer);
  const all = plan.base === 'all';
  const shapes = { attention: `4 × ${hidden} × ${hidden}`, ffn: `${hidden} × ${intermediate} × ${hidden}` };
  return (
    <g>
      <text x={x + layerWidth / 2 - 6} y={14}>
        {t('drawing.layer', { layer: layer + 1 })}
      </text>
      {sites.map((site) => (
        <g key={site}>
          <path className="wire" d={`M${x} ${rowTop[site] + blockHeight / 2}h${layerWidth - 6}`} />
          <Block x={x + 2} y={rowTop[site]} text={t(`drawing.${site}`)} hint={shapes[site]} trained={all} />
          {(hasLora && site === 'attention') || plan.base === 'biases' ? (
            <rect className="trained" x={x + 2} y={rowTop[site] + blockHeight - 4} width={blockWidth} height={4} />
          ) : null}
          <AdapterSite layer={layer} site={site} x={x + blockWidth + 5} y={rowTop[site]} />
          <Block
            x={x + blockWidth + 33}
            y={rowTop[site]}
            text={t('drawing.norm')}
            hint={`2 × ${hidden}`}
            trained={all}
          />
        </g>
      ))}
    </g>
  );
}

interface BlockProps {
  x: number;
  y: number;
  text: string;
  hint: string;
  trained: boolean;
}

function Block({ x, y, text, hint, trained }: BlockProps) {
  return (
    <g>
      <title>{`${text}: ${hint}`}</title>
      <rect className={trained ? 'trained' : 'frozen'} x={x} y={y} width={blockWidth} height={blockHeight} rx={3} />
      <text className="in-block" x={x + blockWidth / 2} y={y + 14} style={{ fontSize: text.length > 9 ? 7 : 9 }}>
        {text}
      </text>
    </g>
  );
}

/** Whether a method could have an adapter at a site. */
function hasSite(method: Method, layerCount: number, layer: number, site: Site): boolean {
  if (!('bottleneck' in method)) return false;
  const everywhere = trainingPlan({ ...method, without: [] }, layerCount);
  return everywhere.adapters.some((adapter) => adapter.layer === layer && adapter.site === site);
}

function toggleSite(key: string): void {
  changeRun((run) => {
    const { method } = run;
    if (!('without' in method)) return run;
    const { without } = method;
    const next = without.includes(key) ? without.filter((other) => other !== key) : [...without, key];
    return { ...run, method: { ...method, without: next } };
  });
}

function AdapterSite({ layer, site, x, y }: { layer: number; site: Site; x: number; y: number }) {
  const encoder = usePage((state) => state.encoder);
  const method = usePage(({ run }) => run.method);
  const gradients = useStore(insideStore, (state) => state.gradients);
  const busy = usePage(isBusy);
  const glowing = busy ? gradients : null;
  const locked = useLocked();
  const { t } = useTranslation();
  if (!encoder || !('bottleneck' in method)) return null;
  const { layers, hidden } = encoder.config;
  if (!hasSite(method, layers, layer, site)) return null;
  const key = `${layer}.${site}`;
  const on = !method.without.includes(key);
  const glow = glowing && on ? Math.max(0, glowing[key] ?? 0) / Math.max(1e-12, ...Object.values(glowing)) : 0;
  const count = adapterCounts({ encoder }, { ...method, without: [] }).get(key) ?? 0;
  const label = t('drawing.adapter', {
    layer: layer + 1,
    site: t(`drawing.sites.${site}`),
    hidden,
    bottleneck: method.bottleneck,
    amount: formatCount(count),
    action: t(on ? 'drawing.off' : 'drawing.on'),
  });
  const toggle = () => {
    if (!locked) toggleSite(key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    toggle();
  };
  return (
    // A button of HTML cannot stand inside a picture.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <g role="button" tabIndex={0} aria-pressed={on} aria-label={label} onClick={toggle} onKeyDown={onKeyDown}>
      <title>{label}</title>
      <rect x={x - 2} y={y - 6} width={28} height={blockHeight + 12} fill="transparent" />
      {glow > 0 && <path className="glow" strokeWidth={6 * glow} d={hourglass(x, y, method.bottleneck, hidden)} />}
      <path className={on ? 'trained' : 'switched-off'} d={hourglass(x, y, method.bottleneck, hidden)} />
    </g>
  );
}

/** Two trapezoids that meet in a waist as wide as log(bottleneck) / log(hidden). */
function hourglass(x: number, y: number, bottleneck: number, hidden: number): string {
  const outer = blockHeight + 8;
  const top = y - 4;
  const waist = 3 + (outer - 3) * (Math.log2(bottleneck) / Math.log2(hidden));
  const inset = (outer - waist) / 2;
  return `M${x} ${top}l12 ${inset}l12 ${-inset}v${outer}l-12 ${-inset}l-12 ${inset}z`;
}
