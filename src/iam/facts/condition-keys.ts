import { KEY_HOMES } from './data/catalogue.ts'
import { type ConditionKeyType, GLOBAL_KEYS } from './global-keys.ts'
import { fillTemplate, fixedLength, type KeyTemplate, keyTemplate } from './key-template.ts'
import { fieldsOf } from './service-table.ts'
import { isService, serviceTable } from './services.ts'

/** AWS's data types of condition keys, without the `ArrayOf` of the multivalued ones. */

export interface ConditionKeyFacts {
  /** Canonical spelling; the caller's part of a key with a placeholder stays as given: `aws:PrincipalTag/team`. */
  readonly name: string
  /** The key as AWS lists it, where that has a placeholder: `aws:PrincipalTag/${TagKey}`. */
  readonly template?: string
  readonly type: ConditionKeyType
  /** Whether one request can hold several values (R-CTX-02). */
  readonly multivalued: boolean
}

/**
 * A condition key, global or of a service, in any case (R-CTX-01). Undefined: neither AWS's page of global keys nor this
 * edition of the service reference has it, as with most claims of an OpenID Connect provider AWS does not list.
 */
export function conditionKeyFacts(key: string): ConditionKeyFacts | undefined {
  const colon = key.indexOf(':')
  if (colon < 1) return undefined
  const found = globalKeys().find(key)
  if (found !== undefined) return found
  for (const home of homesOf(key.slice(0, colon).toLowerCase())) {
    const inService = serviceKeys(home)?.find(key)
    if (inService !== undefined) return inService
  }
  return providerClaim(key)
}

/** The claims AWS makes keys of for every OpenID Connect provider, under the provider's host name and path (R-CTX-03). */
const CLAIMS: ReadonlyMap<string, Pick<ConditionKeyFacts, 'type' | 'multivalued'>> = new Map([
  ['aud', { type: 'String', multivalued: false }],
  ['sub', { type: 'String', multivalued: false }],
  ['id', { type: 'String', multivalued: false }],
  ['amr', { type: 'String', multivalued: true }],
])

function providerClaim(key: string): ConditionKeyFacts | undefined {
  const colon = key.lastIndexOf(':')
  const provider = key.slice(0, colon)
  const claim = key.slice(colon + 1).toLowerCase()
  const facts = CLAIMS.get(claim)
  // A host name has a dot; no service prefix does.
  return facts !== undefined && provider.includes('.') ? { name: `${provider}:${claim}`, ...facts } : undefined
}

interface KeyIndex {
  find(key: string): ConditionKeyFacts | undefined
}

/** Where keys under a prefix are listed. Federation keys have the provider's name for a prefix and stand under sts. */
function homesOf(prefix: string): readonly string[] {
  if (prefix === 'aws') return []
  const elsewhere = keyHomes().get(prefix)
  if (isService(prefix)) return [prefix, ...(elsewhere ?? [])]
  return elsewhere === undefined ? ['sts'] : [...elsewhere, 'sts']
}

/** Whether keys begin like that: with `aws`, a service, or the name of an identity provider. */
export function isKeyPrefix(prefix: string): boolean {
  const folded = prefix.toLowerCase()
  return folded === 'aws' || isService(folded) || folded.includes('.') || keyHomes().has(folded)
}

let homes: ReadonlyMap<string, readonly string[]> | undefined

function keyHomes(): ReadonlyMap<string, readonly string[]> {
  homes ??= new Map(
    KEY_HOMES.split('\n').map((line) => {
      const [prefix = '', ...services] = line.split(' ')
      return [prefix, services]
    }),
  )
  return homes
}

let global: KeyIndex | undefined

function globalKeys(): KeyIndex {
  global ??= keyIndex(GLOBAL_KEYS)
  return global
}

const perService = new Map<string, KeyIndex>()

function serviceKeys(service: string): KeyIndex | undefined {
  const known = perService.get(service)
  if (known !== undefined) return known
  const table = serviceTable(service)
  if (table === undefined) return undefined
  const index = keyIndex(
    [...table.keys.values()].map((line) => {
      const [key = '', type = ''] = fieldsOf(line)
      return [key, type] as const
    }),
  )
  perService.set(service, index)
  return index
}

function keyIndex(keys: readonly (readonly [key: string, type: string])[]): KeyIndex {
  const plain = new Map<string, ConditionKeyFacts>()
  const templates: { readonly template: KeyTemplate; readonly type: string }[] = []
  for (const [key, type] of keys) {
    const template = keyTemplate(key)
    if (template === undefined) plain.set(key.toLowerCase(), { name: key, ...typeOf(type) })
    else templates.push({ template, type })
  }
  templates.sort((a, b) => fixedLength(b.template) - fixedLength(a.template))
  return {
    find(key) {
      const exact = plain.get(key.toLowerCase())
      if (exact !== undefined) return exact
      for (const { template, type } of templates) {
        const name = fillTemplate(template, key)
        if (name !== undefined) return { name, template: template.written, ...typeOf(type) }
      }
      return undefined
    },
  }
}

const TYPES: ReadonlyMap<string, ConditionKeyType> = new Map(
  (['String', 'ARN', 'Bool', 'Numeric', 'Date', 'IPAddress', 'Binary'] as const).map((type) => [type, type]),
)

/** `ArrayOfString` as the reference writes it, `String[]` as our own table does. */
function typeOf(written: string): Pick<ConditionKeyFacts, 'type' | 'multivalued'> {
  const array = written.startsWith('ArrayOf') || written.endsWith('[]')
  const plain = written.replace('ArrayOf', '').replace('[]', '')
  return { type: TYPES.get(plain) ?? 'String', multivalued: array }
}
