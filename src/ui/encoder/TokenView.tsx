import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Piece as TokenPiece } from '../../data/tokenizer/tokenizer.ts';
import { rowLength, type TokenPlace, tokensStore, viewTokens } from '../../store/encoder/tokens.ts';
import { formatCount } from '../format.ts';
import { usePage } from '../use-page.ts';
import classes from './TokenView.module.css';

/** Pieces shown of one text. */
const maxPieces = 300;
/** Milliseconds to wait, since the text may still be being typed. */
const pause = 200;

/** How a text is cut into pieces: what the tokenizer puts in, what it does not know, what is cut off. */
export function TokenView({ place, text }: { place: TokenPlace; text: string }) {
  const encoder = usePage((state) => state.encoder);
  const length = usePage(rowLength);
  const view = useStore(tokensStore, ({ views }) => views[place]);
  const { t } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another encoder or length cuts the same text anew
  useEffect(() => {
    const timer = setTimeout(() => void viewTokens(place, text), pause);
    return () => clearTimeout(timer);
  }, [place, text, length, encoder]);
  const pieces = view?.pieces ?? [];
  const seen = pieces.filter(({ cutOff }) => !cutOff).length;
  const unknown = pieces.filter((piece) => piece.unknown).length;
  return (
    <div data-testid={`tokens-${place}`} className={classes.tokens}>
      <Text size="xs" c="dimmed">
        {view && t('encoder.tokens.summary', { seen: formatCount(seen), all: formatCount(pieces.length), length })}
        {unknown > 0 && ` · ${t('encoder.tokens.unknown', { count: unknown })}`}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <ol aria-label={t('encoder.tokens.title')} tabIndex={0}>
        {pieces.slice(0, maxPieces).map((piece, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its position
          <Piece key={at} piece={piece} />
        ))}
      </ol>
      {pieces.length > maxPieces && (
        <Text size="xs" c="dimmed">
          {t('encoder.tokens.more', { count: pieces.length - maxPieces })}
        </Text>
      )}
    </div>
  );
}

function Piece({ piece: { piece, id, special, unknown, cutOff } }: { piece: TokenPiece }) {
  const { t } = useTranslation();
  const remark = cutOff
    ? t('encoder.tokens.cut')
    : unknown
      ? t('encoder.tokens.unknownPiece')
      : special
        ? t('encoder.tokens.special')
        : '';
  const kind = cutOff ? 'cut' : unknown ? 'unknown' : special ? 'special' : 'word';
  return (
    <li data-kind={kind} title={[t('encoder.tokens.id', { piece, id }), remark].filter(Boolean).join(' · ')}>
      {piece}
      {remark && <span className="out-of-sight"> ({remark})</span>}
    </li>
  );
}
