import { UserError } from '../../errors.ts'

/**
 * Faults that pass without anybody changing the request: the server is away, starting or ending, its disk is full, two
 * transactions were in each other's way. https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const PASSING = new Set([
  '40001',
  '40P01',
  '53100',
  '53200',
  '53300',
  '55P03',
  '57P01',
  '57P02',
  '57P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  if (PASSING.has(code) || code.startsWith('08')) return true
  // A session cannot begin where the disk has no room for the list of relations that it keeps; it has no code of its own.
  if (code === 'XX000' && messageOf(error).startsWith('could not write init file')) return true
  return /Connection terminated|Client has encountered a connection error|timeout exceeded/i.test(messageOf(error))
}

/** Faults of the user's server in the user's words; ours stay as they are. */
export function postgresFault(error: unknown, name: string): unknown {
  const code = codeOf(error)
  if (error instanceof UserError) return error
  if (code.startsWith('28') || code === '3D000')
    return new UserError(
      'store/unreadable',
      `\`${name}\` does not let us in: ${messageOf(error)}`,
      'check user, password and database of the URL; the password may also stand in PGPASSWORD or ~/.pgpass',
    )
  if (code.startsWith('42501'))
    return new UserError(
      'store/unreadable',
      `\`${name}\`: ${messageOf(error)}`,
      'the user needs to create tables in the database',
    )
  // Its tables were made by others: ours have a version beside them.
  if (code === '42P07')
    return new UserError(
      'store/unreadable',
      `\`${name}\` is a database of another program: ${messageOf(error)}`,
      'name an empty database, or one that denytrace made',
    )
  if (isPassing(error) || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new UserError(
      'store/unreachable',
      `\`${name}\` cannot be reached: ${messageOf(error)}`,
      'check that PostgreSQL runs there and has room on its disk',
    )
  return error
}
