import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type Adapter, adapterOf, type Site, type SiteKey, siteKey } from '../../../model/methods.ts';
import { glowOf, inspectStore } from '../../../store/inspect/state.ts';
import { adapterCount } from '../../../store/page/selectors.ts';
import { changeRun } from '../../../store/run/actions.ts';
import { formatCount } from '../../format.ts';
import { useLocked } from '../../use-locked.ts';
import { usePage } from '../../use-page.ts';
import { WithNumbers } from './DrawnBlock.tsx';
import classes from './EncoderDrawing.module.css';
import { type Box, hourglass, waistOf } from './layout.ts';
import { pointed, pressable, type ReadOut } from './press.ts';

/** Width of the strongest adapter's glow. */
const widestGlow = 8;

function toggleSite(key: SiteKey): void {
  changeRun((run) => {
    const { method } = run;
    if (!('without' in method)) return run;
    const { without } = method;
    const next = without.includes(key) ? without.filter((other) => other !== key) : [...without, key];
    return { ...run, method: { ...method, without: next } };
  });
}

/** The adapter that the run has at a site, and whether it is switched on; null where there is none. */
export function useAdapter(layer: number, site: Site): { adapter: Adapter; on: boolean } | null {
  const method = usePage(({ run }) => run.method);
  if (!('bottleneck' in method)) return null;
  const adapter = adapterOf(method, layer, site);
  return adapter && { adapter, on: !method.without.includes(siteKey(layer, site)) };
}

interface AdapterSiteProps {
  layer: number;
  site: Site;
  box: Box;
  /** Where not 0, its shape is written below it in letters of this size. */
  font: number;
  /** Pressed, it is switched on or off; else it opens its numbers. */
  switches: boolean;
  onPoint: ReadOut;
}

/** A site, and its adapter if that is switched on. */
export function AdapterSite({ layer, site, box, font, switches, onPoint }: AdapterSiteProps) {
  const encoder = usePage((state) => state.encoder);
  const glow = useStore(inspectStore, (state) => glowOf(state, siteKey(layer, site)));
  const found = useAdapter(layer, site);
  const locked = useLocked('method');
  const { t } = useTranslation();
  if (!encoder || !found) return null;
  const { hidden } = encoder.config;
  const { adapter, on } = found;
  const facts = {
    layer: layer + 1,
    site: t(`runs.sites.${site}`),
    hidden,
    bottleneck: adapter.bottleneck,
    amount: formatCount(adapterCount(encoder.config, adapter)),
  };
  const name = t('inspect.drawing.adapterName', facts);
  const about = t('inspect.drawing.adapter', facts);
  const shape = hourglass(box, waistOf(box.height, adapter.bottleneck, hidden));
  const point = () => onPoint({ name, block: { part: 'sublayer', layer, site }, isAdapter: true });
  const drawn = (
    <>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} fill="transparent" />
      {on && <path className={classes.glow} strokeWidth={widestGlow * glow} d={shape} />}
      <path className={on ? classes.trained : classes.switchedOff} d={shape} />
      {font > 0 && (
        <text className={classes.shape} x={box.x + box.width / 2} y={box.y - 0.45 * font} style={{ fontSize: font }}>
          {t('inspect.adapter')}
        </text>
      )}
    </>
  );
  if (!switches)
    return (
      <WithNumbers
        block={{ part: 'sublayer', layer, site }}
        name={name}
        label={`${about} ${t('inspect.drawing.forNumbers')}`}
        onPoint={point}
      >
        {drawn}
      </WithNumbers>
    );
  const label = `${about} ${t(on ? 'inspect.drawing.off' : 'inspect.drawing.on')}`;
  return (
    // A button of HTML cannot stand inside a picture.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <g
      role="button"
      {...pressable(() => locked || toggleSite(siteKey(layer, site)))}
      {...pointed(point)}
      aria-pressed={on}
      aria-label={label}
    >
      <title>{label}</title>
      {drawn}
    </g>
  );
}
