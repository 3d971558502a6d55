import { Button, Modal, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { formatCount } from '../format.ts';
import classes from './Classroom.module.css';

/** Bytes that the largest QR code holds, with the least error correction. */
const mostBytes = 2953;

/** A link as a QR code, also as large as the screen, for a projector; a sentence where the link is too long for one. */
export function QrCode({ link }: { link: string }) {
  const [isLarge, setIsLarge] = useState(false);
  const { t } = useTranslation();
  const bytes = new TextEncoder().encode(link).length;
  if (bytes > mostBytes)
    return (
      <Text size="xs" c="dimmed">
        {t('classroom.qrTooLong', { bytes: formatCount(bytes), most: formatCount(mostBytes) })}
      </Text>
    );
  return (
    <>
      <Code link={link} />
      <Button variant="default" onClick={() => setIsLarge(true)}>
        {t('classroom.qrLarge')}
      </Button>
      <Modal
        opened={isLarge}
        onClose={() => setIsLarge(false)}
        fullScreen
        title={t('classroom.qr')}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <div className={classes.large}>
          <Code link={link} />
        </div>
      </Modal>
    </>
  );
}

/** Black on white in dark pages, too: many readers take nothing else. */
function Code({ link }: { link: string }) {
  const { t } = useTranslation();
  const { size, dark } = useMemo(() => {
    const { size, data } = encode(link, { ecc: 'L', border: 4 });
    const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])));
    return { size, dark: squares.join('') };
  }, [link]);
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={t('classroom.qr')}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  );
}
