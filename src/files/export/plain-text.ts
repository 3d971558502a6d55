/** Names that a person, a link or a file gave, as they are written into others' formats: as text, and nothing more. */

/** Text on one line: in a comment, the next would be code. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** Text as Markdown on one line that shows it as it is: it may hold a link, a picture or HTML. */
export const plainMarkdown = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>&|~$#!]/g, '\\$&');
