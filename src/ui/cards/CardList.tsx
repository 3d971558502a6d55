import { Button, CloseButton, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { linesIn, maxCards, maxName, maxText } from '../../store/cards/cards.ts';
import { addCard, type Card, removeCard, writeCard } from '../../store/cards/state.ts';
import classes from './Cards.module.css';

/** The cards: a name each, and lines under it. */
export function CardList({ cards }: { cards: readonly Card[] }) {
  const { t } = useTranslation();
  return (
    <>
      <ol className={classes.cards}>
        {cards.map((card, i) => (
          <CardFields key={card.id} card={card} place={i + 1} removable={cards.length > 2} />
        ))}
      </ol>
      <Button variant="light" className={classes.add} disabled={cards.length >= maxCards} onClick={addCard}>
        {t('cards.add')}
      </Button>
    </>
  );
}

function CardFields({ card, place, removable }: { card: Card; place: number; removable: boolean }) {
  const { id, name, text } = card;
  const { t } = useTranslation();
  return (
    <li className={classes.card}>
      <div className={classes.head}>
        <TextInput
          className="grow"
          aria-label={t('cards.name', { place })}
          placeholder={t('cards.name', { place })}
          fw={600}
          maxLength={maxName}
          value={name}
          onChange={({ currentTarget }) => writeCard(id, { name: currentTarget.value })}
        />
        {removable && <CloseButton aria-label={t('cards.remove', { place })} onClick={() => removeCard(id)} />}
      </div>
      <Textarea
        aria-label={t('cards.lines', { place })}
        placeholder={t('cards.lines', { place })}
        autosize
        minRows={8}
        maxRows={14}
        maxLength={maxText}
        value={text}
        onChange={({ currentTarget }) => writeCard(id, { text: currentTarget.value })}
      />
      <Text size="sm" c="dimmed">
        {t('cards.count', { count: linesIn(card) })}
      </Text>
    </li>
  );
}
