import { safeLine } from '#quote/terminal.ts'
import type { Io } from './command.ts'

export interface ProgressLine {
  /** False: what is told is not read by anybody. */
  readonly isShown: boolean
  /** `total` 0: it is not known. */
  readonly tell: (done: number, total: number, what: string) => void
  readonly end: () => void
}

const NOTHING: ProgressLine = { isShown: false, tell: () => undefined, end: () => undefined }

/** Progress line on the terminal of standard error, written over each time; where that is no terminal, none. */
export function startProgress(io: Io, name: string): ProgressLine {
  if (!io.errIsTerminal) return NOTHING
  const width = (io.page.columns ?? 80) - 1
  return {
    isShown: true,
    tell: (done, total, what) => {
      const filled = total === 0 ? 0 : Math.floor((done / total) * 20)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${done}/${total}`
      const line = `${name} ${total === 0 ? done : bar} ${safeLine(what)}`
      io.err(`\r\u001b[K${line.slice(0, width)}`)
    },
    end: () => io.err('\r\u001b[K'),
  }
}
