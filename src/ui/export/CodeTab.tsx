import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { archiveName, described, exportStore } from '../../store/export/state.ts';
import { saveFile } from '../save-file.ts';
import { usePage } from '../use-page.ts';
import { CopyBlock } from './CopyBlock.tsx';

/** How the very run goes on in Python, by processes as many as there are graphics cards or processors. */
const commands = (bundle: string) => `python3 -m venv env && env/bin/pip install -r python/requirements.txt
env/bin/python python/continue_run.py ${bundle} --out continued
env/bin/accelerate launch --num_processes 2 python/continue_run.py ${bundle} --out continued`;

/** The run as a script or a notebook, and the way out of the tab. */
export function CodeTab() {
  const texts = useStore(exportStore, (state) => state.texts);
  const bundle = usePage((page) => {
    const parts = described(page, exportStore.getState());
    return parts && archiveName(parts, 'bundle');
  });
  const { t } = useTranslation();
  if (!bundle) return <Text size="sm">{t('export.otherEncoder')}</Text>;
  if (!texts) return <Text size="sm">{t('export.preparing')}</Text>;
  const stem = bundle.replace(/-bundle\.zip$/, '');
  return (
    <>
      <Text size="sm">{t('export.script')}</Text>
      <CopyBlock label={t('export.tabs.code')} text={texts.script}>
        <Button
          size="xs"
          variant="light"
          onClick={() => saveFile(`${stem}.py`, texts.script, 'text/x-python;charset=utf-8')}
        >
          {t('export.scriptFile')}
        </Button>
        <Button
          size="xs"
          variant="light"
          onClick={() => saveFile(`${stem}.ipynb`, texts.notebook, 'application/x-ipynb+json')}
        >
          {t('export.notebookFile')}
        </Button>
      </CopyBlock>
      <Title order={3} size="h6" mt="md">
        {t('export.outgrow')}
      </Title>
      <Text size="sm">{t('export.outgrowWhat')}</Text>
      <CopyBlock label={t('export.outgrow')} text={commands(bundle)} />
    </>
  );
}
