import { type Answer, runBatch } from '#app/batch.ts'
import { readText } from '#app/files.ts'
import { UserError } from '../errors.ts'
import { EXIT, type Io } from './command.ts'

/** Lines are gathered before they are written: one call of the system for each would cost more than most answers. */
const FLUSH_AT = 64 * 1024

interface BatchValues {
  readonly batch: string | undefined
  readonly debug: boolean
}

/** `--batch FILE`: JSON Lines in, JSON Lines out; 3 if a line has an error, else 0, whatever the decisions (docs/json.md, "Batch"). */
export async function batch(
  { values, files }: { readonly values: BatchValues; readonly files: readonly string[] },
  answer: Answer,
  io: Io,
): Promise<number> {
  const [operand] = files
  if (operand !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      `both \`--batch\` and \`${operand}\` are given`,
      'a batch has everything in its lines: leave out one of the two',
    )
  const { text } = await readText(values.batch ?? '-', io.stdin)
  const lines: string[] = []
  let size = 0
  const flush = (): void => {
    if (lines.length > 0) io.out(lines.splice(0).join(''))
    size = 0
  }
  const isGood = await runBatch(text, answer, {
    write: (line) => {
      lines.push(line)
      size += line.length
      if (size > FLUSH_AT) flush()
    },
    onBug: (error) => {
      if (values.debug && error instanceof Error) io.err(`${error.stack ?? ''}\n`)
    },
  })
  flush()
  return isGood ? EXIT.ok : EXIT.unreadable
}
