/** An executable file's text names the program that it is: `ls /usr/bin` and `which` are true. */
const magic = '\u007fELF ';

/** The text of the executable file of a program. */
export const executable = (program: string): string => `${magic}${program}\n`;

/** Which program a file's text is; undefined for a file that cannot be run. */
export const programIn = (text: string): string | undefined =>
  text.startsWith(magic) ? text.slice(magic.length).trimEnd() : undefined;
