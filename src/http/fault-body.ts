import { UserError } from '../errors.ts'
import type { ErrorBody } from './wire.ts'

/** HTTP status of an error: 4xx for a fault the caller can mend; anything else is our bug. */
export function statusOf(error: unknown): number {
  if (!(error instanceof UserError)) return 500
  return STATUS[error.code] ?? 400
}

const STATUS: Readonly<Record<string, number>> = {
  'input/no-denial': 422,
  'http/too-hard': 503,
  // They stood when the service was started.
  'snapshot/not-found': 503,
  'snapshot/too-large': 503,
  'snapshot/unfinished': 503,
  'snapshot/unreadable': 503,
  'store/no-such-denial': 404,
  'store/no-such-alert': 404,
  'store/not-found': 503,
  'store/busy': 503,
  'store/unreachable': 503,
  'store/unreadable': 503,
  'store/newer': 503,
}

export function bodyOf(error: unknown): ErrorBody {
  if (error instanceof UserError)
    return { error: { code: error.code, message: withoutFolders(error.message), hint: withoutFolders(error.hint) } }
  // What a library says of a fault may name anything; the log has it.
  return {
    error: {
      code: 'internal/bug',
      message: 'this is our fault',
      hint: 'the log of `denytrace serve --debug` has the stack',
    },
  }
}

/** Who asks over the network is told which file, and not where on the machine it lies. */
export const withoutFolders = (text: string): string =>
  text.replaceAll(
    /(?<=[`'"]|duckdb:)(?:\/|[A-Za-z]:[\\/])(?!api\/)[^`'"\n]{0,4000}[\\/](?=[^`'"\\/\n]{1,300}(?:[`'"]|$))/g,
    '',
  )
