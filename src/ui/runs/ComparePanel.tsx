import { SweepPanel } from '../queue/SweepPanel.tsx';
import { FrontierPanel } from './FrontierPanel.tsx';
import { RunsPanel } from './RunsPanel.tsx';

/** Runs beside each other. */
export default function ComparePanel() {
  return (
    <>
      <RunsPanel />
      <div className="charts">
        <FrontierPanel />
        <SweepPanel />
      </div>
    </>
  );
}
