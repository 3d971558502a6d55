/** The tasks that the product brings along: real text, each with its source and licence. */
export interface BuiltInTask {
  name: string;
  source: string;
  licence: string;
}

export const builtInTasks: readonly BuiltInTask[] = [
  { name: 'trivia_topics', source: 'OpenTriviaQA', licence: 'CC BY-SA 4.0' },
  { name: 'clinc_domains', source: 'CLINC150 (Larson et al. 2019)', licence: 'CC BY 3.0' },
  { name: 'sms_spam', source: 'SMS Spam Collection (Almeida, Hidalgo; UCI)', licence: 'CC BY 4.0' },
];

/** The encoders that the product brings along, in public/models. */
export const builtInEncoders: readonly string[] = ['encoder-small'];
