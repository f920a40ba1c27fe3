import { compileGlob, type Glob, globMatches } from './glob.ts'
import { lazy } from './lazy.ts'

/**
 * Compiled element of `Action` or `NotAction`. Both parts are compared without case (R-ACT-01).
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
  if (text === '*' || isEveryAction(text)) return { kind: 'any' }
  const colon = text.indexOf(':')
  if (colon <= 0) return { kind: 'never' }
  const service = text.slice(0, colon).toLowerCase()
  const name = text.slice(colon + 1).toLowerCase()
  if (service.includes('*') || service.includes('?') || name === '' || hasSeparator(text)) return { kind: 'never' }
  return { kind: 'action', service, name: compileGlob(name) }
}

/** `*:*`, or with runs of stars, which say no more (R-RES-11). */
const isEveryAction = (text: string): boolean => text.startsWith('*') && /^\*+(?::\*+)?$/.test(text)

const hasSeparator = (text: string): boolean => text.includes(',') || text.includes(' ') || text.includes('\t')

export function actionMatches(pattern: ActionPattern, action: Action): boolean {
  if (pattern.kind !== 'action') return pattern.kind === 'any'
  return pattern.service === action.service && globMatches(pattern.name, action.name)
}

/** The elements of one `Action` or `NotAction`, asked whether one of them matches. */
export type ActionElements = (action: Action) => boolean

/**
 * The first action asked for is held against the texts as they stand: a policy that is judged once is not worth an index,
 * and AWS's larger policies list more than a thousand actions. From the second on, they are found by service.
 */
export function readActionElements(
  texts: readonly string[],
  read: (text: string) => ActionPattern = readActionPattern,
): ActionElements {
  let asked = 0
  const byService = lazy(() => indexOf(texts, read))
  return (action) => (asked++ === 0 ? texts.some((text) => textMatches(text, action, read)) : byService()(action))
}

function textMatches(text: string, action: Action, read: (text: string) => ActionPattern): boolean {
  if (text.charCodeAt(0) !== 0x2a && !mayBeOfService(text, action.service)) return false
  return actionMatches(read(text), action)
}

/** Whether the text begins with the service's prefix. A letter beyond ASCII may have one of its letters as lower case. */
export function mayBeOfService(text: string, service: string): boolean {
  const length = service.length
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return true
    if (code !== service.charCodeAt(i) && (code | 0x20) !== service.charCodeAt(i)) return false
  }
  return text.charCodeAt(length) === 0x3a
}

interface OfService {
  readonly names: ReadonlySet<string>
  readonly globs: readonly Glob[]
}

function indexOf(texts: readonly string[], read: (text: string) => ActionPattern): ActionElements {
  const any = texts.some((text) => read(text).kind === 'any')
  if (any) return () => true
  const services = new Map<string, { readonly names: Set<string>; readonly globs: Glob[] }>()
  for (const text of texts) {
    const pattern = read(text)
    if (pattern.kind !== 'action') continue
    const of = services.get(pattern.service) ?? { names: new Set(), globs: [] }
    services.set(pattern.service, of)
    if (pattern.name.kind === 'text') of.names.add(pattern.name.text)
    else of.globs.push(pattern.name)
  }
  return ({ service, name }) => {
    const of: OfService | undefined = services.get(service)
    return of !== undefined && (of.names.has(name) || of.globs.some((glob) => globMatches(glob, name)))
  }
}
