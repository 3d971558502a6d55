import { OnnxExport } from './export/OnnxExport.tsx';
import { FrontierPanel } from './FrontierPanel.tsx';
import { RunsPanel } from './RunsPanel.tsx';
import { SweepPanel } from './SweepPanel.tsx';

/** Runs beside each other. */
export default function ComparePanel() {
  return (
    <>
      <RunsPanel />
      <OnnxExport />
      <div className="charts">
        <FrontierPanel />
        <SweepPanel />
      </div>
    </>
  );
}
