import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { TermId } from '../../store/glossary/terms.ts';
import { Term } from './Term.tsx';
import { type Part, partsOf } from './term-parts.ts';

/** A text in which the first mention of each of some terms is explained. */
export function TermText({ text, terms }: { text: string; terms: readonly TermId[] }) {
  const { t } = useTranslation();
  const parts: Part[] = partsOf(
    text,
    terms.map((id) => ({ id, name: t(`glossary.terms.${id}.name`) })),
  );
  return parts.map(({ text: words, id, at }) => (
    <Fragment key={at}>{id ? <Term id={id}>{words}</Term> : words}</Fragment>
  ));
}
