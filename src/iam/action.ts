import { compileGlob, type Glob, globMatches } from './glob.ts'

/**
 * One element of `Action` or `NotAction`, compiled. Both parts are compared without case (R-ACT-01).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export type ActionPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'never' }
  | { readonly kind: 'action'; readonly service: string; readonly name: Glob }

/** An IAM action as the engine compares it: lower case, service and name apart. */
export interface Action {
  readonly service: string
  readonly name: string
}

export function readAction(text: string): Action | undefined {
  const colon = text.indexOf(':')
  if (colon <= 0 || colon === text.length - 1) return undefined
  return { service: text.slice(0, colon).toLowerCase(), name: text.slice(colon + 1).toLowerCase() }
}

/**
 * `*` and `*:*` are every action (R-ACT-02); a wildcard in the service prefix, spaces and commas match nothing
 * (R-ACT-02, R-ACT-03); a name no service knows is legal and matches nothing that is ever called (R-ACT-05).
 */
export function readActionPattern(text: string): ActionPattern {
  if (text === '*' || text === '*:*') return { kind: 'any' }
  const colon = text.indexOf(':')
  if (colon <= 0) return { kind: 'never' }
  const service = text.slice(0, colon).toLowerCase()
  const name = text.slice(colon + 1).toLowerCase()
  if (service.includes('*') || service.includes('?') || name === '' || hasSeparator(text)) return { kind: 'never' }
  return { kind: 'action', service, name: compileGlob(name) }
}

const hasSeparator = (text: string): boolean => text.includes(',') || text.includes(' ') || text.includes('\t')

export function actionMatches(pattern: ActionPattern, action: Action): boolean {
  if (pattern.kind !== 'action') return pattern.kind === 'any'
  return pattern.service === action.service && globMatches(pattern.name, action.name)
}
