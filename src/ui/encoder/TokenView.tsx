import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Texts } from '../../data/rows/texts.ts';
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
export function TokenView({ place, text, second }: Texts & { place: TokenPlace }) {
  const encoder = usePage((state) => state.encoder);
  const length = usePage(rowLength);
  const view = useStore(tokensStore, ({ views }) => views[place]);
  const { t } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another encoder or length cuts the same text anew
  useEffect(() => {
    const timer = setTimeout(() => void viewTokens(place, { text, second }), pause);
    return () => clearTimeout(timer);
  }, [place, text, second, length, encoder]);
  const pieces = view?.pieces ?? [];
  const seen = pieces.filter(({ cutOff }) => !cutOff).length;
  const unknown = pieces.filter((piece) => piece.unknown).length;
  const ofText = (wanted: number) => formatCount(pieces.filter(({ segment }) => segment === wanted).length);
  return (
    <div data-testid={`tokens-${place}`} className={classes.tokens}>
      <Text size="xs" c="dimmed">
        {view && t('encoder.tokens.summary', { seen: formatCount(seen), all: formatCount(pieces.length), length })}
        {pieces.some(({ segment }) => segment !== undefined) &&
          ` · ${t('encoder.tokens.segments', { first: ofText(0), second: ofText(1) })}`}
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

function Piece({ piece: { piece, id, special, unknown, cutOff, segment } }: { piece: TokenPiece }) {
  const { t } = useTranslation();
  const remark = cutOff
    ? t('encoder.tokens.cut')
    : unknown
      ? t('encoder.tokens.unknownPiece')
      : special
        ? t('encoder.tokens.special')
        : '';
  const ofSecond = segment === 1 ? t('encoder.tokens.ofSecond') : '';
  const remarks = [remark, ofSecond].filter(Boolean).join(' · ');
  const kind = cutOff ? 'cut' : unknown ? 'unknown' : special ? 'special' : 'word';
  return (
    <li
      data-kind={kind}
      data-segment={segment}
      title={[t('encoder.tokens.id', { piece, id }), remarks].filter(Boolean).join(' · ')}
    >
      {piece}
      {remarks && <span className="out-of-sight"> ({remarks})</span>}
    </li>
  );
}
