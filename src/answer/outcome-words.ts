import type { Decision } from '#engine/decision.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import { hasUnknownName, UNKNOWN_NAMES } from '#iam/unknown-name.ts'
import type { AccessSet } from '#space/access-set.ts'
import { onlyIfJobs } from './token-words.ts'
import { grantedText, shortGrantedText } from './granted-words.ts'

/** What is said of a fix that was drafted from AWS's message alone. */
export const DRAFTED = "a draft from AWS's message, not verified"

interface OutcomeDraft {
  readonly changes: readonly { readonly kind: string }[]
}

/** What a draft is, behind its title: drafted from the message, or another call, for which no policy changes. */
export const draftedWords = ({ changes }: OutcomeDraft): string =>
  changes.every(({ kind }) => kind === 'edit-request') ? 'another call, not verified' : DRAFTED

/** The outcome of a draft; of a call as another caller, that no policy changes. */
export function draftOutcome(draft: OutcomeDraft): string {
  if (draft.changes.every(({ kind }) => kind === 'change-principal')) return 'No policy changes.'
  const words = draftedWords(draft)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

interface OutcomeStep {
  readonly relation: string
  readonly rule?: string | null
  readonly onlyIf?: string
  readonly request: { readonly action: string; readonly resource?: string | readonly string[] | null }
  readonly decision: Pick<Decision, 'decision' | 'layers'>
}

interface OutcomeFix {
  readonly changes?: readonly { readonly patch: readonly unknown[]; readonly before?: unknown }[]
  /** Indexes of the steps that the fix makes succeed. */
  readonly cures: readonly number[]
  readonly replay: {
    readonly decision: 'allowed' | 'allowed-unless'
    readonly unseen?: readonly { readonly key?: string }[]
  }
  readonly proof: OutcomeProof
  readonly openGrants?: readonly string[]
}

interface OutcomeProof {
  readonly status: 'proved' | 'refuted' | 'not-proved'
  readonly reason?: string
  readonly beyond?: readonly AccessSet[]
}

/** The outcome of a fix, in sentences: which calls then succeed, which are still denied, and what else becomes allowed. */
export const outcomeWords = (fix: OutcomeFix, steps: readonly OutcomeStep[]): string =>
  `${callsWords(fix, steps)} ${grantWords(fix.proof, fix.openGrants ?? [])}.${onlyIfJobs(fix)}`

/** The outcome of a fix that is shown behind another: what it does as that one does is not repeated. */
export function outcomeBehind(fix: OutcomeFix, first: OutcomeFix, steps: readonly OutcomeStep[]): string {
  const calls = callsWords(fix, steps)
  return calls === callsWords(first, steps)
    ? `${grantWords(fix.proof, fix.openGrants ?? [])}.`
    : outcomeWords(fix, steps)
}

/** Which calls then succeed, and which are still denied. */
function callsWords(fix: OutcomeFix, steps: readonly OutcomeStep[]): string {
  const unless = fix.replay.decision === 'allowed-unless' ? ', unless a policy that was not checked denies it' : ''
  const still = stillDenied(fix.cures, steps)
  const open = openCalls(fix.cures, steps)
  const ifToo = open.length === 0 ? '' : ` if ${actionsOf(open)} ${open.length === 1 ? 'is' : 'are'} allowed too`
  const calls =
    still.length > 0
      ? `${actionsOf(fix.cures.flatMap((i) => steps[i] ?? []))} then succeeds${unless}. ${actionsOf(still)} ${new Set(still.map(({ request }) => request.action)).size > 1 ? 'are' : 'is'} still denied`
      : `${callsThatSucceed(fix.cures.length)}${ifTagged(fix.replay)}${ifToo}${unless}`
  return `${toWriteFirst(fix, steps)}${calls}.`
}

/** The tags that the call has to pass, of which the evidence shows nothing. */
function ifTagged({ unseen = [] }: OutcomeFix['replay']): string {
  const tags = unseen.flatMap(({ key = '' }) =>
    /^aws:requesttag\//i.test(key) ? [key.slice(key.indexOf('/') + 1)] : [],
  )
  return tags.length === 0 ? '' : ` if it passes the tag${tags.length === 1 ? '' : 's'} ${tags.join(' and ')}`
}

/** What has to be written into the changes first: they name a resource whose name the evidence does not give (R-ADV-05). */
function toWriteFirst({ changes = [], cures }: OutcomeFix, steps: readonly OutcomeStep[]): string {
  // Where the evidence names no resource, the request has none.
  const resources = cures.flatMap((i) => steps[i]?.request.resource ?? [])
  const isUnnamed = cures.some((i) => (steps[i]?.request.resource ?? null) === null)
  const written = new Set(JSON.stringify(changes.map(({ patch }) => patch)).split(/[^A-Za-z]/))
  const names = isUnnamed || resources.some(hasUnknownName) ? UNKNOWN_NAMES.filter((word) => written.has(word)) : []
  const isOpenRegion = written.has(REGION) && (isUnnamed || resources.some((arn) => arn.split(':')[3] === REGION))
  const words = [...(isOpenRegion ? [REGION] : []), ...names]
  if (words.length === 0) return ''
  const [real, they] = words.length > 1 ? ['values', 'them'] : [isOpenRegion ? 'Region' : 'name', 'it']
  return `Replace ${words.join(' and ')} with the real ${real} first: the evidence doesn't give ${they}. `
}

/** Stands in an ARN for a Region that nobody knows. */
const REGION = 'REGION'

/** Whether the sentence leaves out some of what a fix allows beyond the call. */
export const isShortened = ({ status, beyond = [] }: OutcomeProof): boolean =>
  status === 'refuted' && (beyond.length !== 1 || beyond.some((set) => shortGrantedText(set) !== grantedText(set)))

/** The dependent requests that AWS denies even after the fix. */
export const stillDenied = <S extends OutcomeStep>(cures: readonly number[], steps: readonly S[]): readonly S[] =>
  steps.filter(
    ({ relation, decision }, i) => relation === 'next' && decision.decision === 'denied' && !cures.includes(i),
  )

/**
 * The dependent requests that the call surely makes, that the fix does not mend and that no given identity policy allows: whether AWS
 * allows them is open, because their resource or some policies are not known.
 */
const openCalls = (cures: readonly number[], steps: readonly OutcomeStep[]): readonly OutcomeStep[] =>
  steps.filter(
    ({ relation, rule, onlyIf, decision }, i) =>
      relation === 'next' &&
      onlyIf === undefined &&
      rule !== COMPANION &&
      decision.decision === 'undetermined' &&
      !cures.includes(i) &&
      !decision.layers.some(
        ({ layer, statements }) =>
          layer === 'identity-policy' &&
          statements.some(({ effect, matches }) => effect === 'Allow' && matches === true),
      ),
  )

const callsThatSucceed = (count: number): string =>
  count > 2 ? 'All calls then succeed' : count === 2 ? 'Both calls then succeed' : 'The call then succeeds'

const actionsOf = (steps: readonly OutcomeStep[]): string =>
  [...new Set(steps.map(({ request }) => request.action))].join(' and ')

function grantWords({ status, reason, beyond = [] }: OutcomeProof, openGrants: readonly string[]): string {
  switch (status) {
    case 'proved':
      return reason === 'no policy changes' ? 'No policy changes' : `${onlyGrant(openGrants)} (proved)`
    case 'refuted': {
      const [first, ...more] = beyond
      if (first === undefined) return 'But it allows more than the call needs'
      return `But it also allows: ${shortGrantedText(first)}${more.length > 0 ? ', and more' : ''}`
    }
    case 'not-proved':
      return `Not proved that nothing else becomes allowed${reason === undefined ? '' : `: ${reason}`}`
  }
}

/** Where the evidence does not say which resource it was, a pattern is granted, and the sentence says so. */
const onlyGrant = (openGrants: readonly string[]): string =>
  openGrants.length === 0
    ? 'Nothing else becomes allowed'
    : `Nothing becomes allowed but ${openGrants.join(' and ')}${openGrants.every((open) => open.endsWith(' on *')) ? '' : ", because the evidence doesn't say which one"}`
