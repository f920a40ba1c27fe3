import type { Decision, Step } from '#engine/decision.ts'
import { UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import { type CauseFacts, headlineWords, shortCauseWords } from './cause-words.ts'
import { competingCauses, withOpenStatement } from './competing-causes.ts'
import { code, keyText, type MarkedWord, type MarkedWords, text } from './marked-words.ts'
import { nameInWords } from './name-in-words.ts'

/** What says who made which call. */
export interface CallFacts {
  readonly denial: {
    readonly action: string | null
    readonly operation: string | null
    readonly resource: string | null
    readonly principal: string | null
    readonly candidates: readonly { readonly action: string }[]
  }
  readonly steps: readonly { readonly request: Step['request'] }[]
}

/** Who called, as the subject of a sentence: `role deploy`, `someone`. */
export function callerSubject({ denial, steps: [denied] }: CallFacts): MarkedWord {
  const arn = denial.principal ?? denied?.request.principal ?? UNKNOWN_PRINCIPAL
  if (arn === UNKNOWN_PRINCIPAL) return text('someone')
  if (isUnnamedCaller(arn)) return text('the caller')
  if (arn === 'anonymous') return text('an anonymous caller')
  return code(arn.startsWith('arn:') ? (tokenOf(arn) ?? nameInWords(arn)) : arn)
}

/** Who shows a token or an assertion is called by who issued it. */
function tokenOf(arn: string): string | undefined {
  const [, kind, issuer] = /:(oidc-provider|saml-provider)\/(.{1,255})$/.exec(arn) ?? []
  if (issuer === undefined) return undefined
  if (issuer === 'token.actions.githubusercontent.com') return 'a GitHub Actions token'
  return kind === 'oidc-provider' ? `a token of ${issuer}` : `an assertion of ${issuer}`
}

/** The action that was denied; where the evidence leaves it open, those that it may be. */
function deniedAction({ denial, steps: [denied] }: CallFacts): string {
  const open = [...new Set(denial.candidates.map(({ action }) => action))].join(' or ')
  return denied?.request.action ?? denial.action ?? (open === '' ? (denial.operation ?? 'make this call') : open)
}

type Can = 'can' | "can't" | "couldn't"

/** `role deploy can't s3:PutObject`; `can`: it can, now. */
export const callWords = (facts: CallFacts, can: Can = "can't"): MarkedWords => [
  callerSubject(facts),
  text(` ${can} `),
  code(deniedAction(facts)),
]

/** `role deploy can't s3:PutObject on arn:aws:s3:::shop/a.csv` */
export function callWithResource(facts: CallFacts, can?: Can): MarkedWords {
  const { denial, steps } = facts
  const named = [steps[0]?.request.resource ?? denial.resource].flat().filter((arn) => arn !== null)
  return [...callWords(facts, can), ...(named.length === 0 ? [] : [text(' on '), code(named.join(', '))])]
}

/** What the headline of a diagnosis needs to know of it. */
export interface HeadlineFacts extends CallFacts {
  readonly status: 'explained' | 'likely' | 'allowed-now' | 'undetermined' | 'contradicted' | 'not-a-denial'
  readonly steps: readonly { readonly request: Step['request']; readonly decision: Pick<Decision, 'layers'> }[]
  readonly causes: readonly HeadlineCause[]
}

type HeadlineCause = CauseFacts & { readonly step: number; readonly toldApartBy?: { readonly fact: string } }

/** The headline of a denial by AWS: who can't do what, because. */
export function headlineOf(facts: HeadlineFacts): MarkedWords {
  const { status, causes, steps } = facts
  const head = [...callWords(facts), ...passedRole(facts)]
  const [first, ...others] = competingCauses(causes)
  switch (status) {
    case 'allowed-now':
      return [...callWords(facts, 'can'), text(' now. The policies were read after the denial.')]
    case 'contradicted':
      return [...head, text(', but '), keyText('the policies you provided are not the ones that were in force')]
    case 'undetermined':
      if (first === undefined) return [...head, text(': '), keyText("AWS doesn't say which policy denies it")]
      return [...head, text(': '), ...competingWords([first, ...others], facts)]
    default:
      if (first === undefined) return [...head, text(': '), keyText('no IAM policy denies it')]
      return [
        ...head,
        text(status === 'likely' ? ': most likely ' : ': '),
        ...headlineWords(first, { arn: facts.denial.principal ?? steps[0]?.request.principal ?? null }),
      ]
  }
}

/** A role is passed for something, and to pass another is another question: the headline names it. */
function passedRole({ steps }: HeadlineFacts): MarkedWords {
  const { action, resource } = steps[0]?.request ?? {}
  const name = [resource ?? []].flat()[0]?.split('/').at(-1)
  return action === 'iam:PassRole' && name !== undefined && name !== '*' ? [text(' for '), code(name)] : []
}

const MAX_COMPETING = 3

function competingWords(causes: readonly HeadlineCause[], facts: HeadlineFacts): MarkedWords {
  const arn = facts.denial.principal ?? facts.steps[0]?.request.principal ?? null
  const shown = causes.slice(0, MAX_COMPETING).map((cause) => shortCauseWords(withOpenStatement(cause, facts), { arn }))
  const listed = shown.flatMap(
    (words, i): MarkedWords =>
      i === 0
        ? words.map((word) => ({ ...word, isKey: true }))
        : [text(i === shown.length - 1 ? ', or ' : ', '), ...words],
  )
  return causes.length > shown.length ? [...listed, text(', or another policy that was not checked')] : listed
}
