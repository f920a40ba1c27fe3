import { UserError } from '../../errors.ts'
import { QueryError } from './query-error.ts'

/** Error of a query of history as a fault that the user can mend. */
export function historyFault(name: string, error: unknown): unknown {
  if (!(error instanceof QueryError)) return error
  const { kind, code, message } = error
  if (kind === 'unreachable')
    return new UserError('store/unreachable', message, 'check the address, the network and that the cluster runs')
  const [code_, hint] = KNOWN.get(code) ?? ['store/query-failed', HINTS[kind]]
  return new UserError(code_, `\`${name}\` did not answer (${code}): ${message.split('\n', 1)[0] ?? ''}`, hint)
}

const HINTS = {
  lost: 'the cluster lost the query more than once: try again when all its workers are back',
  'too-long': 'a single day is too much for its limits: narrow the filters, or raise `timeout` in the URL',
  refused: 'make the tables with what `denytrace schema trino` or `schema athena` prints, or see docs/history.md',
} as const

const ACCESS = [
  'store/no-access',
  'set DENYTRACE_TRINO_TOKEN or DENYTRACE_TRINO_PASSWORD, and see that this user may read the tables',
] as const

const KNOWN: ReadonlyMap<string, readonly ['store/no-access', string]> = new Map([
  ['HTTP_401', ACCESS],
  ['HTTP_403', ACCESS],
  ['PERMISSION_DENIED', ACCESS],
])
