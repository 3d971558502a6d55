import { Button, CloseButton, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type Block, type BlockTensor, blockTensors } from '../../../model/anatomy.ts';
import { type SiteKey, siteKey } from '../../../model/methods.ts';
import { adapterName } from '../../../model/tensor-names.ts';
import { inspect, inspectStore } from '../../../store/inspect/state.ts';
import { headOutputs, planOf } from '../../../store/page/selectors.ts';
import { openPart, viewStore } from '../../../store/page/view.ts';
import { Facts } from '../../controls/Facts.tsx';
import { formatCount, formatEffect } from '../../format.ts';
import { usePage } from '../../use-page.ts';

interface BlockNumbersProps {
  block: Block;
  name: string;
  onLeave: () => void;
}

/** A block's tensors with their shapes and counts, what of them trains, and what its adapter does. */
export function BlockNumbers({ block, name, onLeave }: BlockNumbersProps) {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const classes = usePage(({ task }) => headOutputs(task));
  const { t } = useTranslation();
  if (!encoder || !plan) return null;
  const tensors = blockTensors(encoder.config, plan, classes, block);
  const sum = (list: readonly BlockTensor[]) => list.reduce((total, { count }) => total + count, 0);
  const [all, trained] = [sum(tensors), sum(tensors.filter((tensor) => tensor.trained))];
  const hasAdapter =
    block.part === 'sublayer' && plan.adapters.some(({ layer, site }) => layer === block.layer && site === block.site);
  const look = () => {
    onLeave();
    openPart('inside');
    // The first view has no parts.
    if (viewStore.getState().view === 'start') location.hash = '#/playground';
    inspect('site' in block ? { layer: block.layer, site: block.site } : {});
  };
  return (
    <>
      <div className="controls">
        <Text component="h3" fw={600} size="sm" className="grow">
          {name}
        </Text>
        <CloseButton size="sm" aria-label={t('page.close')} onClick={onLeave} />
      </div>
      <Text size="xs" c={trained > 0 ? 'var(--trained-text)' : 'var(--baseline-text)'}>
        {trained === 0
          ? t('inspect.block.frozen', { all: formatCount(all) })
          : t('inspect.block.trained', { trained: formatCount(trained), all: formatCount(all) })}
      </Text>
      {hasAdapter && <SiteFacts at={siteKey(block.layer, block.site)} />}
      <Button my={4} size="compact-xs" variant="light" onClick={look}>
        {t('inspect.block.inside')}
      </Button>
      <TensorTable tensors={tensors} name={name} />
    </>
  );
}

function TensorTable({ tensors, name }: { tensors: readonly BlockTensor[]; name: string }) {
  const { t } = useTranslation();
  return (
    <Table fz="xs" verticalSpacing={1} horizontalSpacing={4} my={4} aria-label={name}>
      <Table.Thead>
        <Table.Tr>
          {(['tensor', 'shape', 'count', 'state'] as const).map((column) => (
            <Table.Th key={column}>{t(`inspect.block.${column}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tensors.map((tensor) => (
          <Table.Tr key={tensor.name}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{shortName(tensor.name)}</Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{tensor.shape.join(' × ')}</Table.Td>
            <Table.Td>{formatCount(tensor.count)}</Table.Td>
            <Table.Td className={tensor.trained ? 'trained-text' : 'frozen-text'}>
              {t(tensor.trained ? 'run.chart.trainable' : 'run.chart.frozen')}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** A tensor's name within its block. */
const shortName = (name: string) => name.replace(/^encoder\.layer\.\d+\./, '').replace(`${adapterName}.`, '');

/** The last measurement of an adapter, as the drawing's glow shows it. */
function SiteFacts({ at }: { at: SiteKey }) {
  const gradient = useStore(inspectStore, (state) => state.gradients[at]);
  const effect = useStore(inspectStore, (state) => state.effects?.[at]);
  const { t } = useTranslation();
  const unknown = t('inspect.block.notYet');
  return (
    <Facts
      facts={[
        [t('inspect.block.gradient'), gradient === undefined ? unknown : gradient.toPrecision(3)],
        [t('inspect.block.effect'), effect === undefined ? unknown : formatEffect(effect)],
      ]}
    />
  );
}
