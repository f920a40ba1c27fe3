/** Output formats of the AWS CLI other than JSON. */
export type OtherFormat = 'table' | 'text'

/** The format of an output of the AWS CLI that says what was in force and is not JSON; undefined: it is none. */
export function otherFormat(text: string): OtherFormat | undefined {
  if (/^-{8,}\r?\n\|/.test(text.trimStart())) return 'table'
  return isTextOutput(text.split('\n', 60).filter((line) => line.trim() !== '')) ? 'text' : undefined
}

/** Lines of `--output text`: values with tabs between them, those of an inner structure behind its name in capitals. */
function isTextOutput(lines: readonly string[]): boolean {
  const isNamed = (line: string): boolean => /^[A-Z][A-Z0-9_-]{2,60}(?:\t|\r?$)/.test(line)
  return (
    lines.some((line) => isNamed(line) && line.includes('\t')) &&
    lines.every((line) => isNamed(line) || /^[^\s[{]+(?:\t|\r?$)/.test(line))
  )
}
