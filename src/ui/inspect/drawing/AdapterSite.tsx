import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { adapterOf, type Site, type SiteKey, siteKey } from '../../../model/methods.ts';
import { glowOf, inspectStore } from '../../../store/inspect/state.ts';
import { adapterCount, planOf } from '../../../store/page/selectors.ts';
import { changeRun } from '../../../store/run/actions.ts';
import { formatCount } from '../../format.ts';
import { useLocked } from '../../use-locked.ts';
import { usePage } from '../../use-page.ts';
import classes from './EncoderDrawing.module.css';
import { pressable } from './press.ts';
import { blockHeight } from './sizes.ts';

/** Width of the strongest adapter's glow. */
const widestGlow = 6;

function toggleSite(key: SiteKey): void {
  changeRun((run) => {
    const { method } = run;
    if (!('without' in method)) return run;
    const { without } = method;
    const next = without.includes(key) ? without.filter((other) => other !== key) : [...without, key];
    return { ...run, method: { ...method, without: next } };
  });
}

/** A site, and its adapter if that is switched on; pressed, it is switched. */
export function AdapterSite({ layer, site, x, y }: { layer: number; site: Site; x: number; y: number }) {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const method = usePage(({ run }) => run.method);
  const key = siteKey(layer, site);
  const glow = useStore(inspectStore, (state) => glowOf(state, key));
  const locked = useLocked();
  const { t } = useTranslation();
  if (!encoder || !plan || !('bottleneck' in method)) return null;
  const { hidden } = encoder.config;
  const adapter = adapterOf(method, layer, site);
  if (!adapter) return null;
  const on = !method.without.includes(key);
  const label = t('inspect.drawing.adapter', {
    layer: layer + 1,
    site: t(`inspect.drawing.sites.${site}`),
    hidden,
    bottleneck: method.bottleneck,
    amount: formatCount(adapterCount(encoder.config, adapter)),
    action: t(on ? 'inspect.drawing.off' : 'inspect.drawing.on'),
  });
  const shape = hourglass(x, y, method.bottleneck, hidden);
  return (
    // A button of HTML cannot stand inside a picture.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <g role="button" {...pressable(() => locked || toggleSite(key))} aria-pressed={on} aria-label={label}>
      <title>{label}</title>
      <rect x={x - 2} y={y - 6} width={28} height={blockHeight + 12} fill="transparent" />
      {on && <path className={classes.glow} strokeWidth={widestGlow * glow} d={shape} />}
      <path className={on ? classes.trained : classes.switchedOff} d={shape} />
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
