import type { PolicyLayer } from '#iam/layers.ts'
import { layerInWords } from './layer-in-words.ts'

/** A policy or fact that was not provided. */
export interface NotChecked {
  readonly layer: PolicyLayer
  /** Kind of the resource that the policy is attached to. */
  readonly kind?: string
  readonly what: string
  readonly could: 'refuse' | 'allow' | 'either'
  readonly key?: string
  readonly dependentActions?: readonly string[]
  readonly howToGet: string
  readonly account?: string
}

/** What was not provided: first what could deny or allow, then what could only deny, last what could only allow. */
export function notCheckedWords(items: readonly Omit<NotChecked, 'howToGet'>[]): string {
  const sorted = ABLE.flatMap(([could]) => items.filter((each) => each.could === could))
  return [...new Set(sorted.map(notCheckedName))].join(', ')
}

/** What a policy could do that was not checked. */
export const ABLE = [
  ['either', 'could deny or allow'],
  ['refuse', 'could also deny'],
  ['allow', 'could allow'],
] as const

/** The name in a list; of a setting of the service or a fact, what it is: grants of the key, ACLs. */
export const notCheckedName = (item: Omit<NotChecked, 'howToGet'>): string => {
  const { layer, kind, what, account, key, dependentActions } = item
  const isNamedInFull = key !== undefined || dependentActions !== undefined || layer === 'service-guard'
  const name = isNamedInFull
    ? what.replace(/\b(?:acl|objectAcl|requesterPays)\b/g, (word) => SETTINGS[word] ?? word)
    : layerInWords(layer, kind)
  return `${ARE_SEVERAL.has(layer) ? `${name}s` : name}${account === undefined ? '' : ` (account ${account})`}`
}

/** A level of the organization has several of these. */
const ARE_SEVERAL: ReadonlySet<PolicyLayer> = new Set(['resource-control-policy', 'service-control-policy'])

/** Settings of S3 as AWS's pages call them. */
const SETTINGS: Readonly<Record<string, string>> = {
  acl: 'bucket ACL',
  objectAcl: 'object ACL',
  requesterPays: 'Requester Pays',
}
