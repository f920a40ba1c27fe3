import { isHidden, unwritable } from './hidden.ts'
import { jsonText } from './json.ts'
import { safeLine } from './terminal.ts'

/** What stands for itself in a shell, and is no option. */
const PLAIN = /^[A-Za-z0-9_./=+@:][A-Za-z0-9_./=+@:-]{0,2047}$/

/**
 * A text as one word of a POSIX shell, on one line: as it is where nothing in it is special, else in single quotes. Line ends
 * and what a reader would not see are given to printf by their bytes. Ask `noWord` first.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text
  return text === ''
    ? "''"
    : runsOf(text)
        .map(({ byNumber, run }) => (byNumber ? printed(run) : quoted(run)))
        .join('')
}

/** A text of one's own in single quotes, which nothing within leaves. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

interface Run {
  readonly byNumber: boolean
  run: string
}

/** Stretches of what can be read and what cannot. The shell cuts line ends off what a command prints, so one more follows. */
function runsOf(text: string): readonly Run[] {
  const runs: Run[] = []
  let last = ''
  for (const character of text) {
    const byNumber = last === '\n' || character === '\n' || isHidden(character)
    const run = runs.at(-1)
    if (run?.byNumber === byNumber) run.run += character
    else runs.push({ byNumber, run: character })
    last = character
  }
  return runs
}

const printed = (text: string): string =>
  `"$(printf '${[...new TextEncoder().encode(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}')"`

/** Why a text cannot be a word of a shell; undefined: it can. */
export const noWord = (text: string): string | undefined =>
  unwritable(text) ?? (text.endsWith('\n') ? 'it ends with a line end' : undefined)

/** A value as JSON in one word, which may have several lines: nothing is hidden in it. */
export const shellJson = (value: unknown, indent?: number): string => quoted(jsonText(value, indent))

/** A text behind `#`: on one line, whatever it holds. */
export const shellComment = (text: string): string => `# ${safeLine(text)}`

/**
 * Why a text cannot be an option's value for the AWS CLI: beside what no word holds, the CLI takes `file://` and `http://` for
 * what stands there, and would send that. https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html
 */
export const noAwsValue = (text: string): string | undefined =>
  noWord(text) ??
  (/^(?:fileb?|https?):\/\//i.test(text) ? 'the AWS CLI would read the file or page of that name' : undefined)

/** `--name word`; joined by `=` where the word looks like an option itself. */
export const awsOption = (name: string, value: string): string =>
  value.startsWith('-') ? `${name}=${shellWord(value)}` : `${name} ${shellWord(value)}`

/** A JMESPath raw string: https://jmespath.org/specification.html#raw-string-literals */
export const jmesText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
