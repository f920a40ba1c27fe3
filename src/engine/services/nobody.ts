import { type Caller, readCaller } from '#iam/caller.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import { contextOf } from '../context.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { alike } from '../layers/access-point-bucket.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { apiAuthorization, AUTH_TYPE_LACKING, isWithoutIam } from './api-gateway.ts'
import { isOpenUrl } from './function-urls.ts'

/** Whether what is called authenticates no principal of AWS's, so that its policy sees nobody in particular, signed or not. */
export const isUnauthenticated = (input: EvaluationInput): boolean => isWithoutIam(input) || isOpenUrl(input)

/**
 * The case as such a policy sees it: only "*" names the caller, its keys are not there, and no policy of its own is asked
 * (R-OTH-02, R-OTH-04, R-PM-13).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
export function asNobody(input: EvaluationInput): EvaluationInput {
  const source = { ...input.source, caller: NOBODY }
  const question = { ...input.question, caller: NOBODY, lookup: contextOf(source), hasBoundary: false as const }
  return { ...input, caller: NOBODY, relation: 'neither', source, question }
}

/** Whether the caller may be nobody: it is not known if what is called authenticates it. */
export const perhapsToNobody = (input: EvaluationInput): boolean =>
  input.caller.kind !== 'anonymous' && apiAuthorization(input) === 'not-known'

/** Layers that must let a request through, whoever the caller is taken for. */
const GATES: ReadonlySet<PolicyLayer> = new Set(['service-control-policy', 'vpc-endpoint-policy'])

/** Findings on the caller, as far as they hold of nobody as well: the rest hangs on how the API authorizes (R-OTH-02). */
export function signedOrNot(signed: readonly LayerFinding[], nobody: readonly LayerFinding[]): LayerFinding[] {
  const isAt = (a: LayerFinding, b: LayerFinding): boolean =>
    a.layer === b.layer && a.where === b.where && a.kind === b.kind && a.guard === b.guard
  const both = signed.map((finding) =>
    asFarAs(
      finding,
      finding.applies,
      nobody.find((other) => isAt(finding, other) && other.applies),
    ),
  )
  const more = nobody.filter(
    (other) => other.applies && !signed.some((finding) => isAt(finding, other) && finding.applies),
  )
  return [...both, ...more.map((other) => asFarAs(other, false, other))]
}

/** @param isOfCaller false: the caller's layer does not apply, and `finding` is what nobody's says */
function asFarAs(finding: LayerFinding, isOfCaller: boolean, other: LayerFinding | undefined): LayerFinding {
  if (!finding.applies) return finding
  const deny = alike([isOfCaller ? finding.deny : false, other?.deny ?? false])
  const isGate = GATES.has(finding.layer)
  const allow = isGate ? alike([isOfCaller ? finding.allow : true, other?.allow ?? true]) : finding.allow
  if (deny === finding.deny && allow === finding.allow) return finding
  return { ...finding, deny, allow, by: undefined, lacking: [...finding.lacking, AUTH_TYPE_LACKING] }
}

const NOBODY: Caller = readCaller({ principal: 'anonymous', action: '', resource: null })
