import { readAction } from '#iam/action.ts'
import { isAccountId } from '#iam/arn.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { isService } from '#iam/facts/services.ts'
import { compileGlob, type Glob } from '#iam/glob.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Request } from '#iam/request.ts'
import { readRequestResource, readResourcePattern, type ResourcePattern } from '#iam/resource.ts'

/** A form of an ARN that an action is evaluated on, as the reference writes it. */
export interface TypeForm {
  readonly service: string
  readonly region: string
  readonly owner: string
  readonly hasRegion: boolean
  readonly hasAccount: boolean
  /** Resource part of the ARN, behind the fifth colon; whatever stands for a name is at least one character. */
  readonly rest: Glob
  readonly restText: string
  /** `restText` with something in place of names. */
  readonly filled: string
  readonly pattern: ResourcePattern
}

interface Types {
  readonly isKnown: boolean
  /** Names of the resource types as a text, the same for all actions on the same types. */
  readonly names: string
  /** Access points come last: what stands behind one is evaluated too. */
  readonly forms: readonly TypeForm[]
}

/** By names of actions, of each service. */
const byService = new Map<string, (name: string) => Types>()

/** The resource types that an action is evaluated on. Both names are in lower case. */
export function typesOf(service: string, name: string): Types {
  const known = byService.get(service)
  if (known !== undefined) return known(name)
  if (!isService(service)) return UNKNOWN_TYPES
  const made = memoizeText((actionName) => readTypes(service, actionName))
  byService.set(service, made)
  return made(name)
}

const UNKNOWN_TYPES: Types = { isKnown: false, names: '', forms: [] }

function readTypes(service: string, name: string): Types {
  const facts = actionFacts(service, name)
  const isAccessPoint = (name: string): number => Number(name.startsWith('accesspoint'))
  const names = (facts?.resourceTypes ?? []).map(({ name }) => name)
  const ordered = names.toSorted((a, b) => isAccessPoint(a) - isAccessPoint(b))
  const forms = ordered.flatMap((name) => formsOf(`${service}:${name}`))
  return { isKnown: facts !== undefined, names: ordered.join(), forms }
}

/** By service and resource type. */
const formsOf = memoizeText((type): readonly TypeForm[] => {
  const colon = type.indexOf(':')
  const patterns = resourceTypeFacts(type.slice(0, colon), type.slice(colon + 1))?.arnPatterns ?? []
  return patterns.map((text) => {
    const [, , service = '', region = '', owner = '', ...rest] = text.split(':')
    const restText = shapeOf(rest.join(':'))
    const pattern = readResourcePattern(`arn:aws:s3:::${restText}`, '2008-10-17', 'identity')
    return {
      service,
      region,
      owner,
      hasRegion: text.includes('${Region}'),
      hasAccount: text.includes('${Account}'),
      rest: compileGlob(restText),
      restText,
      filled: filledIn(restText),
      pattern,
    }
  })
})

/** Whatever stands for a name is at least one character. */
function shapeOf(pattern: string): string {
  const [first = '', ...parts] = pattern.split('${')
  let shape = first
  for (const part of parts) {
    const close = part.indexOf('}')
    shape += `?*${part.slice(close + 1)}`
  }
  return shape
}

/** The text behind the fifth colon with something in place of its wildcards. */
export function filledIn(source: string): string {
  const rest = source.startsWith('arn:') ? source.split(':').slice(5).join(':') : source
  return rest.replaceAll('?*', 'x').replaceAll('*', 'x').replaceAll('?', 'x')
}

export const textOf = (glob: Glob | undefined): string | undefined =>
  glob?.kind === 'text' ? glob.text : glob?.kind === 'prefix' ? `${glob.text}x` : undefined

/** Whether a request's resource is of a type of its action. */
export function isTyped({ action, resource }: Request): boolean {
  const parsed = readAction(action)
  if (parsed === undefined || typeof resource !== 'string') return false
  const { isKnown, names, forms } = typesOf(parsed.service, parsed.name)
  if (!isKnown) return false
  if (names === '') return resource === '*'
  const on = readRequestResource(resource)
  return on.kind === 'arn' && forms.some((form) => isWhole(on.segments, form))
}

/** The form's service, with a Region and an account where the form has them. */
function isWhole([, , service, region, account = '']: readonly string[], form: TypeForm): boolean {
  if (service !== form.service || (form.hasRegion && region === '')) return false
  return !form.hasAccount || isAccountId(account)
}
