import { Button, CopyButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './CopyBlock.module.css';

/** Text to be read and copied; what else can be done with it stands beside the button. */
export function CopyBlock({ label, text, children }: { label: string; text: string; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <section className={classes.code} aria-label={label} tabIndex={0}>
        <pre>{text}</pre>
      </section>
      <div className="controls">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="xs" variant="light" onClick={copy}>
              {t(copied ? 'export.copied' : 'export.copy')}
            </Button>
          )}
        </CopyButton>
        {children}
      </div>
    </>
  );
}
