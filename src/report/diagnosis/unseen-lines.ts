import type { Unseen } from '#diagnose/diagnosis.ts'
import { KEY_OF } from '#diagnose/evidence/unread-elsewhere.ts'
import { layerName, type PolicyLayer } from '#iam/layers.ts'
import { block, type Page } from '../page.ts'

const NOT_CHECKED = 'Not checked'

/** The line of policies that were not provided, and what they could do. */
export function unseenLines(unseen: readonly Unseen[], page: Page): string[] {
  if (unseen.length === 0) return []
  const words = (could: Unseen['could']): string =>
    [...new Set(unseen.filter((each) => each.could === could).map(unseenName))].join(', ')
  const parts = [
    [words('refuse'), 'could also deny'],
    [words('either'), 'could deny or allow'],
    [words('allow'), 'could allow'],
  ].flatMap(([names, what]) => (names === '' ? [] : [`${names} (${what})`]))
  return block(page, NOT_CHECKED, NOT_CHECKED.length + 2, parts.join('; '))
}

/** As people say it where several are listed; of the service's own rules, which they are: grants of the key, ACLs. */
const unseenName = ({ layer, what, account, key }: Unseen): string =>
  `${key === undefined ? shortName({ layer, what }) : what}${account === undefined ? '' : ` (account ${account})`}`

const shortName = ({ layer, what }: Pick<Unseen, 'layer' | 'what'>): string =>
  layer === 'service-guard' || what.startsWith(KEY_OF)
    ? what
    : (SHORT[layer] ?? (layer === 'resource-policy' ? kindIn(what) : undefined) ?? layerName(layer))

/** `key policy of arn:…` → `key policy` */
const kindIn = (what: string): string | undefined => /^(?:[a-z-]{1,20} ){1,3}policy(?= of )/.exec(what)?.[0]
const SHORT: Readonly<Partial<Record<PolicyLayer, string>>> = {
  'resource-control-policy': 'RCPs',
  'service-control-policy': 'SCPs',
}
