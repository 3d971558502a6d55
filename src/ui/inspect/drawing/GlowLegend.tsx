import { SegmentedControl, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { chooseGlow, type Glow, glows, inspectStore, strongest } from '../../../store/inspect/state.ts';
import { formatEffect } from '../../format.ts';
import { usePage } from '../../use-page.ts';
import classes from './EncoderDrawing.module.css';

/** The choice of what glows around the adapters, and the value of the widest glow. */
export function GlowLegend() {
  const glow = useStore(inspectStore, (state) => state.glow);
  const most = useStore(inspectStore, strongest);
  const tooLarge = useStore(inspectStore, (state) => state.effects === null);
  const hasAdapters = usePage(({ run }) => 'bottleneck' in run.method);
  const { t } = useTranslation();
  if (!hasAdapters) return null;
  const widest = glow === 'effect' ? formatEffect(most) : most.toPrecision(2);
  return (
    <figcaption className={`controls ${classes.legend}`}>
      <SegmentedControl
        size="xs"
        aria-label={t('inspect.glow.label')}
        value={glow}
        onChange={(value) => chooseGlow(value as Glow)}
        data={glows.map((value) => ({ value, label: t(`inspect.glow.names.${value}`) }))}
      />
      <Text size="xs" c="dimmed" className="grow">
        {glow === 'effect' && tooLarge
          ? t('inspect.glow.tooLarge')
          : `${t(`inspect.glow.about.${glow}`)}${t('runs.frontier.sentences')}${most > 0 ? t('inspect.glow.widest', { value: widest }) : t('inspect.glow.notYet')}`}
      </Text>
    </figcaption>
  );
}
