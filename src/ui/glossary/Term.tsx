import { Popover, Text } from '@mantine/core';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TermId } from '../../store/glossary/terms.ts';
import classes from './Term.module.css';

/**
 * A term where it is used, explained when it is pointed at, tapped or reached by keyboard. In a field's label, too: it is no
 * control of its own there.
 */
export function Term({ id, children }: { id: TermId; children?: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const describing = useId();
  const { t } = useTranslation();
  const name = t(`glossary.terms.${id}.name`);
  const open = () => setOpened(true);
  const close = () => setOpened(false);
  const onClick = (event: MouseEvent) => {
    // The label that it may lie in would take the focus away.
    event.preventDefault();
    open();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      setOpened(!opened);
    }
  };
  return (
    <Popover opened={opened} onChange={setOpened} width={280} position="top" withArrow shadow="md" withRoles={false}>
      <Popover.Target>
        {/* biome-ignore lint/a11y/useSemanticElements: a button would be a second control in the label of a field */}
        <span
          role="button"
          tabIndex={0}
          className={classes.term}
          aria-describedby={opened ? describing : undefined}
          onMouseEnter={open}
          onMouseLeave={close}
          onFocus={open}
          onBlur={close}
          onClick={onClick}
          onKeyDown={onKeyDown}
        >
          {children ?? name}
        </span>
      </Popover.Target>
      <Popover.Dropdown role="tooltip" id={describing}>
        <Text size="sm">
          <b>{name}</b> {t(`glossary.terms.${id}.text`)}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
