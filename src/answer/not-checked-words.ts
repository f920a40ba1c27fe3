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

/** What was not provided, and what it could do: `RCPs, permissions boundary (could also deny)`. */
export function notCheckedWords(items: readonly Omit<NotChecked, 'howToGet'>[]): string {
  const names = (could: NotChecked['could']): string =>
    [...new Set(items.filter((each) => each.could === could).map(notCheckedName))].join(', ')
  return ABLE.flatMap(([could, words]) => (names(could) === '' ? [] : [`${names(could)} (${words})`])).join('; ')
}

/** What a policy could do that was not checked. */
export const ABLE = [
  ['refuse', 'could also deny'],
  ['either', 'could deny or allow'],
  ['allow', 'could allow'],
] as const

/** The name in a list; of a setting of the service or a fact, what it is: grants of the key, ACLs. */
export const notCheckedName = (item: Omit<NotChecked, 'howToGet'>): string => {
  const { layer, kind, what, account, key, dependentActions } = item
  const isNamedInFull = key !== undefined || dependentActions !== undefined || layer === 'service-guard'
  const name = isNamedInFull ? what : layerInWords(layer, kind)
  return `${ARE_SEVERAL.has(layer) ? `${name}s` : name}${account === undefined ? '' : ` (account ${account})`}`
}

/** A level of the organization has several of these. */
const ARE_SEVERAL: ReadonlySet<PolicyLayer> = new Set(['resource-control-policy', 'service-control-policy'])
