import { type PreparedPolicy, preparePolicy } from '#engine/prepare.ts'
import type { Policy } from '#engine/scenario.ts'
import type { Statement } from '#iam/policy.ts'
import type { PolicyPlace, ResourcePattern } from '#iam/resource.ts'
import { statementText } from '#space/statement-text.ts'

/** The kind of layer that documents are compared as: only a resource policy's statements name principals. */
export type DocumentKind = 'identity-policy' | 'resource-policy'

/** A statement of either side; one that stands in both is one entry. */
export interface Entry {
  readonly statement: Statement
  readonly place: PolicyPlace
  readonly version: string
  readonly isDeny: boolean
  /** Where it stands: 0 in OLD, 1 in NEW. */
  readonly sides: readonly [boolean, boolean]
  /** Its resource patterns by their number in `Documents.patterns`. */
  readonly resources: readonly number[]
  /** `false`: an Allow of it lets through what another layer gives, and gives nothing itself. */
  readonly grants?: boolean
  /** The layer or level it stands in, where several are compared. */
  readonly unit?: string
}

/** Two sets of documents, ready to be compared. */
export interface Documents {
  readonly entries: readonly Entry[]
  readonly patterns: readonly ResourcePattern[]
  readonly policies: readonly [readonly PreparedPolicy[], readonly PreparedPolicy[]]
  /** Per side, why a part of it cannot be read; undefined: all of it can. */
  readonly unreadable: readonly [string | undefined, string | undefined]
}

export function readDocuments(old: readonly Policy[], next: readonly Policy[], kind: DocumentKind): Documents {
  const policies = placesOf(old, next, kind).map((place, side) =>
    (side === 0 ? old : next).map((policy) => preparePolicy(policy, place)),
  ) as unknown as Documents['policies']
  const patterns: ResourcePattern[] = []
  const numbers = new Map<string, number>()
  const numberOf = (pattern: ResourcePattern, version: string): number => {
    const text = `${pattern.source.includes('${') ? version : ''} ${pattern.source}`
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, patterns.length)
    return patterns.push(pattern) - 1
  }
  const entries = new Map<string, Entry & { readonly sides: [boolean, boolean] }>()
  policies.forEach((side, i) => {
    for (const { document, place } of side)
      for (const statement of document.statements) {
        const { version } = document
        const text = statementText(statement, version, place)
        const known = entries.get(text)
        if (known !== undefined) known.sides[i] = true
        else
          entries.set(text, {
            statement,
            place,
            version,
            isDeny: statement.effect === 'Deny',
            sides: [i === 0, i === 1],
            resources: (statement.resources ?? []).map((pattern) => numberOf(pattern, version)),
          })
      }
  })
  return {
    entries: [...entries.values()],
    patterns,
    policies,
    unreadable: [whyUnreadable(policies[0]), whyUnreadable(policies[1])],
  }
}

/** A resource policy whose statements all lack a Resource is a role's trust policy, where the role is implied (R-GRAM-10). */
function placesOf(
  old: readonly Policy[],
  next: readonly Policy[],
  kind: DocumentKind,
): readonly [PolicyPlace, PolicyPlace] {
  if (kind === 'identity-policy') return ['identity', 'identity']
  const read = [...old, ...next].flatMap((policy) => preparePolicy(policy, 'trust').document.statements)
  const isTrust = read.length > 0 && read.every((one) => one.resources === undefined && one.actionSource.every(isOfSts))
  return isTrust ? ['trust', 'trust'] : ['resource', 'resource']
}

const isOfSts = (action: string): boolean => action.toLowerCase().startsWith('sts:')

function whyUnreadable(policies: readonly PreparedPolicy[]): string | undefined {
  for (const { name, document } of policies)
    for (const { pointer, why } of document.unreadable)
      return `\`${name}\`${pointer === '' ? '' : ` at ${pointer}`} cannot be read: ${why}`
  return undefined
}
