import { UserError } from '../../errors.ts'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const isLocked = (error: unknown): boolean => messageOf(error).includes('Could not set lock')

export const notFound = (file: string): UserError =>
  new UserError(
    'store/not-found',
    `there is no store \`${file}\` yet`,
    'put denials into it first: `denytrace ingest PATH…`',
  )

export const busy = (file: string): UserError =>
  new UserError(
    'store/busy',
    `another program keeps \`${file}\` open`,
    'end that program, or try again when it is done; for several writers at a time use `--store postgres://…`',
  )

/** Fault of a write that the disk refuses, in the user's words; nothing of the transaction is written then. */
export function writeFault(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
  const isFull = /Could not write|No space left|File too large|Disk quota/i.test(messageOf(error))
  if (isFull || (code !== undefined && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)))
    return new UserError(
      'store/full',
      `\`${file}\` cannot grow: ${messageOf(error).split('\n')[0] ?? ''}`,
      'make room on the disk and run it again: what was written stays, and nothing is counted twice',
    )
  if (code === undefined) return error
  return new UserError(
    'output/not-written',
    `\`${file}\` cannot be written: ${code}`,
    'name a file in a folder that you may write to, and run it again: nothing is counted twice',
  )
}

/** Memory that the machine, or the limit of a container, does not give. */
export function memoryFault(error: unknown, file: string): unknown {
  if (!messageOf(error).startsWith('Out of Memory Error')) return error
  return new UserError(
    'store/no-memory',
    `there is no memory for what was asked of \`${file}\`: ${messageOf(error).split('\n')[0] ?? ''}`,
    'ask for less at a time with `--since` and `--until`, read fewer files at a time, or give the process more memory',
  )
}

export const isBusy = (error: unknown): boolean => error instanceof UserError && error.code === 'store/busy'

export function unreadable(file: string, error: unknown): unknown {
  if (error instanceof UserError) return error
  return new UserError(
    'store/unreadable',
    `\`${file}\` cannot be opened as a store: ${messageOf(error).split('\n')[0] ?? ''}`,
    'name another file with `--store duckdb:PATH`; the newest Parquet export beside it can be read with any tool',
  )
}
