import { useTranslation } from 'react-i18next';
import { planOf } from '../../../store/page/selectors.ts';
import { usePage } from '../../use-page.ts';
import classes from './EncoderDrawing.module.css';
import { type Box, hourglass, waistOf } from './layout.ts';
import { pressable } from './press.ts';

interface SmallLayerProps {
  layer: number;
  box: Box;
  font: number;
  onOpen: (layer: number) => void;
}

/** Widths from which a layer's number has room below it. */
const numberRoom = 12;

/** A layer in small; pressed, it becomes the large one. */
export function SmallLayer({ layer, box, font, onOpen }: SmallLayerProps) {
  const hidden = usePage((state) => state.encoder?.config.hidden ?? 1);
  const plan = usePage(planOf);
  const { t } = useTranslation();
  const label = t('inspect.drawing.openLayer', { layer: layer + 1 });
  const widest = Math.max(
    0,
    ...(plan?.adapters ?? []).filter((adapter) => adapter.layer === layer).map(({ bottleneck }) => bottleneck),
  );
  const waist = { ...box, x: box.x + 0.3 * box.width, width: 0.4 * box.width };
  const block = plan?.base === 'all' ? classes.trained : classes.frozen;
  return (
    // A button of HTML cannot stand inside a picture.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <g role="button" {...pressable(() => onOpen(layer))} aria-label={label}>
      <title>{label}</title>
      <rect x={box.x} y={box.y - 12} width={box.width} height={box.height + 24} fill="transparent" />
      {widest > 0 ? (
        <>
          <rect className={block} x={box.x} y={box.y} width={0.28 * box.width} height={box.height} rx={2} />
          <path className={classes.trained} d={hourglass(waist, waistOf(box.height, widest, hidden))} />
          <rect
            className={block}
            x={box.x + 0.72 * box.width}
            y={box.y}
            width={0.28 * box.width}
            height={box.height}
            rx={2}
          />
        </>
      ) : (
        <rect className={block} {...box} rx={2} />
      )}
      {(plan?.base === 'biases' || plan?.loras.some((lora) => lora.layer === layer)) && (
        <rect className={classes.trained} x={box.x} y={box.y + box.height - 4} width={box.width} height={4} />
      )}
      {box.width >= numberRoom && (
        <text x={box.x + box.width / 2} y={box.y - 0.4 * font} style={{ fontSize: font }}>
          {layer + 1}
        </text>
      )}
    </g>
  );
}
