import { layerName, type PolicyLayer } from '#iam/layers.ts'

/** A layer as a sentence calls it: `key policy` rather than `resource policy`, where its kind is known. */
export function layerInWords(policyLayer: PolicyLayer, kind?: string): string {
  switch (policyLayer) {
    case 'service-control-policy':
      return 'SCP'
    case 'resource-control-policy':
      return 'RCP'
    case 'service-guard':
      return 'setting of the service'
    case 'resource-policy':
      return kind === undefined ? layerName(policyLayer) : resourcePolicyInWords(kind)
    default:
      return layerName(policyLayer)
  }
}

/** The policy of a resource of that kind. */
const resourcePolicyInWords = (kind: string): string =>
  kind === 'api' ? 'resource policy of the API' : `${kind.replaceAll('-', ' ')} policy`

/** `an SCP`, `a key policy` */
export const withArticle = (words: string): string =>
  /^(?:[aeiou]|SCP|RCP)/.test(words) ? `an ${words}` : `a ${words}`

/** Whether a name of a policy says that it is one: `policy in role.json`, `key policy of KEY`, `permissions boundary 2`. */
export const readsAsPolicy = (name: string): boolean => /(?:^| )(?:policy|permissions boundary)(?: |$)/.test(name)
