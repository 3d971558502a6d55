import '../../i18n/add-late.ts';
import { Alert, Button, Text, Textarea, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { packedIn } from '../../store/classroom/hand-in.ts';
import { followClass } from '../../store/classroom/measure.ts';
import { classStore, clearClass, dismissRefusals, takeFiles, takeLinks } from '../../store/classroom/state.ts';
import { DropZone } from '../controls/DropZone.tsx';
import { FilePicker } from '../controls/FilePicker.tsx';
import { Guard } from '../page/Guard.tsx';
import { Problem } from '../page/Notices.tsx';
import { ClassGrid } from './ClassGrid.tsx';
import classes from './Classroom.module.css';
import { Leaderboard } from './Leaderboard.tsx';

/** What a class has handed in: who is where, how the adapters do on the same rows, and all of them averaged. */
export default function ClassView() {
  const isEmpty = useStore(classStore, ({ entries }) => entries.length === 0);
  const { t } = useTranslation();
  useEffect(followClass, []);
  useEffect(() => {
    takeAddress();
    addEventListener('hashchange', takeAddress);
    return () => removeEventListener('hashchange', takeAddress);
  }, []);
  return (
    <main className="sheet">
      <Title order={2}>{t('classroom.title')}</Title>
      <Text size="sm">{t('classroom.about')}</Text>
      <Problem />
      <Intake />
      <Refusals />
      {isEmpty ? (
        <Text size="sm" c="dimmed">
          {t('classroom.empty')}
        </Text>
      ) : (
        <>
          <Guard>
            <ClassGrid />
          </Guard>
          <Guard>
            <Leaderboard />
          </Guard>
        </>
      )}
    </main>
  );
}

/** Takes what the address hands in, once: a reload does not hand it in again. */
function takeAddress(): void {
  if (packedIn(location.href) === null) return;
  const link = location.href;
  history.replaceState(null, '', '#/class');
  takeLinks(link);
}

function Intake() {
  const reading = useStore(classStore, (state) => state.reading);
  const count = useStore(classStore, ({ entries }) => entries.length);
  const [links, setLinks] = useState('');
  const { t } = useTranslation();
  return (
    <>
      <DropZone onFiles={takeFiles}>
        <Text size="sm" role="status">
          {t(reading ? 'classroom.reading' : 'classroom.drop')}
        </Text>
        <div className="controls">
          <FilePicker label={t('classroom.pickFiles')} disabled={reading} onFiles={takeFiles} />
          <FilePicker label={t('classroom.pickFolder')} disabled={reading} folder onFiles={takeFiles} />
        </div>
        <div className={classes.links}>
          <Textarea
            className="grow"
            label={t('classroom.links')}
            autosize
            minRows={1}
            maxRows={4}
            value={links}
            onChange={({ currentTarget }) => setLinks(currentTarget.value)}
          />
          <Button
            size="xs"
            variant="light"
            disabled={links.trim() === ''}
            onClick={() => {
              takeLinks(links);
              setLinks('');
            }}
          >
            {t('classroom.takeLinks')}
          </Button>
        </div>
      </DropZone>
      {count > 0 && (
        <div className="controls">
          <Text size="sm">{t('classroom.count', { count })}</Text>
          <Button size="compact-xs" variant="subtle" onClick={clearClass}>
            {t('classroom.clear')}
          </Button>
        </div>
      )}
    </>
  );
}

function Refusals() {
  const refused = useStore(classStore, (state) => state.refused);
  const say = useMessage();
  const { t } = useTranslation();
  if (refused.length === 0) return null;
  return (
    <Alert
      color="yellow"
      role="alert"
      withCloseButton
      closeButtonLabel={t('page.error.dismiss')}
      onClose={dismissRefusals}
    >
      <Text size="sm" fw={600}>
        {t('classroom.refused', { count: refused.length })}
      </Text>
      <ul className={classes.refusals}>
        {refused.map(({ id, source, why }) => (
          <li key={id}>
            <b>{source}</b>
            {t('classroom.colon')}
            {say(why)}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
