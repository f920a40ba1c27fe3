import type { Diagnosis, PolicyLayer, Unseen } from '#http/wire.ts'
import { layerLabel } from '../answer/names.ts'
import { Copy } from './copy.tsx'
import { Mark } from './icon.tsx'

const MOST = 4

/** Facts that nobody gave and the denial does not settle: each with the command that gets it. */
export function NotSeen({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { unseen, steps } = diagnosis
  const layers = [...new Set(unseen.map(({ layer }) => layer))]
  if (layers.length === 0) return null
  const ofLayer = (layer: PolicyLayer): Unseen | undefined => unseen.find((one) => one.layer === layer)
  const kind = steps[0]?.decision.layers.find(({ layer }) => layer === 'resource-policy')?.kind
  const grouped = groupsOf(layers)
  const hasOnlyAllow = unseen.every(({ could }) => could === 'allow')
  return (
    <section class="card not-seen" aria-label="Not checked">
      <div>
        <b class="row">
          <Mark of="unseen" />
          Not checked
        </b>
        <span class="muted">{hasOnlyAllow ? 'could allow' : 'could also deny'}</span>
      </div>
      {grouped.slice(0, MOST).map((names) => {
        const how = ofLayer(names[0] ?? 'identity-policy')?.howToGet ?? ''
        return (
          <div key={names.join()}>
            <b>{names.map((layer) => NAMES[layer] ?? layerLabel(layer, kind)).join(', ')}</b>
            <div class="how">
              <code title={how}>{how.replaceAll('`', '')}</code>
              <Copy text={how.replaceAll('`', '')} label="Copy" />
            </div>
          </div>
        )
      })}
      <div class="at-once">
        <b>All of them at once</b>
        <div class="how">
          <code title={LIVE_HELP}>{LIVE}</code>
          <Copy text={LIVE} label="Copy" />
        </div>
        <span class="vh">{LIVE_HELP}</span>
      </div>
    </section>
  )
}

/** As the command line names it to who pasted a text. */
export const LIVE = 'denytrace diagnose --live -'
const LIVE_HELP =
  'Reads with your credentials only what bears on this denial, and changes nothing; paste the same text into it.'

const NAMES: Readonly<Partial<Record<PolicyLayer, string>>> = {
  'resource-control-policy': 'RCPs',
  'service-control-policy': 'SCPs',
  'permissions-boundary': 'Permissions boundary',
  'service-guard': 'ACLs, public access',
  'vpc-endpoint-policy': 'VPC endpoint policy',
}

/** SCPs and RCPs are got together. */
function groupsOf(layers: readonly PolicyLayer[]): readonly (readonly PolicyLayer[])[] {
  const isOfOrganization = (layer: PolicyLayer): boolean =>
    layer === 'service-control-policy' || layer === 'resource-control-policy'
  const organization = layers.filter(isOfOrganization)
  const others = layers.filter((layer) => !isOfOrganization(layer)).map((layer) => [layer])
  return organization.length === 0 ? others : [organization, ...others]
}
