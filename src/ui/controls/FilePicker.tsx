import { Button } from '@mantine/core';
import { useRef } from 'react';
import type { FolderFile } from '../../base/file-set.ts';
import { pickedFiles } from '../pick-files.ts';

interface FilePickerProps {
  label: string;
  disabled?: boolean;
  /** Whether a folder is picked, with everything in it. */
  folder?: boolean;
  onFiles: (files: FolderFile[]) => void;
}

/** A button for a file input, which itself is not to be seen. */
export function FilePicker({ label, disabled = false, folder = false, onFiles }: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button size="xs" variant="light" disabled={disabled} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label={label}
        // React's types know no folders.
        {...(folder ? { webkitdirectory: '' } : {})}
        onChange={({ currentTarget }) => {
          onFiles(pickedFiles(currentTarget.files));
          // The same file again is a new choice.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
