/** Every code a user can meet on standard error, in an HTTP error or in a batch line; docs/messages.md has a row for each. */
export const CODES = [
  'aws/call-failed',
  'aws/no-credentials',
  'aws/unreachable',
  'batch/duplicate-key',
  'batch/missing-field',
  'batch/not-an-object',
  'batch/not-json',
  'documents/different-kinds',
  'documents/not-a-policy',
  'documents/unreadable',
  'drift/unreadable',
  'drift/wrong-form',
  'http/busy',
  'http/no-token',
  'http/not-found',
  'http/other-origin',
  'http/timed-out',
  'http/too-hard',
  'http/too-large',
  'http/unknown-snapshot',
  'http/wrong-host',
  'http/wrong-method',
  'import/nothing-read',
  'import/unreadable',
  'input/ambiguous',
  'input/credentials',
  'input/empty',
  'input/no-denial',
  'input/no-token',
  'input/not-found',
  'input/repeated-key',
  'input/too-large',
  'input/unknown-kind',
  'input/unreadable',
  'internal/bug',
  'mcp/unknown-token',
  'output/not-written',
  'request/wrong-form',
  'run/not-executable',
  'run/not-started',
  'scenario/account-id-without-quotes',
  'scenario/duplicate-key',
  'scenario/not-a-scenario',
  'scenario/not-found',
  'scenario/too-large',
  'scenario/unreadable',
  'serve/not-started',
  'snapshot/not-found',
  'snapshot/too-large',
  'snapshot/unfinished',
  'snapshot/unreadable',
  'store/busy',
  'store/full',
  'store/newer',
  'store/no-access',
  'store/no-memory',
  'store/no-such-alert',
  'store/no-such-denial',
  'store/not-found',
  'store/not-installed',
  'store/query-failed',
  'store/read-only',
  'store/unreachable',
  'store/unreadable',
  'tests/account-id-without-quotes',
  'tests/duplicate-key',
  'tests/no-subject',
  'tests/none',
  'tests/too-many',
  'tests/unknown-field',
  'tests/unreadable',
  'tests/wrong-form',
  'usage/conflicting-options',
  'usage/directory-not-empty',
  'usage/missing-operand',
  'usage/missing-option',
  'usage/missing-value',
  'usage/not-a-value',
  'usage/not-an-arn',
  'usage/too-many-files',
  'usage/unknown-action',
  'usage/unknown-command',
  'usage/unknown-option',
  'usage/unknown-principal',
  'usage/unknown-topic',
] as const
export type Code = (typeof CODES)[number]

/** Every copy of the class bears it: a build has several files with a copy each, and errors go from one to another. */
const MARK = Symbol.for('denytrace.user-error')

const PASSWORD = /:\/\/[^\s:@`]{0,100}:[^\s`]{1,1000}@/g

/** A URL that is given where none is taken, or that cannot be read, is named without what stands before its host. */
const withoutPasswords = (text: string): string => text.replaceAll(PASSWORD, '://…@')

/** A fault the user can mend. Anything else that is thrown is our bug, and keeps its stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly [MARK] = true
  readonly code: Code
  readonly hint: string

  constructor(code: Code, message: string, hint: string) {
    super(withoutPasswords(message))
    this.code = code
    this.hint = withoutPasswords(hint)
  }

  /** `instanceof UserError` finds those of another copy, too; of a class made of it only its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === UserError ? isUserError(value) : Function.prototype[Symbol.hasInstance].call(this, value)
  }
}

export const isUserError = (error: unknown): error is UserError => error instanceof Error && MARK in error
