/** Share of unknown tokens above which the vocabulary is of another language, and the run means little. */
export const mostlyUnknown = 0.2;
