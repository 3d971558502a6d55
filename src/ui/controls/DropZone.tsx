import type { DragEvent, ReactNode } from 'react';
import type { FolderFile } from '../../base/file-set.ts';
import { droppedFiles } from '../pick-files.ts';
import classes from './DropZone.module.css';

interface DropZoneProps {
  onFiles: (files: Promise<FolderFile[]>) => void;
  /** With buttons that pick files, too: dropping is a shortcut, which the keyboard does not have. */
  children: ReactNode;
}

/** A frame that takes files and folders which are dropped on it. */
export function DropZone({ onFiles, children }: DropZoneProps) {
  const drop = (event: DragEvent) => {
    event.preventDefault();
    onFiles(droppedFiles(event.dataTransfer.items));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons do the same
    <div className={classes.zone} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      {children}
    </div>
  );
}
