import { Guard } from '../page/Guard.tsx';
import { SweepPanel } from '../queue/SweepPanel.tsx';
import { FrontierPanel } from './FrontierPanel.tsx';
import { RunsPanel } from './RunsPanel.tsx';

/** Runs beside each other. */
export default function ComparePanel() {
  return (
    <>
      <Guard>
        <RunsPanel />
      </Guard>
      <div className="charts">
        <Guard>
          <FrontierPanel />
        </Guard>
        <Guard>
          <SweepPanel />
        </Guard>
      </div>
    </>
  );
}
