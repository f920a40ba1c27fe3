import { causeWords } from '#answer/cause-words.ts'
import { plainText } from '#answer/marked-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import { deniedNext, denyingLayers } from '#answer/next-words.ts'
import { type NoteCode, NOTE_SUBJECTS } from '#intake/note.ts'
import type { Decision, Step } from '#engine/decision.ts'
import { canBeDecoded } from '#intake/decoded-message.ts'
import type { Denial } from '#intake/denial.ts'
import type { Cause, DiagnosisStatus, Identity } from './diagnosis.ts'
import { layerName } from '#iam/layers.ts'

/** The summary of a diagnosis: a sentence to act on. */
export function summaryOf(
  denial: Denial,
  status: DiagnosisStatus,
  {
    steps,
    lacks,
    isOlder,
  }: { readonly steps: readonly Step[]; readonly lacks: readonly string[]; readonly isOlder: boolean },
  causes: readonly Cause[],
): string {
  const [denied, ...further] = steps
  const what = whatOf(denial, denied)
  switch (status) {
    case 'not-a-denial':
      return notADenial(denial)
    case 'undetermined':
      if (isOlder) return `${what} was denied, and may be allowed now.`
      return lacks.length > 0
        ? `${what} was denied${reportedBy(denial)}, but the evidence lacks ${lacks.join(' and ')}. ${nextFact(denial)}`
        : `${what} was denied, and the policies provided do not settle by which layer.`
    case 'likely':
      return `${what}${neededFor(further)} is most likely denied: ${whyOf(causes, 'likely', denial, denied)}${next(further)}.`
    case 'allowed-now':
      return `${what} is allowed now.`
    case 'contradicted':
      return denied?.decision.decision === 'allowed'
        ? `${what} is allowed by the policies provided, but AWS denied it: they have changed since the denial, or the request was different.`
        : denied?.decision.decision === 'undetermined'
          ? `AWS named ${reportedLayer(denial)} for ${what}, which does not deny it in the policies provided: they have changed since the denial, or the request was different.`
          : `${what} is denied by ${layersOf(denied?.decision)} in the policies provided, but AWS named ${reportedLayer(denial)}.`
    case 'explained':
      return `${what}${neededFor(further)} is denied: ${whyOf(causes, 'certain', denial, denied)}${next(further)}.`
  }
}

function whatOf(denial: Denial, denied: Step | undefined): string {
  const resource = denied === undefined ? denial.resource : denied.request.resource
  const name = denied?.request.action ?? denial.action ?? denial.operation
  if (resource === null && (name === null || isBehind(denial))) return oneOf(denial.candidates)
  return `${name ?? 'The request'} on ${resource === null ? 'a resource that is not named' : [resource].flat().join(', ')}`
}

/** The call itself was allowed, one of the requests behind it was refused (R-MSG-33). */
const isBehind = ({ action, candidates, notes }: Denial): boolean =>
  action === null && candidates.length > 0 && notes.some(({ code }) => code === 'further-request')

/** The evidence may leave open which of several requests was refused. */
function oneOf(candidates: Denial['candidates']): string {
  const actions = [...new Set(candidates.map(({ action }) => action))]
  return actions.length === 0 ? 'The request' : actions.join(' or ')
}

/** Policies are of no use while nobody knows which request was refused, and EC2's message holds it (R-MSG-13). */
const nextFact = (denial: Denial): string =>
  canBeDecoded(denial)
    ? 'The encoded message says which request AWS denied, and why. `aws sts decode-authorization-message` decodes it, and so does `--decode`.'
    : 'Provide a snapshot, policies as files or a scenario to see every layer that denies it.'

/** A caller from outside is what to act on, whatever denied it. */
export const fromOutside = ({ warning }: Identity): string => (warning === undefined ? '' : `${warning} `)

/** The wrong caller comes first: nothing else in the summary is to be acted on before it. */
export const otherCaller = ({ agrees, evaluated, expected }: Identity): string =>
  agrees === false ? `The call was made by \`${evaluated}\`, not by \`${expected}\`. ` : ''

/** Errors that a refusal by a policy may stand behind. */
const SAYS_NEITHER: ReadonlySet<NoteCode> = new Set(['queue-or-access', 'database-sign-in', 'not-shared'] as const)

function notADenial(denial: Denial): string {
  const what = denial.code === null ? 'This' : `\`${denial.code}\``
  if (denial.notes.some(({ code }) => SAYS_NEITHER.has(code))) return `${what} can have a policy or another reason.`
  switch (denial.kind) {
    case 'aws-authentication':
      return `${what} is an authentication failure: AWS evaluated no policy.`
    case 'gcp-permission-denied':
      return `${what} is a denial of Google Cloud, not of AWS.`
    case 'cors':
      return 'The browser blocked a cross-origin response: no AWS policy is involved.'
    default:
      if (denial.evidence.reader === 'nothing' && denial.code === null) return 'No access-denied error found.'
      return denial.notes.some(({ code }) => NOTE_SUBJECTS[code] === 'the-role')
        ? `${what} is no denial of the caller: the role that the call names lacks something.`
        : `${what} is not a denial by a policy.`
  }
}

function reportedBy(denial: Denial): string {
  return denial.reported.layer === null ? '; AWS named no policy layer' : `; AWS named ${reportedLayer(denial)}`
}

const reportedLayer = ({ reported }: Denial): string =>
  reported.layer === null
    ? 'none'
    : `${reported.denyType === 'explicit' ? 'an explicit deny in ' : ''}the ${layerName(reported.layer)}`

const layersOf = (decision: Decision | undefined): string =>
  decision === undefined ? 'no layer' : denyingLayers(decision)

/** Why AWS denied the request, in the words that every form of output uses. */
function whyOf(
  causes: readonly Cause[],
  certainty: Cause['certainty'],
  denial: Denial,
  denied: Step | undefined,
): string {
  const caller = callerInWords(denial.principal ?? denied?.request.principal)
  const words = causes
    .filter((cause) => cause.certainty === certainty)
    .map((cause) => plainText(causeWords(cause, caller)))
  return [...new Set(words)].join('; and ') || layersOf(denied?.decision)
}

/** The call that is refused by what it needs besides stands behind it. */
function neededFor([call]: readonly Step[]): string {
  return call?.rule === 'R-HOP-01' ? `, which ${call.request.action} needs,` : ''
}

function next(steps: readonly Step[]): string {
  const denied = deniedNext(steps).map(
    (step) => `${step.request.action} on ${String(step.request.resource)} (${layersOf(step.decision)})`,
  )
  return denied.length === 0 ? '' : `; after that fix, AWS denies the same call ${denied.join(' and ')}`
}
