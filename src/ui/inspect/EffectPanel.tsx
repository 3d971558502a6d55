import { useTranslation } from 'react-i18next';
import type { Inspection } from '../../inspect/inspection.ts';
import { siteKey } from '../../model/methods.ts';
import { inspect } from '../../store/inspect/state.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { formatEffect } from '../format.ts';
import classes from './EffectPanel.module.css';

/** Per adapter: how much it adds to the sentence, and how strongly the last batch pulled at it. */
export function EffectPanel({ inspection: { sites } }: { inspection: Inspection }) {
  const { t } = useTranslation();
  const maxEffect = Math.max(1e-12, ...sites.map(({ effect }) => effect));
  const maxGradient = Math.max(1e-12, ...sites.map(({ gradient }) => gradient ?? 0));
  const rows = sites.map(({ layer, site, effect, gradient }) => ({
    key: siteKey(layer, site),
    layer,
    site,
    name: t('runs.place', { layer: layer + 1, site: t(`runs.sites.${site}`) }),
    effect,
    gradient,
  }));
  return (
    <ChartFrame
      title={t('inspect.effect')}
      note={t('inspect.effectNote')}
      table={{
        head: [t('inspect.adapter'), t('inspect.ratio'), t('inspect.gradient')],
        rows: rows.map(({ name, effect, gradient }) => [name, formatEffect(effect), gradient?.toPrecision(3) ?? '–']),
      }}
      empty={sites.length === 0 ? t('inspect.noAdapters') : undefined}
    >
      <ul className={classes.effects}>
        {rows.map(({ key, layer, site, name, effect, gradient }) => (
          <li key={key}>
            <button type="button" className="link-like" onClick={() => inspect({ layer, site })}>
              {name}
            </button>
            <span className={classes.effect} style={{ width: `${(50 * effect) / maxEffect}%` }} />
            <span>{formatEffect(effect)}</span>
            <span className={classes.gradient} style={{ width: `${(50 * (gradient ?? 0)) / maxGradient}%` }} />
            <span>{gradient === null ? '–' : gradient.toPrecision(2)}</span>
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}
