import { layerName, type PolicyLayer } from '#iam/layers.ts'

/** A policy or fact that was not provided. */
export interface NotChecked {
  readonly layer: PolicyLayer
  readonly what: string
  readonly could: 'refuse' | 'allow' | 'either'
  readonly key?: string
  readonly account?: string
}

/** What was not provided, and what it could do: `RCPs, permissions boundary (could also deny)`. */
export function notCheckedWords(items: readonly NotChecked[]): string {
  const names = (could: NotChecked['could']): string =>
    [...new Set(items.filter((each) => each.could === could).map(notCheckedName))].join(', ')
  return ABLE.flatMap(([could, words]) => (names(could) === '' ? [] : [`${names(could)} (${words})`])).join('; ')
}

const ABLE = [
  ['refuse', 'could also deny'],
  ['either', 'could deny or allow'],
  ['allow', 'could allow'],
] as const

/** The name in a list; of a setting of the service, what it is: grants of the key, ACLs. */
const notCheckedName = ({ layer, what, account, key }: NotChecked): string =>
  `${key === undefined ? shortName(layer, what) : what}${account === undefined ? '' : ` (account ${account})`}`

const shortName = (layer: PolicyLayer, what: string): string =>
  layer === 'service-guard' || what.startsWith(KEY_OF)
    ? what
    : (PLURAL[layer] ?? (layer === 'resource-policy' ? kindIn(what) : undefined) ?? layerName(layer))

/** How the name of a key begins that was not read. */
export const KEY_OF = 'KMS key of '

/** `key policy of arn:…` → `key policy` */
const kindIn = (what: string): string | undefined => /^(?:[a-z-]{1,20} ){1,3}policy(?= of )/.exec(what)?.[0]

const PLURAL: Readonly<Partial<Record<PolicyLayer, string>>> = {
  'resource-control-policy': 'RCPs',
  'service-control-policy': 'SCPs',
}
