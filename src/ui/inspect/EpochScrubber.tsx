import { Button, Slider, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Milliseconds that each moment is shown while they play. */
const showing = 800;

interface EpochScrubberProps {
  /** Epochs of the moments, in their order. */
  epochs: readonly number[];
  /** The moment shown, as an index. */
  at: number;
  onMove: (at: number) => void;
  /** Sentences answered otherwise than at the moment before. */
  changed: number;
}

/** Chooses the moment that is shown, or plays all of them from the first. */
export function EpochScrubber({ epochs, at, onMove, changed }: EpochScrubberProps) {
  const [playing, setPlaying] = useState(false);
  const { t } = useTranslation();
  const last = epochs.length - 1;
  const epoch = epochs[at];
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (at >= last) setPlaying(false);
      else onMove(at + 1);
    }, showing);
    return () => clearTimeout(timer);
  }, [playing, at, last, onMove]);
  const play = () => {
    if (!playing && at >= last) onMove(0);
    setPlaying(!playing);
  };
  return (
    <div data-testid="snapshot-steps">
      <div className="controls">
        <Button size="compact-xs" variant="light" disabled={last < 1} onClick={play}>
          {t(playing ? 'inspect.halt' : 'inspect.play')}
        </Button>
        <Text size="xs">
          {t('inspect.atEpoch', { epoch: epoch ?? 0 })}
          {at > 0 ? ` · ${t('inspect.changed', { amount: changed })}` : ''}
          {/* A run that was watched has its beginning. */}
          {last < 1 && epoch !== undefined && epoch > 0 ? ` · ${t('inspect.keptFrom')}` : ''}
        </Text>
      </div>
      <Slider
        size="xs"
        mx={8}
        min={0}
        max={Math.max(1, last)}
        disabled={last < 1}
        label={null}
        thumbLabel={t('inspect.epoch')}
        value={Math.max(0, at)}
        onChange={(value) => {
          setPlaying(false);
          onMove(value);
        }}
      />
    </div>
  );
}
