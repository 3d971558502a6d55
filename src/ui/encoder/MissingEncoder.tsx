import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { encoderInstead, switchToLoaded } from '../../store/encoder/loaded.ts';
import { encoderStore, isHubName, lookUp, openEncoderChooser } from '../../store/encoder/state.ts';
import { usePage } from '../use-page.ts';

/** The run names an encoder that is not here: what to do is asked, nothing is fetched. */
export function MissingEncoder() {
  const missing = usePage((state) => state.missingEncoder);
  const current = usePage(({ encoder, run }) => encoder?.name ?? encoderInstead(run));
  const problem = useStore(encoderStore, (state) => state.problem);
  const say = useMessage();
  const { t } = useTranslation();
  if (!missing) return null;
  const onHub = isHubName(missing);
  const choose = () => {
    openEncoderChooser();
    if (onHub) void lookUp(missing);
  };
  return (
    <Alert color="yellow" title={t('encoder.missing.title')}>
      <Text size="sm">{t(onHub ? 'encoder.missing.hub' : 'encoder.missing.folder', { name: missing })}</Text>
      {problem && <Text size="sm">{say(problem)}</Text>}
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" variant="light" onClick={choose}>
          {t(onHub ? 'encoder.missing.look' : 'encoder.missing.choose')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={switchToLoaded}>
          {t('encoder.missing.instead', { name: current })}
        </Button>
      </Group>
    </Alert>
  );
}
