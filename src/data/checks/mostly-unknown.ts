/** Where more than this share of the tokens is unknown, the vocabulary is of another language: the run means little. */
export const mostlyUnknown = 0.2;
