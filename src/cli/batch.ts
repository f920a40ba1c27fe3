import { type Answer, runBatch } from '#app/batch.ts'
import { readText } from '#app/files.ts'
import { EXIT, type Io } from './command.ts'

/** Lines are gathered before they are written: one call of the system for each would cost more than most answers. */
const FLUSH_AT = 64 * 1024

/** `--batch FILE`: JSON Lines in, JSON Lines out; 3 if a line has an error, else 0, whatever the decisions (docs/json.md, "Batch"). */
export async function batch(file: string, answer: Answer, io: Io, isDebug: boolean): Promise<number> {
  const { text } = await readText(file, io.stdin)
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
      if (isDebug && error instanceof Error) io.err(`${error.stack ?? ''}\n`)
    },
  })
  flush()
  return isGood ? EXIT.ok : EXIT.unreadable
}
