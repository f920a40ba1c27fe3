import type { LayerVerdict } from '#engine/decision.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { layerInWords } from './layer-in-words.ts'
import { code, layer, type MarkedWords, text } from './marked-words.ts'
import { nameInWords } from './name-in-words.ts'

interface DenyingDecision {
  readonly blockedBy: readonly PolicyLayer[]
  readonly layers: readonly Pick<LayerVerdict, 'layer' | 'verdict' | 'kind' | 'counted'>[]
}

/** The layers that deny, as a sentence names them: `the key policy and the SCP`. */
export const denyingLayers = ({ blockedBy, layers }: DenyingDecision): string =>
  blockedBy.map((denying) => `the ${layerInWords(denying, kindOf(layers, denying))}`).join(' and ') || 'no layer'

/** The kind of resource whose policy denies; undefined where policies of several kinds do. */
function kindOf(layers: DenyingDecision['layers'], denying: PolicyLayer): string | undefined {
  const kinds = layers
    .filter((entry) => entry.layer === denying && entry.counted && DENIES.has(entry.verdict))
    .map(({ kind }) => kind)
  return new Set(kinds).size === 1 ? kinds[0] : undefined
}

const DENIES: ReadonlySet<string> = new Set<LayerVerdict['verdict']>(['explicit-deny', 'implicit-deny'])

interface NextStep {
  readonly relation: string
  readonly rule?: string | null
  readonly request: { readonly action: string; readonly resource: string | readonly string[] | null }
  readonly decision: DenyingDecision & { readonly decision: string }
}

/** The dependent requests that AWS denies once this denial is fixed. */
export const deniedNext = <S extends NextStep>(steps: readonly S[]): readonly S[] =>
  steps.filter(
    ({ relation, rule, decision }) => relation === 'next' && rule !== COMPANION && decision.decision === 'denied',
  )

/** A denied dependent request as one clause: the request, and the layers that deny it. */
export function nextWords({ request, decision }: Pick<NextStep, 'request' | 'decision'>): MarkedWords {
  const names = [request.resource].flat().map((arn) => (arn === null ? 'an unnamed resource' : nameInWords(arn)))
  return [
    code(request.action),
    text(' on '),
    code(names.join(', ')),
    text(' will be denied too, by '),
    layer(denyingLayers(decision)),
  ]
}
