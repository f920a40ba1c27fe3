import type { OpenInput } from '#app/files.ts'
import type { Io } from './command.ts'
import { startProgress } from './progress.ts'

/** In milliseconds: what is done sooner needs no word. */
const PATIENCE = 1000
/** Between two words. */
const BETWEEN = 100
const MB = 1_000_000

/**
 * The inputs, of which a line on the terminal of standard error says how far they are read once that takes longer than a
 * second. `now` in milliseconds.
 */
export function readingProgress(
  inputs: readonly OpenInput[],
  io: Io,
  now: () => number = Date.now,
): { readonly inputs: readonly OpenInput[]; readonly end: () => void } {
  const progress = startProgress(io, 'reading')
  if (!progress.isShown) return { inputs, end: progress.end }
  const start = now()
  const total = inputs.reduce((sum, { size }) => sum + (size ?? Number.NaN), 0)
  let [done, last, isTold] = [0, 0, false]
  const tell = (name: string): void => {
    const at = now()
    if (at - start < PATIENCE || at - last < BETWEEN) return
    ;[last, isTold] = [at, true]
    progress.tell(inMb(done), Number.isNaN(total) ? 0 : inMb(Math.max(done, total)), `MB, ${name}`)
  }
  async function* counted({ name, chunks }: OpenInput): AsyncGenerator<string, undefined> {
    for await (const part of chunks()) {
      done += part.length
      tell(name)
      yield part
    }
  }
  return {
    inputs: inputs.map((input) => ({ ...input, chunks: () => counted(input) })),
    end: () => (isTold ? progress.end() : undefined),
  }
}

const inMb = (characters: number): number => Math.round(characters / MB)
