import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { formatCount } from '../format.ts';
import classes from './Classroom.module.css';

/** Bytes that the largest QR code holds, with the least error correction. */
const mostBytes = 2953;

/** A link as a QR code, black on white in dark pages, too; a sentence where it is too long for one. */
export function QrCode({ link, label }: { link: string; label: string }) {
  const { t } = useTranslation();
  const bytes = new TextEncoder().encode(link).length;
  const code = useMemo(() => (bytes <= mostBytes ? encode(link, { ecc: 'L', border: 4 }) : null), [link, bytes]);
  if (!code)
    return (
      <Text size="xs" c="dimmed">
        {t('classroom.qrTooLong', { bytes: formatCount(bytes), most: formatCount(mostBytes) })}
      </Text>
    );
  const { size, data } = code;
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])));
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join('')} fill="#000" />
    </svg>
  );
}
