import { hasClasses } from '../../training/records/records.ts';
import classes from '../charts/ChartFrame.module.css';
import { LatePart, latePart } from '../page/late-part.tsx';
import { ConfusionPanel } from '../run/results/ConfusionPanel.tsx';
import { usePage } from '../use-page.ts';
import { ThresholdPanel } from './ThresholdPanel.tsx';

// Charts have a library of their own.
const ScatterPanel = latePart(() => import('./ScatterPanel.tsx'));

/** What is taken for what, in the picture that fits the kind of answer: a matrix, a threshold to move, a scatter. */
export function KindResults() {
  const outcome = usePage((state) => state.outcome);
  if (!outcome) return null;
  if (hasClasses(outcome)) return <ConfusionPanel outcome={outcome} />;
  if (outcome.kind === 'multi-label') return <ThresholdPanel outcome={outcome} />;
  return <LatePart part={ScatterPanel} props={{ outcome }} fallback={<div className={classes.body} />} />;
}
