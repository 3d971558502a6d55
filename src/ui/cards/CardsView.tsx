import '../../i18n/add-late.ts';
import { Anchor, Checkbox, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type Card,
  cardsStore,
  isOfCards,
  leaveCards,
  openCards,
  takeExamples,
  trainAgainByItself,
} from '../../store/cards/state.ts';
import { openImport } from '../../store/dataset/import.ts';
import { Guard } from '../page/Guard.tsx';
import { Notices } from '../page/Notices.tsx';
import { Answers } from '../start/Answers.tsx';
import { usePage } from '../use-page.ts';
import { CardFaults } from './CardFaults.tsx';
import { CardList } from './CardList.tsx';
import classes from './Cards.module.css';
import { CardsRun } from './CardsRun.tsx';

/** One's own classes, typed or pasted under named cards, trained at a press and asked beside it. */
export default function CardsView() {
  const cards = useStore(cardsStore, (state) => state.cards);
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'zh' ? 'zh' : 'en';
  useEffect(() => void openCards(language), [language]);
  useEffect(() => leaveCards, []);
  return (
    <main className={classes.view}>
      <div className={classes.lead}>
        <Title order={2}>{t('cards.title')}</Title>
        <Text>{t('cards.about')}</Text>
      </div>
      <Notices />
      {cards && (
        <div className={classes.columns}>
          <section aria-label={t('cards.title')} className={classes.left}>
            <CardList cards={cards} />
            <Guard>
              <CardFaults cards={cards} />
            </Guard>
            <nav className={classes.ways} aria-label={t('start.ways')}>
              <Anchor component="button" type="button" onClick={() => takeExamples(language)}>
                {t('cards.examples')}
              </Anchor>
              <Anchor href="#/playground" onClick={() => openImport('rows')}>
                {t('cards.file')}
              </Anchor>
              <Anchor href="#/playground">{t('cards.workbench')}</Anchor>
            </nav>
          </section>
          <section aria-label={t('start.answer')} className={classes.right}>
            <CardsRun cards={cards} />
            <Again />
            <Ask cards={cards} />
          </section>
        </div>
      )}
    </main>
  );
}

function Again() {
  const again = useStore(cardsStore, (state) => state.again);
  const { t } = useTranslation();
  return (
    <Checkbox
      label={t('cards.again')}
      checked={again}
      onChange={({ currentTarget }) => trainAgainByItself(currentTarget.checked)}
    />
  );
}

function Ask({ cards }: { cards: readonly Card[] }) {
  const isOurs = usePage((page) => isOfCards(page, cards));
  const { t } = useTranslation();
  return isOurs ? <Answers label={t('cards.ask')} /> : <Text c="dimmed">{t('cards.before')}</Text>;
}
