import { useTranslation } from 'react-i18next';
import { sites } from '../../../model/methods.ts';
import { planOf } from '../../../store/page/selectors.ts';
import { usePage } from '../../use-page.ts';
import { AdapterSite } from './AdapterSite.tsx';
import { DrawnBlock } from './DrawnBlock.tsx';
import classes from './EncoderDrawing.module.css';
import { GlowLegend } from './GlowLegend.tsx';
import { blockHeight, blockWidth, drawingHeight, endWidth, layerWidth, rowTop } from './sizes.ts';

/** Embeddings and head reach over both rows. */
const end = { y: 26, width: endWidth - 10, height: 74 };
/** The drawing is not squeezed below this share of its own size, or of this width for many layers. */
const minShare = 0.85;
const widestUnsqueezed = 1400;

/** The encoder as blocks: frozen ones blue, trained ones orange; each adapter's waist follows the bottleneck. */
export function EncoderDrawing() {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const { t } = useTranslation();
  if (!encoder) return <figure className={classes.drawing} />;
  const { layers, vocabulary, hidden } = encoder.config;
  const width = 2 * endWidth + layers * layerWidth;
  return (
    <figure className={classes.drawing}>
      <div className={classes.scroll}>
        <svg
          viewBox={`0 0 ${width} ${drawingHeight}`}
          style={{ minWidth: Math.min(width, widestUnsqueezed) * minShare }}
        >
          <title>{t('inspect.drawing.title')}</title>
          <DrawnBlock
            block={{ part: 'embeddings' }}
            text={t('inspect.drawing.embeddings')}
            place=""
            hint={`${vocabulary} × ${hidden}`}
            trained={plan?.base === 'all'}
            x={3}
            {...end}
          />
          {Array.from({ length: layers }, (_, layer) => (
            // Layers have no identity but their number.
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the layer
            <Layer key={layer} layer={layer} x={endWidth + layer * layerWidth} />
          ))}
          <DrawnBlock
            block={{ part: 'head' }}
            text={t('inspect.drawing.head')}
            place=""
            hint={`${hidden} × C`}
            trained
            x={width - endWidth + 3}
            {...end}
          />
        </svg>
      </div>
      <GlowLegend />
    </figure>
  );
}

function Layer({ layer, x }: { layer: number; x: number }) {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const { t } = useTranslation();
  if (!encoder) return null;
  const { hidden, intermediate } = encoder.config;
  const hasLora = plan?.loras.some((lora) => lora.layer === layer) ?? false;
  const trained = plan?.base === 'all';
  const shapes = { attention: `4 × ${hidden} × ${hidden}`, ffn: `${hidden} × ${intermediate} × ${hidden}` };
  const place = t('inspect.drawing.layer', { layer: layer + 1 });
  const size = { width: blockWidth, height: blockHeight };
  return (
    <g>
      <text x={x + layerWidth / 2 - 6} y={14}>
        {place}
      </text>
      {sites.map((site) => (
        <g key={site}>
          <path className={classes.wire} d={`M${x} ${rowTop[site] + blockHeight / 2}h${layerWidth - 6}`} />
          <DrawnBlock
            block={{ part: 'sublayer', layer, site }}
            text={t(`inspect.drawing.${site}`)}
            place={place}
            hint={shapes[site]}
            trained={trained}
            x={x + 2}
            y={rowTop[site]}
            {...size}
          />
          {(hasLora && site === 'attention') || plan?.base === 'biases' ? (
            <rect
              className={classes.trained}
              x={x + 2}
              y={rowTop[site] + blockHeight - 4}
              width={blockWidth}
              height={4}
            />
          ) : null}
          <AdapterSite layer={layer} site={site} x={x + blockWidth + 5} y={rowTop[site]} />
          <DrawnBlock
            block={{ part: 'norm', layer, site }}
            text={t('inspect.drawing.norm')}
            place={place}
            hint={`2 × ${hidden}`}
            trained={trained}
            x={x + blockWidth + 33}
            y={rowTop[site]}
            {...size}
          />
        </g>
      ))}
    </g>
  );
}
