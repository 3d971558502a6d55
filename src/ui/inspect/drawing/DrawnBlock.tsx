import { Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Block } from '../../../model/anatomy.ts';
import { BlockNumbers } from './BlockNumbers.tsx';
import classes from './EncoderDrawing.module.css';
import type { Box } from './layout.ts';
import { pointed, pressable, type ReadOut } from './press.ts';

interface DrawnBlockProps {
  block: Block;
  /** The label on it. */
  text: string;
  /** Its layer: "Layer 2". Empty for a block of no layer. */
  place: string;
  hint: string;
  trained: boolean;
  box: Box;
  font: number;
  onPoint: ReadOut;
}

/** A block of the encoder; pressed, it opens its numbers. */
export function DrawnBlock({ block, text, place, hint, trained, box, font, onPoint }: DrawnBlockProps) {
  const { t } = useTranslation();
  const name = place ? t('inspect.block.name', { place, block: text }) : text;
  const label = t('inspect.block.open', { name, shape: hint });
  return (
    <WithNumbers block={block} name={name} label={label} onPoint={() => onPoint({ name, block })}>
      <rect className={trained ? classes.trained : classes.frozen} {...box} rx={4} />
      <BlockText text={text} box={box} font={font} />
    </WithNumbers>
  );
}

interface WithNumbersProps {
  block: Block;
  name: string;
  label: string;
  onPoint: () => void;
  children: ReactNode;
}

/** Shapes that open the numbers of a block. */
export function WithNumbers({ block, name, label, onPoint, children }: WithNumbersProps) {
  const [opened, setOpened] = useState(false);
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
        <g role="button" {...pressable(() => setOpened(!opened))} {...pointed(onPoint)} aria-label={label}>
          <title>{label}</title>
          {children}
        </g>
      </Popover.Target>
      <Popover.Dropdown className={classes.numbers}>
        <BlockNumbers block={block} name={name} onLeave={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** A label in two lines where it has two words, in letters that fit. */
function BlockText({ text, box, font }: { text: string; box: Box; font: number }) {
  const isWide = /[\u3000-\u9fff]/.test(text);
  const fits = (word: string, size: number) => word.length * size * (isWide ? 1 : 0.56) < box.width - 4;
  const half = Math.ceil(text.length / 2);
  const halves = isWide ? [text.slice(0, half), text.slice(half)] : text.split(/(?<=-)|\s(?=\S+$)/);
  const words = fits(text, font) ? [text] : halves;
  const longest = words.reduce((one, other) => (other.length > one.length ? other : one), '');
  const size = fits(longest, font) ? font : (box.width - 4) / (longest.length * (isWide ? 1 : 0.56));
  const [middle, line] = [box.y + box.height / 2, 1.15 * size];
  return (
    <text className={classes.inBlock} style={{ fontSize: size }}>
      {words.map((word, i) => (
        <tspan key={word} x={box.x + box.width / 2} y={middle + 0.35 * size + (i - (words.length - 1) / 2) * line}>
          {word}
        </tspan>
      ))}
    </text>
  );
}
