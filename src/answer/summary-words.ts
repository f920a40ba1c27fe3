import type { Decision, Step } from '#engine/decision.ts'
import { layerName, type PolicyLayer } from '#iam/layers.ts'
import { type CauseFacts, causeWords } from './cause-words.ts'
import { plainText } from './marked-words.ts'
import { callerInWords } from './name-in-words.ts'
import { deniedNext, denyingLayers } from './next-words.ts'

/** What an error is that is no denial by a policy of the caller. */
export type NoDenial = 'unclear' | 'authentication' | 'google-cloud' | 'cors' | 'nothing' | 'of-the-role' | 'other'

/** What the summary of a diagnosis needs to know of it. */
export interface SummaryFacts {
  readonly denial: {
    readonly action: string | null
    readonly operation: string | null
    readonly resource: string | null
    readonly principal: string | null
    readonly code: string | null
    readonly candidates: readonly { readonly action: string }[]
    readonly reported: { readonly layer: PolicyLayer | null; readonly denyType: 'explicit' | 'implicit' | null }
  }
  readonly status: 'explained' | 'likely' | 'allowed-now' | 'undetermined' | 'contradicted' | 'not-a-denial'
  readonly steps: readonly Step[]
  readonly causes: readonly (CauseFacts & { readonly certainty: 'certain' | 'likely' | 'possible' })[]
  /** Facts that the evidence lacks. */
  readonly lacks: readonly string[]
  /** The denial is older than the policies. */
  readonly isOlder: boolean
  /** The call itself was allowed, and one of its dependent requests was denied (R-MSG-33). */
  readonly isDependent: boolean
  /** AWS's encoded message is there to be decoded. */
  readonly canDecode: boolean
  readonly noDenial: NoDenial
}

/** The summary of a diagnosis: a sentence to act on. */
export function summaryWords(facts: SummaryFacts): string {
  const { denial, status, steps, lacks, causes } = facts
  const [denied, ...further] = steps
  const what = requestWords(facts, denied)
  switch (status) {
    case 'not-a-denial':
      return NO_DENIAL[facts.noDenial](denial.code === null ? 'This' : `\`${denial.code}\``)
    case 'undetermined':
      if (facts.isOlder) return `${what} was denied, and may be allowed now.`
      return lacks.length > 0
        ? `${what} was denied${reportedBy(denial)}, but the evidence lacks ${lacks.join(' and ')}. ${facts.canDecode ? DECODE : PROVIDE}`
        : `${what} was denied, and the policies provided do not settle by which layer.`
    case 'likely':
      return `${what}${neededFor(further)} is most likely denied: ${whyOf(causes, 'likely', denial, denied)}${nextDenied(further)}.`
    case 'allowed-now':
      return `${what} is allowed now.`
    case 'contradicted':
      return denied?.decision.decision === 'allowed'
        ? `${what} is allowed by the policies provided, but AWS denied it: they have changed since the denial, or the request was different.`
        : denied?.decision.decision === 'undetermined'
          ? `AWS named ${reportedLayer(denial)} for ${what}, which does not deny it in the policies provided: they have changed since the denial, or the request was different.`
          : `${what} is denied by ${layersOf(denied?.decision)} in the policies provided, but AWS named ${reportedLayer(denial)}.`
    case 'explained':
      return `${what}${neededFor(further)} is denied: ${whyOf(causes, 'certain', denial, denied)}${nextDenied(further)}.`
  }
}

function requestWords({ denial, isDependent }: SummaryFacts, denied: Step | undefined): string {
  const resource = denied === undefined ? denial.resource : denied.request.resource
  const name = denied?.request.action ?? denial.action ?? denial.operation
  if (resource === null && (name === null || isDependent)) return actionsIn(denial.candidates)
  return `${name ?? 'The request'} on ${resource === null ? 'a resource that is not named' : [resource].flat().join(', ')}`
}

/** The evidence may leave open which of several requests was denied. */
function actionsIn(candidates: SummaryFacts['denial']['candidates']): string {
  const actions = [...new Set(candidates.map(({ action }) => action))]
  return actions.length === 0 ? 'The request' : actions.join(' or ')
}

/** Policies are of no use while nobody knows which request was denied, and EC2's message says it (R-MSG-13). */
const DECODE =
  'The encoded message says which request AWS denied, and why. `aws sts decode-authorization-message` decodes it, and so does `--decode`.'
const PROVIDE = 'Provide a snapshot, policies as files or a scenario to see every layer that denies it.'

interface CallerFacts {
  readonly warning?: string
  readonly agrees: boolean | null
  readonly evaluated: string | null
  readonly expected: string | null
}

/** What comes before the summary: that the caller is from outside, or is another than was expected. */
export const callerWarning = ({ warning, agrees, evaluated, expected }: CallerFacts): string =>
  `${warning === undefined ? '' : `${warning} `}${agrees === false ? `The call was made by \`${evaluated}\`, not by \`${expected}\`. ` : ''}`

const NO_DENIAL: Readonly<Record<NoDenial, (what: string) => string>> = {
  unclear: (what) => `${what} can have a policy or another reason.`,
  authentication: (what) => `${what} is an authentication failure: AWS evaluated no policy.`,
  'google-cloud': (what) => `${what} is a denial of Google Cloud, not of AWS.`,
  cors: () => 'The browser blocked a cross-origin response: no AWS policy is involved.',
  nothing: () => 'No access-denied error found.',
  'of-the-role': (what) => `${what} is no denial of the caller: the role that the call names lacks something.`,
  other: (what) => `${what} is not a denial by a policy.`,
}

const reportedBy = (denial: SummaryFacts['denial']): string =>
  denial.reported.layer === null ? '; AWS named no policy layer' : `; AWS named ${reportedLayer(denial)}`

const reportedLayer = ({ reported }: SummaryFacts['denial']): string =>
  reported.layer === null
    ? 'none'
    : `${reported.denyType === 'explicit' ? 'an explicit deny in ' : ''}the ${layerName(reported.layer)}`

const layersOf = (decision: Decision | undefined): string =>
  decision === undefined ? 'no layer' : denyingLayers(decision)

/** Why AWS denied the request, in the words that every form of output uses. */
function whyOf(
  causes: SummaryFacts['causes'],
  certainty: 'certain' | 'likely',
  denial: SummaryFacts['denial'],
  denied: Step | undefined,
): string {
  const caller = callerInWords(denial.principal ?? denied?.request.principal)
  const words = causes
    .filter((cause) => cause.certainty === certainty)
    .map((cause) => plainText(causeWords(cause, caller)))
  return [...new Set(words)].join('; and ') || layersOf(denied?.decision)
}

/** The call that a denied dependent request belongs to. */
const neededFor = ([call]: readonly Step[]): string =>
  call?.rule === 'R-HOP-01' ? `, which ${call.request.action} needs,` : ''

function nextDenied(steps: readonly Step[]): string {
  const denied = deniedNext(steps).map(
    (step) => `${step.request.action} on ${String(step.request.resource)} (${layersOf(step.decision)})`,
  )
  return denied.length === 0 ? '' : `; after that fix, AWS denies the same call ${denied.join(' and ')}`
}
