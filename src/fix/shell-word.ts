/** A text as one word of a shell: as it is where nothing in it is special, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./=+@:-]{1,2048}$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`
