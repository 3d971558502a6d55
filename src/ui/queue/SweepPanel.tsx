import { Button, Chip, Group, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type MethodType, methodTypes } from '../../model/methods.ts';
import { stepTime } from '../../store/page/selectors.ts';
import { continueQueue, dropQueue, queueStore, startQueue, stopQueue, sweepRuns } from '../../store/queue/state.ts';
import { formatDuration } from '../format.ts';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { useRunName } from '../runs/use-run-name.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

const bottlenecks = [1, 2, 4, 8, 16, 32, 64, 128];
const firstBottlenecks = [2, 8, 32];
/** Without the two that the others contain. */
const sideBySide = methodTypes.filter((type) => type !== 'attention-only');

/** Trains several bottlenecks and methods one after another. */
export function SweepPanel() {
  const total = useStore(queueStore, (state) => state.total);
  const { t } = useTranslation();
  return (
    <section aria-labelledby="sweep-title">
      <Text component="h3" id="sweep-title" fw={600} size="sm">
        {t('queue.title')}
      </Text>
      {total > 0 ? <SweepProgress /> : <SweepForm />}
      <LessonLink id="quality" />
    </section>
  );
}

function SweepForm() {
  const run = usePage((state) => state.run);
  const hidden = usePage(({ encoder }) => encoder?.config.hidden ?? 256);
  const steps = usePage(({ plan }) => plan?.totalSteps ?? 0);
  const milliseconds = usePage(stepTime);
  const locked = useLocked('method');
  const blocked = usePage((state) => state.plan === null || state.trainsElsewhere) || locked;
  const [widths, setWidths] = useState(firstBottlenecks.map(String));
  const [methods, setMethods] = useState<string[]>(['houlsby']);
  const { t } = useTranslation();
  const runs = sweepRuns(run, widths.map(Number), methods as MethodType[]);
  return (
    <>
      <Text size="xs" mt={4} id="sweep-widths">
        {t('queue.widths')}
      </Text>
      <Chip.Group multiple value={widths} onChange={setWidths}>
        <Group gap={4} role="group" aria-labelledby="sweep-widths">
          {bottlenecks
            .filter((width) => width <= hidden)
            .map((width) => (
              <Chip key={width} value={String(width)} size="xs">
                {width}
              </Chip>
            ))}
        </Group>
      </Chip.Group>
      <Text size="xs" mt={4} id="sweep-methods">
        {t('run.method.label')}
      </Text>
      <Chip.Group multiple value={methods} onChange={setMethods}>
        <Group gap={4} role="group" aria-labelledby="sweep-methods">
          {methodTypes.map((type) => (
            <Chip key={type} value={type} size="xs">
              {t(`run.method.names.${type}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <div className="controls" style={{ marginTop: 8 }}>
        <Button size="compact-sm" disabled={blocked || runs.length === 0} onClick={() => startQueue(runs)}>
          {t('queue.start')}
        </Button>
        <Button
          size="compact-sm"
          variant="light"
          disabled={blocked}
          onClick={() =>
            startQueue(sweepRuns(run, ['bottleneck' in run.method ? run.method.bottleneck : 16], sideBySide))
          }
        >
          {t('queue.sideBySide')}
        </Button>
        <Text size="xs" c="dimmed">
          {milliseconds === null
            ? t('queue.untimed', { count: runs.length })
            : t('queue.cost', { count: runs.length, time: formatDuration(milliseconds * steps * runs.length) })}
        </Text>
      </div>
    </>
  );
}

function SweepProgress() {
  const { pending, total, running } = useStore(queueStore);
  const elsewhere = usePage((state) => state.trainsElsewhere);
  const { t } = useTranslation();
  const done = total - pending.length;
  const nameOf = useRunName();
  const [run] = pending;
  const text = t('queue.progress', { done, total, name: run ? nameOf({ name: run.name, run }) : '' });
  return (
    <>
      <Text size="sm" role="status">
        {text}
      </Text>
      <Progress value={(100 * done) / total} my={6} aria-label={text} />
      <div className="controls">
        {running ? (
          <Button size="compact-sm" onClick={stopQueue}>
            {t('queue.stop')}
          </Button>
        ) : (
          <Button size="compact-sm" disabled={elsewhere} onClick={continueQueue}>
            {t('queue.continue')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={dropQueue}>
          {t('queue.drop')}
        </Button>
      </div>
    </>
  );
}
