import { useTranslation } from 'react-i18next';

/** By keyboard, past the header: to what trains where that is in sight, else to the view. */
function skip(): void {
  const main = document.querySelector('main');
  const train = main?.querySelector<HTMLElement>('[data-trains]:not(:disabled)');
  if (train) train.focus();
  else if (main) {
    main.tabIndex = -1;
    main.focus();
  }
}

/** The page's first stop for whoever goes through it by Tab; out of sight until then. The address is the view's: no anchor. */
export function SkipLink() {
  const { t } = useTranslation();
  return (
    <button type="button" className="skip-link" onClick={skip}>
      {t('page.skip')}
    </button>
  );
}
