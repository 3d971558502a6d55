import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { blockTensors } from '../../../model/anatomy.ts';
import { siteKey } from '../../../model/methods.ts';
import { inspectStore } from '../../../store/inspect/state.ts';
import { headOutputs, planOf } from '../../../store/page/selectors.ts';
import { formatCount, formatEffect } from '../../format.ts';
import { usePage } from '../../use-page.ts';
import type { Pointed } from './press.ts';

/** The numbers of what is pointed at, as they are now. */
export function ReadOutLine({ at: { name, block, isAdapter = false } }: { at: Pointed }) {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const classes = usePage(({ task }) => headOutputs(task));
  const key = 'site' in block ? siteKey(block.layer, block.site) : '';
  const gradient = useStore(inspectStore, (state) => state.gradients[key]);
  const effect = useStore(inspectStore, (state) => state.effects?.[key]);
  const { t } = useTranslation();
  if (!encoder || !plan) return null;
  const tensors = blockTensors(encoder.config, plan, classes, block).filter(
    ({ added }) => block.part !== 'sublayer' || added === isAdapter,
  );
  const sum = (list: typeof tensors) => list.reduce((total, { count }) => total + count, 0);
  const [all, trained] = [sum(tensors), sum(tensors.filter((tensor) => tensor.trained))];
  const facts = [
    trained === 0
      ? t('inspect.block.frozen', { all: formatCount(all) })
      : t('inspect.block.trained', { trained: formatCount(trained), all: formatCount(all) }),
    ...(isAdapter && gradient !== undefined ? [t('inspect.drawing.pull', { value: gradient.toPrecision(2) })] : []),
    ...(isAdapter && effect !== undefined ? [t('inspect.drawing.adds', { value: formatEffect(effect) })] : []),
  ];
  return (
    <>
      <b>{name}</b> · {facts.join(' · ')}
    </>
  );
}
