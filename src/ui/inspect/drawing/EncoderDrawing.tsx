import { Text } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { planOf } from '../../../store/page/selectors.ts';
import { colors } from '../../colors.ts';
import { usePage } from '../../use-page.ts';
import { DrawnBlock } from './DrawnBlock.tsx';
import classes from './EncoderDrawing.module.css';
import { GlowLegend } from './GlowLegend.tsx';
import { Gradients } from './Gradients.tsx';
import { type DrawingSize, type Layout, layoutOf } from './layout.ts';
import { OpenLayer } from './OpenLayer.tsx';
import type { Pointed } from './press.ts';
import { ReadOutLine } from './ReadOutLine.tsx';
import { SmallLayer } from './SmallLayer.tsx';
import { Tokens } from './Tokens.tsx';

interface EncoderDrawingProps {
  size?: DrawingSize;
}

/** Layers that are taken to be there while no encoder is: the drawing's height does not depend on them. */
const assumedLayers = 4;

/** Windows from this height on have room for a larger drawing. */
const highWindow = 900;

/** Width of an element in pixels, known before it is painted, and whether its window is high. */
function useRoom() {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, isHigh: false });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setRoom({ width: element.clientWidth, isHigh: innerHeight >= highWindow });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, ...room };
}

/**
 * The encoder as one path from the words to the head: frozen blocks blue, trained ones orange, one layer large and the
 * others small. While it trains, the sentence's tokens run along it and the gradients back.
 */
export function EncoderDrawing({ size = 'compact' }: EncoderDrawingProps) {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const [chosen, setChosen] = useState(0);
  const [at, setAt] = useState<Pointed | null>(null);
  const { ref, width, isHigh } = useRoom();
  const { t } = useTranslation();
  const layers = encoder?.config.layers ?? assumedLayers;
  const open = Math.min(chosen, layers - 1);
  const layout = width > 0 ? layoutOf(width, size, layers, open, isHigh) : null;
  const isAll = plan?.base === 'all';
  const shared = { size, onPoint: setAt };
  /** Where the drawing's order of add and norm needs a word. */
  const normBefore = encoder?.config.rotary ? t('inspect.drawing.normBefore') : '';
  const leave = () => setAt(null);
  const drawSmall = ({ small, font }: Layout, isHere: (layer: number) => boolean) =>
    small
      .filter(({ layer }) => isHere(layer))
      .map((one) => <SmallLayer key={one.layer} {...one} {...shared} font={font} onOpen={setChosen} />);
  return (
    <figure className={classes.drawing} data-size={size} onPointerLeave={leave} onBlur={leave}>
      <div ref={ref} style={{ height: layout?.height }}>
        {layout && !encoder && <Coming layout={layout} />}
        {layout && encoder && (
          <svg width={layout.width} height={layout.height} viewBox={`0 0 ${layout.width} ${layout.height}`}>
            <title>{t('inspect.drawing.title')}</title>
            <desc>{`${t('inspect.drawing.description', { layers })} ${normBefore}`}</desc>
            {layout.frames.map((frame) => (
              <rect key={frame.y} className={classes.frame} {...frame} rx={8} />
            ))}
            {layout.rows.map(({ from, to, y }) => (
              <path key={y} className={classes.wire} d={`M${from} ${y}H${to}`} />
            ))}
            {layout.turn && <path className={classes.wire} d={layout.turn} />}
            <Gradients layout={layout} open={open} />
            <DrawnBlock
              block={{ part: 'embeddings' }}
              text={t('inspect.drawing.embeddings')}
              place=""
              hint={`${encoder.config.vocabulary} × ${encoder.config.hidden}`}
              trained={isAll}
              box={layout.embeddings}
              font={layout.font}
              onPoint={setAt}
            />
            {drawSmall(layout, (layer) => layer < open)}
            <OpenLayer key={open} layout={layout} layer={open} {...shared} />
            {drawSmall(layout, (layer) => layer > open)}
            <DrawnBlock
              block={{ part: 'head' }}
              text={t('inspect.drawing.head')}
              place=""
              hint={`${encoder.config.hidden} × C`}
              trained
              box={layout.head}
              font={layout.font}
              onPoint={setAt}
            />
            <Tokens layout={layout} open={open} />
          </svg>
        )}
      </div>
      {size === 'large' ? (
        <figcaption className={classes.readOut}>
          {at ? (
            <ReadOutLine at={at} />
          ) : (
            `${t('inspect.drawing.legend', { hidden: encoder?.config.hidden ?? '…' })} ${normBefore}`
          )}
        </figcaption>
      ) : (
        <>
          {at && (
            <div className={classes.pointed}>
              <ReadOutLine at={at} />
            </div>
          )}
          <Text size="xs" className={classes.key}>
            {(['frozen', 'trainable'] as const).map((part) => (
              <span key={part}>
                <span className="swatch" style={{ background: part === 'frozen' ? colors.frozen : colors.trained }} />
                {t(`run.chart.${part}`)}
              </span>
            ))}
          </Text>
          <GlowLegend />
          {normBefore && (
            <Text size="xs" c="dimmed">
              {normBefore}
            </Text>
          )}
        </>
      )}
    </figure>
  );
}

/** What will stand where, until the encoder is there. */
function Coming({ layout }: { layout: Layout }) {
  const { embeddings, head, small, sublayers } = layout;
  const { attention, ffn } = sublayers;
  const blocks = [embeddings, ...[attention, ffn].flatMap(({ block, norm }) => [block, norm]), head];
  return (
    <svg width={layout.width} height={layout.height} aria-hidden="true">
      {[...blocks, ...small.map(({ box }) => box)].map((box) => (
        <rect key={`${box.x} ${box.y}`} className={classes.coming} {...box} rx={4} />
      ))}
    </svg>
  );
}
