import type { Decision, Step } from '#engine/decision.ts'
import { layerName, type PolicyLayer } from '#iam/layers.ts'
import { type CauseFacts, causeWords } from './cause-words.ts'
import { plainText } from './marked-words.ts'
import { callerInWords } from './name-in-words.ts'
import { deniedNext, denyingLayers, nextWords } from './next-words.ts'
import { callWithResource } from './headline-words.ts'

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
  /** AWS's encoded message is there to be decoded. */
  readonly canDecode: boolean
  readonly noDenial: NoDenial
}

/** The summary of a diagnosis: who can't do what, why, and what AWS denies next. */
export function summaryWords(facts: SummaryFacts): string {
  const { denial, status, steps, lacks, causes } = facts
  const [denied, ...others] = steps
  const call = `${plainText(callWithResource(facts))}${neededFor(others)}`
  switch (status) {
    case 'not-a-denial':
      return NO_DENIAL[facts.noDenial](denial.code === null ? 'This' : `\`${denial.code}\``)
    case 'undetermined':
      if (facts.isOlder) return `${plainText(callWithResource(facts, "couldn't"))}, and may be allowed to now.`
      return lacks.length > 0
        ? `${call}. ${reportedBy(denial)}, and the evidence lacks ${lacks.join(' and ')}. ${facts.canDecode ? DECODE : PROVIDE}`
        : `${call}. The policies provided don't settle which of them denies it.`
    case 'likely':
      return `${call}: most likely ${whyOf(causes, 'likely', denial, denied)}.${nextDenied(steps)}`
    case 'allowed-now':
      return `${plainText(callWithResource(facts, 'can'))} now.`
    case 'contradicted':
      return `${call}, but ${contradiction(facts, denied)}`
    case 'explained':
      return `${call}: ${whyOf(causes, 'certain', denial, denied)}.${nextDenied(steps)}`
  }
}

/** How the policies provided differ from what AWS answered. */
function contradiction({ denial }: SummaryFacts, denied: Step | undefined): string {
  switch (denied?.decision.decision) {
    case 'allowed':
      return `the policies provided allow it: ${CHANGED}`
    case 'undetermined':
      return `${reportedLayer(denial)}, which AWS named, does not deny it in the policies provided: ${CHANGED}`
    default:
      return `${layersOf(denied?.decision)} denies it in the policies provided, and AWS named ${reportedLayer(denial)}.`
  }
}

const CHANGED = 'they have changed since the denial, or the request was different.'

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
  nothing: () =>
    'denytrace found no message of a denied AWS call here. Paste the whole error with the lines around it, or its CloudTrail event.',
  'of-the-role': (what) => `${what} is no denial of the caller: the role that the call names lacks something.`,
  other: (what) => `${what} is not a denial by a policy.`,
}

const reportedBy = (denial: SummaryFacts['denial']): string =>
  denial.reported.layer === null ? 'AWS named no policy' : `AWS named ${reportedLayer(denial)}`

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
  call?.rule === 'R-HOP-01' ? `, which ${call.request.action} needs` : ''

const nextDenied = (steps: readonly Step[]): string =>
  deniedNext(steps)
    .map((step) => ` Next: ${plainText(nextWords(step))}.`)
    .join('')
