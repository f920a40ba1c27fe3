import type { CallRail, Rail, Standing, Stop } from './rail.ts'

/** Names of the policy layers on a rail, in the order in which AWS asks; a setting of a service is asked where it has one. */
export const LAYER_NAMES = {
  'resource-control-policy': 'RCP',
  'service-control-policy': 'SCP',
  'vpc-endpoint-policy': 'VPC endpoint',
  'resource-policy': 'Resource policy',
  'identity-policy': 'Identity policy',
  'permissions-boundary': 'Boundary',
  'session-policy': 'Session policy',
  'service-guard': 'Service settings',
} as const

export type LayerName = keyof typeof LAYER_NAMES

export const isLayerName = (text: string): text is LayerName => Object.hasOwn(LAYER_NAMES, text)

/** How a message of AWS's refuses: a Deny matches, or no policy of that kind allows. */
export type NamedBy = 'explicit' | 'implicit'

const POLICY_LAYERS = Object.keys(LAYER_NAMES)
  .filter(isLayerName)
  .filter((layer) => layer !== 'service-guard')

/**
 * The rail of what AWS's message alone tells, within one account: the layer that it names refuses; where it says that none
 * allows, what is asked before let the request pass, an endpoint's policy aside (R-EVID-03); a Deny is found first, and tells
 * nothing of the others (R-EVID-02).
 */
export function namedRail(
  layer: LayerName,
  by: NamedBy,
  hrefOf: (layer: LayerName) => string | undefined = () => undefined,
): Rail {
  const layers = layer === 'service-guard' ? [...POLICY_LAYERS, layer] : POLICY_LAYERS
  const at = layers.indexOf(layer)
  const stops = layers.map((one, i): Stop => {
    const [kind, why] = i === at ? NAMED[by] : i > at ? NOT_REACHED : before(one, layer, by)
    const href = i === at ? undefined : hrefOf(one)
    return {
      layer: one,
      name: LAYER_NAMES[one],
      kind,
      why,
      isOff: i > at,
      ...(href === undefined ? {} : { href }),
    }
  })
  const call: CallRail = { action: '', note: '', stops }
  return { call, further: [] }
}

const NAMED: Readonly<Record<NamedBy, readonly [Standing, string]>> = {
  explicit: ['deny', 'AWS named it: a Deny'],
  implicit: ['deny', 'AWS named it: nothing allows it'],
}
const NOT_REACHED = ['unseen', 'not seen'] as const
const PASSED = ['passed', 'allows it'] as const

function before(layer: LayerName, named: LayerName, by: NamedBy): readonly [Standing, string] {
  if (by === 'explicit' || layer === 'vpc-endpoint-policy') return NOT_REACHED
  if (layer === 'service-control-policy' && named === 'vpc-endpoint-policy') return NOT_REACHED
  if (layer === 'resource-policy') return named === 'identity-policy' ? ['none', 'did not allow'] : NOT_REACHED
  return PASSED
}
