import { DEPENDENT_CALLS } from './table.ts'

/**
 * `iam:PassedToService` of the role that a call hands over (R-PASS-05): the service that the rows for this operation name, where all name
 * one. `service`: the IAM prefix of the call, left out where nothing tells it. Undefined: not known.
 */
export function passedTo(operation: string, service?: string): string | undefined {
  const name = operation.toLowerCase()
  const isCall = (action: string): boolean => {
    const [prefix = '', own = ''] = action.toLowerCase().split(':')
    return own === name && (service === undefined || prefix === service)
  }
  const rows = DEPENDENT_CALLS.filter(({ who, on }) => who.kind === 'passes-role' && on.some(isCall))
  const [only, ...more] = new Set(rows.map((row) => row.passesTo))
  return more.length === 0 ? only : undefined
}
