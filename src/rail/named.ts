import { layerLabel, POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import type { CallRail, Rail, Standing, Stop } from './rail.ts'

/** How a message of AWS's refuses: a Deny matches, or no policy of that kind allows. */
export type NamedBy = 'explicit' | 'implicit'

/** A setting of a service is asked where it has one. */
const ALWAYS: readonly PolicyLayer[] = POLICY_LAYERS.filter((layer) => layer !== 'service-guard')

/**
 * The rail of what AWS's message alone tells, within one account: the layer that it names refuses; where it says that none
 * allows, what is asked before let the request pass, an endpoint's policy aside (R-EVID-03); a Deny is found first, and tells
 * nothing of the others (R-EVID-02).
 */
export function namedRail(
  layer: PolicyLayer,
  by: NamedBy,
  hrefOf: (layer: PolicyLayer) => string | undefined = () => undefined,
): Rail {
  const layers: readonly PolicyLayer[] = layer === 'service-guard' ? POLICY_LAYERS : ALWAYS
  const at = layers.indexOf(layer)
  const stops = layers.map((one, i): Stop => {
    const [kind, why] = i === at ? NAMED[by] : i > at ? NOT_REACHED : before(one, layer, by)
    const href = i === at ? undefined : hrefOf(one)
    return {
      layer: one,
      name: layerLabel(one),
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

function before(layer: PolicyLayer, named: PolicyLayer, by: NamedBy): readonly [Standing, string] {
  if (by === 'explicit' || layer === 'vpc-endpoint-policy') return NOT_REACHED
  if (layer === 'service-control-policy' && named === 'vpc-endpoint-policy') return NOT_REACHED
  if (layer === 'resource-policy') return named === 'identity-policy' ? ['none', 'did not allow'] : NOT_REACHED
  return PASSED
}
