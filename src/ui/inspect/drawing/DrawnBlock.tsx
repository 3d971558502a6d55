import { Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Block } from '../../../model/anatomy.ts';
import { BlockNumbers } from './BlockNumbers.tsx';
import classes from './EncoderDrawing.module.css';
import { pressable } from './press.ts';

interface DrawnBlockProps {
  block: Block;
  /** The label on it. */
  text: string;
  /** Its layer: "Layer 2". Empty for a block of no layer. */
  place: string;
  hint: string;
  trained: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A block of the encoder; pressed, it opens its numbers. */
export function DrawnBlock({ block, text, place, hint, trained, x, y, width, height }: DrawnBlockProps) {
  const [opened, setOpened] = useState(false);
  const { t } = useTranslation();
  const name = place ? t('inspect.block.name', { place, block: text }) : text;
  const label = t('inspect.block.open', { name, shape: hint });
  const long = text.length > 9;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width="min(25rem, 96vw)"
      position="bottom"
      withArrow
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        {/* A button of HTML cannot stand inside a picture. */}
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <g role="button" {...pressable(() => setOpened(!opened))} aria-label={label}>
          <title>{label}</title>
          <rect
            className={trained ? classes.trained : classes.frozen}
            x={x}
            y={y}
            width={width}
            height={height}
            rx={3}
          />
          <text
            className={classes.inBlock}
            x={x + width / 2}
            y={y + height / 2 + 3}
            style={{ fontSize: long ? (width > blockTextRoom ? 8 : 7) : 9 }}
          >
            {text}
          </text>
        </g>
      </Popover.Target>
      <Popover.Dropdown className={classes.numbers}>
        <BlockNumbers block={block} name={name} onLeave={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** A wider block has room for larger letters. */
const blockTextRoom = 47;
