import '../../i18n/add-late.ts';
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { HandInForm } from '../classroom/HandInForm.tsx';
import { ShareForm } from './ShareForm.tsx';

/** What leaves the page by a link: the configuration, or what was trained with it. */
export default function SharePanel() {
  const { t } = useTranslation();
  return (
    <Tabs defaultValue="link" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="link">{t('classroom.link.tab')}</Tabs.Tab>
        <Tabs.Tab value="hand-in">{t('classroom.handIn.title')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="link">
        <ShareForm />
      </Tabs.Panel>
      <Tabs.Panel value="hand-in">
        <HandInForm />
      </Tabs.Panel>
    </Tabs>
  );
}
