import { isPolicyLayer, type PolicyLayer } from '#iam/layers.ts'
import { type NamedBy, namedRail } from '#rail/named.ts'
import { railTree } from '#rail/tree.ts'
import { drawnHtml } from './drawn-html.ts'

/** How AWS's message names each layer; a setting of a service is never named (docs/guide/aws-messages.md). */
export const NAMED_BY: Readonly<Partial<Record<PolicyLayer, NamedBy>>> = {
  'resource-control-policy': 'explicit',
  'service-control-policy': 'implicit',
  'vpc-endpoint-policy': 'implicit',
  'resource-policy': 'explicit',
  'identity-policy': 'implicit',
  'permissions-boundary': 'implicit',
  'session-policy': 'implicit',
}

/** HTML of the rail of a layer's page: what a message that names it tells of the others, each with the way to its page. */
export function layerRail(topic: string, hrefOf: (topic: string) => string): string | undefined {
  if (!isPolicyLayer(topic)) return undefined
  const by = NAMED_BY[topic]
  if (by === undefined) return undefined
  const told =
    by === 'explicit'
      ? 'finds a Deny in this layer'
      : 'says that nothing in this layer allows the call, within one account'
  const caption = `Where AWS ${told}: what that tells of the other layers.`
  return `<figure class="layers">${drawnHtml(railTree(namedRail(topic, by, hrefOf)))}<figcaption>${caption}</figcaption></figure>`
}
