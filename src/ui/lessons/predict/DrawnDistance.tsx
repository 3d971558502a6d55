import { Text } from '@mantine/core';

/** How far the drawn curve is, under the chart that has both: with its room kept before there is anything to say. */
export function DrawnDistance({ words }: { words: string }) {
  return (
    <Text size="sm" mih="1.4rem" role="status" data-testid="drawn-distance">
      {words}
    </Text>
  );
}
