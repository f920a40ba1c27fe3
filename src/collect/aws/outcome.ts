/** What AWS's answer to one call means for a snapshot (docs/collect.md). */

/** The name AWS gives the error, as its SDK passes it on. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error')

/** Credentials that are wrong or have run out: no further call can succeed, so the run stops and can be resumed. */
const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'TokenProviderError',
  'UnrecognizedClientException',
])

export const isCredentialFault = (error: unknown): boolean => NO_CREDENTIALS.has(errorName(error))

/** Line of `coverage` that says why a read failed: the call, the error's name, and its first sentence without line breaks. */
export function reasonOf(call: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const [line = ''] = text.split('\n', 1)
  // Node's own words for an address that is none leave out the address.
  const whole = error instanceof Error && 'input' in error ? `${line}: ${String(error.input)}` : line
  const said = whole.length > 300 ? `${whole.slice(0, 300)}…` : whole
  return `${call}: ${errorName(error)}${said === '' ? '' : `: ${said}`}`
}

/**
 * Whether AWS says by an error that there is none: its name is in the list, or, where a name stands for other faults too,
 * `Name: text` with a text that its message holds.
 */
const saysNone = (error: unknown, absent: readonly string[]): boolean =>
  absent.some((one) => {
    const [name, text] = one.split(': ', 2)
    return name === errorName(error) && (text === undefined || (error as Error).message.includes(text))
  })

/** The answer; undefined where AWS says by an error of `absent` that there is none. Other errors are thrown on. */
export async function orNone<T>(answer: Promise<T>, absent: readonly string[]): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (saysNone(error, absent)) return undefined
    throw error
  }
}

/** Reads of one resource or part: what AWS refuses is noted, and the rest goes on. */
export interface Reading {
  /** A line for each call that gave nothing. */
  readonly unread: readonly string[]
  /**
   * The answer; `null` where AWS says by an error of `absent` that there is none; undefined where it was refused or
   * failed, which is noted. A credential fault is thrown on.
   */
  readonly ask: <T>(call: string, send: () => Promise<T>, absent?: readonly string[]) => Promise<T | null | undefined>
}

export function startReading(): Reading {
  const unread: string[] = []
  return {
    unread,
    ask: async (call, send, absent = []) => {
      try {
        return await send()
      } catch (error) {
        if (saysNone(error, absent)) return null
        if (isCredentialFault(error)) throw error
        unread.push(reasonOf(call, error))
        return undefined
      }
    },
  }
}
