import { useTranslation } from 'react-i18next';
import { type Site, sites } from '../../../model/methods.ts';
import { planOf } from '../../../store/page/selectors.ts';
import { usePage } from '../../use-page.ts';
import { AdapterSite, useAdapter } from './AdapterSite.tsx';
import { DrawnBlock } from './DrawnBlock.tsx';
import classes from './EncoderDrawing.module.css';
import { bypass, type DrawingSize, type Layout } from './layout.ts';
import type { ReadOut } from './press.ts';

interface OpenLayerProps {
  layout: Layout;
  layer: number;
  size: DrawingSize;
  onPoint: ReadOut;
}

/** The layer that is drawn large: attention, adapter, add and norm, feed-forward, adapter, add and norm. */
export function OpenLayer({ layout, layer, size, onPoint }: OpenLayerProps) {
  const { t } = useTranslation();
  const [frame] = layout.frames;
  return (
    <g>
      <text
        className={classes.layerName}
        x={(frame?.x ?? 0) + 8}
        y={(frame?.y ?? 0) + 1.15 * layout.font}
        style={{ fontSize: layout.font }}
      >
        {t('inspect.drawing.layer', { layer: layer + 1 })}
      </text>
      {sites.map((site) => (
        <Sublayer key={site} layout={layout} layer={layer} site={site} size={size} onPoint={onPoint} />
      ))}
    </g>
  );
}

function Sublayer({ layout, layer, site, size, onPoint }: OpenLayerProps & { site: Site }) {
  const encoder = usePage((state) => state.encoder);
  const plan = usePage(planOf);
  const found = useAdapter(layer, site);
  const { t } = useTranslation();
  if (!encoder) return null;
  const { hidden, intermediate, rotary } = encoder.config;
  const { font } = layout;
  const { block, adapter, norm } = layout.sublayers[site];
  const shapes = {
    attention: `4 × ${hidden} × ${hidden}`,
    ffn: `${hidden} × ${rotary ? '2 × ' : ''}${intermediate} × ${hidden}`,
  };
  const place = t('inspect.drawing.layer', { layer: layer + 1 });
  const hasLora = plan?.loras.some((lora) => lora.layer === layer) ?? false;
  const trained = plan?.base === 'all';
  const gap = adapter.x - block.x - block.width;
  const middle = block.y + block.height / 2;
  return (
    <g>
      <path className={classes.wire} d={bypass({ block, adapter, norm }, layout)} />
      <path className={classes.arrow} d={`M${norm.x + norm.width / 2 - 5} ${norm.y - 7}h10l-5 7z`} />
      {found?.adapter.placement === 'parallel' && (
        // It reads what the block reads, not what it writes.
        <path
          className={classes.wire}
          d={`M${block.x - gap / 2} ${middle}V${block.y + block.height + 4}H${adapter.x - gap / 2}V${middle}`}
        />
      )}
      <DrawnBlock
        block={{ part: 'sublayer', layer, site }}
        text={t(`inspect.drawing.${site}`)}
        place={place}
        hint={shapes[site]}
        trained={trained}
        box={block}
        font={font}
        onPoint={onPoint}
      />
      {(hasLora && site === 'attention') || plan?.base === 'biases' ? (
        <rect className={classes.trained} x={block.x} y={block.y + block.height - 5} width={block.width} height={5} />
      ) : null}
      <AdapterSite
        layer={layer}
        site={site}
        box={adapter}
        font={font}
        switches={size === 'compact'}
        onPoint={onPoint}
      />
      {found && (
        <text
          className={classes.shape}
          x={adapter.x + adapter.width / 2}
          y={block.y + block.height + (layout.fall - block.height / 2) + 1.3 * font}
          style={{ fontSize: font }}
        >
          {`${hidden} → ${found.adapter.bottleneck} → ${hidden}`}
        </text>
      )}
      <DrawnBlock
        block={{ part: 'norm', layer, site }}
        text={t('inspect.drawing.norm')}
        place={place}
        hint={rotary ? `${hidden}` : `2 × ${hidden}`}
        trained={trained}
        box={norm}
        font={font}
        onPoint={onPoint}
      />
    </g>
  );
}
