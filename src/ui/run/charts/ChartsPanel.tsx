import { Guard } from '../../page/Guard.tsx';
import { AccuracyPanel } from './AccuracyPanel.tsx';
import { LossPanel } from './LossPanel.tsx';
import { MemoryPanel } from './MemoryPanel.tsx';
import { RatioPanel } from './RatioPanel.tsx';

/** Loss, accuracy, trainable share and memory. */
export default function ChartsPanel() {
  return (
    <div className="charts">
      <Guard>
        <LossPanel />
      </Guard>
      <Guard>
        <AccuracyPanel />
      </Guard>
      <Guard>
        <MemoryPanel />
      </Guard>
      <Guard>
        <RatioPanel />
      </Guard>
    </div>
  );
}
