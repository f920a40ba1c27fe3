import { endOfValue, membersAt } from '#iam/json-scan.ts'
import { type AwsCommand, awsCommands } from '#intake/paste/aws-command.ts'
import { absentIn } from '#snapshot/at-hand/absent.ts'
import { byCommand } from '#snapshot/at-hand/by-command.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'
import { printedPolicies } from '#snapshot/at-hand/printed-policy.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'

/** Characters up to which a text is searched for outputs, and how many outputs and false starts there may be. */
const LONGEST = 2_000_000
const MOST_OUTPUTS = 60
const MOST_STARTS = 400

/** An output of the AWS CLI in a text: its lines in their places, and blanks instead of all others. */
interface Output {
  readonly at: number
  readonly end: number
  readonly text: string
}

/**
 * Policies and settings in a text that is no JSON as a whole: outputs of several commands, with the prompt and the command above
 * each, between the lines of a log, or in the code blocks of a page.
 */
export function piecesInText(name: string, text: string): readonly Piece[] {
  if (text.length > LONGEST || !/^[ \t]{0,12}[[{]|An error occurred \(/m.test(text)) return []
  const outputs = outputsIn(text)
  const commands = outputs.length === 0 ? [] : awsCommands(text)
  const found = outputs.flatMap((output, i): readonly Piece[] => {
    const command = commandAbove(commands, outputs[i - 1]?.end ?? 0, output.at)
    const pieces = piecesOf(name, output.text, command !== undefined)
    return command === undefined ? pieces : byCommand(pieces, command)
  })
  const absent = absentIn(name, text).flatMap(({ at, piece }) => {
    const command = commandAbove(awsCommands(text), 0, at)
    return command === undefined ? [piece] : byCommand([piece], command)
  })
  return [...found, ...absent]
}

/** The outputs in a JSON list of them, as `jq -s` makes it. */
export const piecesInList = (name: string, text: string): readonly Piece[] =>
  outputsIn(text).flatMap((output) => piecesOf(name, output.text, false))

/** The only output in a text, such as the one under its command; undefined: the text is JSON, or has none or several. */
export function onlyOutputIn(text: string): string | undefined {
  if (/^\s*[[{]/.test(text) || text.length > LONGEST) return undefined
  const [output, ...others] = outputsIn(text)
  return others.length === 0 ? output?.text : undefined
}

function piecesOf(name: string, text: string, isPrinted: boolean): readonly Piece[] {
  const found = recognize(name, text)
  if (found.is === 'pieces') return found.pieces
  return isPrinted && found.is === 'nothing' && found.unused === undefined ? printedPolicies(name, text) : []
}

/** The last command between the output before and this one. */
const commandAbove = (commands: readonly AwsCommand[], from: number, to: number): AwsCommand | undefined =>
  commands.findLast(({ at }) => at >= from && at < to)

/** JSON objects that begin a line, and the objects of lists that do. */
function outputsIn(text: string): readonly Output[] {
  const found: Output[] = []
  const starts = /^[ \t]{0,12}(?=[[{])/gm
  for (let tried = 0; tried < MOST_STARTS && found.length < MOST_OUTPUTS; tried++) {
    const match = starts.exec(text)
    if (match === null) break
    const at = match.index + match[0].length
    const end = endOfValue(text, at)
    const parts = partsAt(text, at, end)
    found.push(...parts)
    if (parts.length > 0) starts.lastIndex = end
    else if (starts.lastIndex === match.index) starts.lastIndex++
  }
  return found
}

function partsAt(text: string, at: number, end: number): readonly Output[] {
  if (!isJson(text.slice(at, end))) return []
  if (text[at] === '{') return [outputAt(text, at, end)]
  return membersAt(text, at)
    .filter(({ start }) => text[start] === '{')
    .map(({ start, end: last }) => outputAt(text, start, last))
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const outputAt = (text: string, at: number, end: number): Output => ({
  at,
  end,
  text: `${text.slice(0, at).replaceAll(/[^\n]+/g, '')}${text.slice(at, end)}`,
})
