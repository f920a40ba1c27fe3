import { assumedWords } from '#answer/assumed-words.ts'
import { callWithResource } from '#answer/headline-words.ts'
import { plainText } from '#answer/marked-words.ts'
import { mistakeWords } from '#answer/mistake-words.ts'
import { answerWords } from '#answer/question-words.ts'
import { verdictOf } from '#answer/verdict-words.ts'
import {
  ASSUMED_CALLER,
  IF_KNOWN,
  NONE_OFFERED,
  UNNAMED_CALLER,
  verifyAllCommand,
  verifyCommand,
  whoCalledCommand,
} from '#answer/verify-words.ts'
import { deniedNext, nextWords } from '#answer/next-words.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import { callOfFurther } from '#diagnose/denied-dependency.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import { UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Step } from '#engine/decision.ts'
import { doubtfulAction } from '#iam/facts/doubtful-action.ts'
import { FACTS } from '#iam/facts/services.ts'
import { canBeDecoded } from '#intake/decoded-message.ts'
import { NOTE_SUBJECTS } from '#intake/note.ts'
import type { ShownDiagnosis } from '#fix/proof/fix.ts'
import { shellWord } from '#quote/shell.ts'
import { block, type Page, paint, UNWRAPPED } from '../page.ts'
import { fixScreen } from './fix-screen.ts'
import { nameOfResource } from './names.ts'
import { unseenLines } from './unseen-lines.ts'
import { whyLines } from './why-lines.ts'

/** How the answer was asked for, so that the next command can be printed as it is to be typed. */
export interface Invocation {
  /** Files beside the command; `[]`: standard input. */
  readonly files: readonly string[]
  readonly snapshot?: string | undefined
  readonly scenario?: string | undefined
  /** Further words: what is at hand, and what was said of the request. */
  readonly options?: readonly string[]
}

/** Where the words of each line begin. */
export const INDENT = 9

/** How it was asked for: what the commands that are printed repeat. */
export interface ScreenView {
  /** Left out where `fix` cannot be given the same again. */
  readonly invocation?: Invocation
  /** The command that reads from AWS what bears on the denial; left out: it was read, or cannot be. */
  readonly live?: string
  /** The command that has AWS decode the message; left out: what is pasted into one. */
  readonly decode?: string
}

/**
 * The answer on one screen: who may not do what, why, what to change, what was not seen (docs/json.md, "Diagnosis"). A
 * paragraph each, as lines; nothing is worked out here.
 */
export function screenOf(diagnosis: ShownDiagnosis, view: ScreenView, page: Page): string[][] {
  const { invocation, live } = view
  return [
    headLines(diagnosis, page),
    [
      ...whyLines(diagnosis, page),
      ...slipLines(diagnosis, invocation, page),
      ...askLines(diagnosis, view.decode, page),
      ...questionLines(diagnosis, page),
      ...nextLines(diagnosis, page),
    ],
    [
      ...fixScreen(diagnosis, page),
      ...withheldLines(diagnosis, invocation, page),
      ...applyLines(diagnosis, invocation, page),
      ...liveLines(diagnosis, live),
    ],
    // What else the call needs has policies of its own, which the fix took to let it pass.
    [
      ...unseenLines([...diagnosis.unseen, ...(diagnosis.fixes[0]?.replay.unseen ?? [])], page),
      ...assumedLines(diagnosis, page),
    ],
  ]
}

function headLines(diagnosis: ShownDiagnosis, page: Page): string[] {
  const { denial, occurrences, steps } = diagnosis
  const { kind, text: label } = verdictOf(diagnosis)
  const isNow = kind === 'allow'
  const indent = label === 'DENIED' ? INDENT : label.length + 2
  const call = plainText(callWithResource(diagnosis, isNow ? 'can' : undefined))
  const [first = '', ...rest] = block(page, label, indent, call)
  const facts = [
    ...callerFacts(diagnosis, steps[0]),
    denial.time?.replace('T', ' '),
    denial.region,
    denial.requestId === null ? undefined : `request ${denial.requestId}`,
    typeof denial.context['aws:SourceIp'] === 'string' ? `from ${denial.context['aws:SourceIp']}` : undefined,
    listedPrefix(denial),
    occurrences.count > 1 ? `${occurrences.count} times` : undefined,
  ].filter((text) => text !== null && text !== undefined)
  return [
    paint(page, isNow ? 'green' : 'red', label) + first.slice(label.length),
    ...rest,
    ...warningLines(diagnosis, page),
    ...(facts.length === 0 ? [] : block(page, ' '.repeat(INDENT), INDENT, facts.join(', '))),
    ...callLines(diagnosis, page),
    ...alikeLines(diagnosis, page),
    ...otherCallerLines(diagnosis, page),
  ]
}

/** What of a bucket was listed: the ARN is that of the bucket alone. */
const listedPrefix = ({ action, context }: Diagnosis['denial']): string | undefined =>
  action === 's3:ListBucket' && typeof context['s3:prefix'] === 'string' && context['s3:prefix'] !== ''
    ? `prefix ${context['s3:prefix']}`
    : undefined

/** A caller from outside is said before anything that could be acted on (R-ADV-08). */
const warningLines = ({ identity }: Pick<Diagnosis, 'identity'>, page: Page): string[] =>
  identity.warning === undefined
    ? []
    : block(page, 'Warning', INDENT, identity.warning).map((line) => paint(page, 'yellow', line))

/** Line of the other resources that the same refusal was about, where a log says it again and again. */
function alikeLines({ alike = [] }: ShownDiagnosis, page: Page): string[] {
  if (alike.length < 2) return []
  const some = alike.slice(1, 1 + MAX_ALIKE)
  const more = alike.length - 1 - some.length
  return block(page, ' '.repeat(INDENT), INDENT, `the same on ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}`)
}

const MAX_ALIKE = 2

/** `session GitHubActions`, `account 111122223333` */
function callerFacts({ denial }: Diagnosis, denied: Step | undefined): readonly string[] {
  const { principal, sessionName, accountId } = denial
  const arn = principal ?? denied?.request.principal ?? ''
  return [
    ...(sessionName === null || !arn.includes(':assumed-role/') ? [] : [`session ${sessionName}`]),
    ...(accountId === null ? [] : [`account ${accountId}`]),
  ]
}

/** That the error doesn't say who called, and what follows. */
function unnamedWords({ denial, steps: [denied] }: Diagnosis): string | undefined {
  const arn = denial.principal ?? denied?.request.principal ?? null
  if (arn === UNKNOWN_PRINCIPAL) return `${UNNAMED_CALLER} Add --principal ARN.`
  return arn !== null && isUnnamedCaller(arn) ? ASSUMED_CALLER : undefined
}

/** `asked by s3 for PutObject on arn:…, request 4XBG…, from 203.0.113.9`: both records are of one refusal. */
function callLines({ call, steps }: Diagnosis, page: Page): string[] {
  if (call === undefined) return neededByLines(steps, page)
  const { eventSource, operation, resource, requestId, sourceIp } = call
  const facts = [
    `asked by ${eventSource?.split('.')[0] ?? 'a service'} for ${operation ?? 'a call'}${resource === null ? '' : ` on ${resource}`}`,
    ...(requestId === null ? [] : [`request ${requestId}`]),
    ...(sourceIp === null ? [] : [`from ${sourceIp}`]),
  ]
  return block(page, ' '.repeat(INDENT), INDENT, facts.join(', '))
}

/** `needed by ec2:RunInstances: a launch with an instance profile hands its role over`: nobody called what was refused. */
function neededByLines(steps: readonly Step[], page: Page): string[] {
  const [denied] = steps
  const call = callOfFurther(steps)
  if (denied === undefined || call === undefined) return []
  return block(page, ' '.repeat(INDENT), INDENT, `needed by ${call.request.action}: ${denied.why}`)
}

/** The wrong caller makes every policy below look wrong, so it is said before them. */
function otherCallerLines(diagnosis: Diagnosis, page: Page): string[] {
  const { identity, denial, steps } = diagnosis
  const { agrees, explanation, doubt } = identity
  const refused = denial.notes.find(({ code }) => NOTE_SUBJECTS[code] === 'who-was-refused' && code !== 'service-rule')
  const ofCall = denial.notes.find(({ code }) => NOTE_SUBJECTS[code] === 'the-call')
  const said = agrees === false ? explanation : (doubt?.text ?? refused?.text)
  const unnamed = unnamedWords(diagnosis)
  const isOpen = steps.length === 0 || steps[0]?.request.principal === UNKNOWN_PRINCIPAL
  const isUnnamed = denial.principal === null && isOpen && refused === undefined
  const tell =
    agrees === false
      ? undefined
      : (doubt?.tell ?? (isUnnamed ? whoCalledCommand(denial.action).join('   # ') : undefined))
  return [
    ...(unnamed === undefined ? [] : block(page, ' '.repeat(INDENT), INDENT, unnamed)),
    ...(said === undefined
      ? []
      : block(page, ' '.repeat(INDENT), INDENT, said).map((line) => paint(page, 'yellow', line))),
    ...(ofCall === undefined ? [] : block(page, ' '.repeat(INDENT), INDENT, ofCall.text)),
    ...(tell === undefined ? [] : block(UNWRAPPED, ' '.repeat(INDENT), INDENT, tell)),
  ]
}

/**
 * Lines that ask AWS about this very request, as only AWS can answer: an encoded message, or its own record of the
 * authorization.
 */
function askLines({ denial }: Diagnosis, own: string | undefined, page: Page): string[] {
  const { authorizationId, encodedMessage, region } = denial
  const head = ' '.repeat(INDENT)
  if (authorizationId !== null && denial.decoded === undefined)
    return [
      ...block(
        page,
        head,
        INDENT,
        'AWS keeps the details of this decision for a day. Get them by the authorization id:',
      ),
      ...block(
        UNWRAPPED,
        `${head}   `,
        INDENT + 3,
        `aws iam-toolbox get-request-authorization-details --authorization-id ${shellWord(authorizationId)}${region === null ? '' : ` --region ${shellWord(region)}`}`,
      ),
    ]
  if (encodedMessage === null) return []
  if (!canBeDecoded(denial)) return denial.decoded === undefined ? block(page, head, INDENT, CUT) : []
  const aws = `aws sts decode-authorization-message --query DecodedMessage --output text --encoded-message ${shellWord(encodedMessage)}`
  return [
    ...block(page, head, INDENT, ENCODED),
    ...block(UNWRAPPED, `${head}   `, INDENT + 3, own ?? 'denytrace diagnose - --decode'),
    ...(encodedMessage.length > MAX_ENCODED ? [] : block(UNWRAPPED, `${head}   `, INDENT + 3, aws)),
  ]
}

/** Longer ones would fill the screen. */
const MAX_ENCODED = 400
const ENCODED =
  'The encoded message says which request AWS denied, and why. `aws sts decode-authorization-message` decodes it, and so does `--decode`:'

const CUT =
  'The encoded message is cut off. It says which request AWS denied, and why: paste all of it, with `--decode`.'

/**
 * Lines of the slips that keep a statement from allowing the request, and of how each is mended where it stands, where
 * another fix comes first.
 */
function slipLines({ slips, fixes }: ShownDiagnosis, invocation: Invocation | undefined, page: Page): string[] {
  return slips.flatMap(({ statement, slips: wrong, fix }) => {
    const isFirst = fixes[0]?.id === fix
    return [
      ...block(page, ' '.repeat(INDENT), INDENT, `${mistakeWords({ statement, slips: wrong })}.`),
      ...(isFirst || invocation === undefined
        ? []
        : [
            ...block(page, ' '.repeat(INDENT), INDENT, 'Corrected in place, it allows everything that it lists:'),
            ...block(UNWRAPPED, ' '.repeat(INDENT + 3), INDENT + 3, `${fixCommand(invocation)} --choose ${fix}`),
          ]),
    ]
  })
}

/** Lines of the one question that tells what is left apart, and of what either answer comes to. */
function questionLines({ question, ...diagnosis }: ShownDiagnosis, page: Page): string[] {
  if (question === undefined) return []
  const { text, howToGet, answers } = question
  return [
    ...block(page, 'Check', INDENT, `${text} To find out: ${howToGet}.`),
    ...answers.flatMap((answer) =>
      block(page, `${' '.repeat(INDENT)}${`${answer.answer}:`.padEnd(5)}`, INDENT + 5, answerWords(answer, diagnosis)),
    ),
  ]
}

/** Lines of the dependent requests that are refused once this denial is mended. */
function nextLines(diagnosis: Diagnosis, page: Page): string[] {
  const { steps } = diagnosis
  const [denied] = steps
  const next = steps.filter(({ relation, decision }) => relation === 'next' && decision.decision === 'denied')
  const refused = deniedNext(steps)
  const companions = companionLines(
    next.filter(({ rule }) => rule === COMPANION),
    page,
  )
  if (refused.length === 0) return [...companions, ...openNextLines(diagnosis, page)]
  const lines = refused.flatMap((step, i) =>
    block(
      page,
      i === 0 && companions.length === 0 ? 'Next' : ' '.repeat(INDENT),
      INDENT,
      `${plainText(nextWords(step))}: ${step.why}.${i === 0 && denied !== undefined ? ` Fixing ${denied.request.action} alone is not enough.` : ''}`,
    ),
  )
  return [...companions, ...lines]
}

/** Lines of the actions that the work needs with the denied one, each named, with AWS's page. */
const companionLines = (companions: readonly Step[], page: Page): string[] =>
  [...new Set(companions.map(({ why }) => why))].flatMap((why, i) => {
    const actions = companions.filter((each) => each.why === why).map(({ request }) => request.action)
    return block(page, i === 0 ? 'Next' : ' '.repeat(INDENT), INDENT, `${actions.join(', ')}: ${why}.`)
  })

/** Line of the further requests of the call, where no policy was seen that could settle them. */
function openNextLines({ steps, basis }: Diagnosis, page: Page): string[] {
  const open = steps.filter(
    ({ relation, rule, decision }) => relation === 'next' && rule !== COMPANION && decision.decision === 'undetermined',
  )
  if (basis === 'policies' || open.length === 0) return []
  const openFacts = open.map(
    ({ request }) => `${request.action} on ${[request.resource].flat().map(openNameOf).join(', ')}`,
  )
  return block(page, 'Next', INDENT, `The call also needs these, and AWS may deny them: ${openFacts.join('; ')}.`)
}

/** `subnet/*` of a resource that nobody named. */
const openNameOf = (arn: string | null): string =>
  arn?.endsWith('/*') === true ? arn.split(':').slice(5).join(':') : nameOf(arn)

const nameOf = (arn: string | null): string => (arn === null ? 'an unnamed resource' : nameOfResource(arn))

/** The command that writes what is held back, for those who know the caller. */
function withheldLines(
  { withheldFixes = [], fixes, drafts }: ShownDiagnosis,
  invocation: Invocation | undefined,
  page: Page,
): string[] {
  const [first] = withheldFixes
  if (first === undefined) return []
  const isOnly = fixes.length === 0 && drafts.length === 0
  const head = isOnly ? 'Fix' : 'Or'
  const choose =
    invocation === undefined ? `denytrace fix … --choose ${first.id}` : `${fixCommand(invocation)} --choose ${first.id}`
  return block(UNWRAPPED, head, INDENT, `${isOnly ? `${NONE_OFFERED} ` : ''}${IF_KNOWN}: ${choose}`).map((line) =>
    line.startsWith(head) ? paint(page, 'bold', head) + line.slice(head.length) : line,
  )
}

/** The command that writes the fix, as it is to be typed. */
function applyLines(
  { fixes, otherFixes, fixScopes, exactly }: ShownDiagnosis,
  invocation: Invocation | undefined,
  page: Page,
): string[] {
  if (invocation === undefined || fixes.length === 0) return []
  const others = otherFixes.length + fixScopes.length - (exactly === undefined ? 0 : 1)
  const more = others > 0 ? `   (${others} other ${others === 1 ? 'way' : 'ways'}: --verbose)` : ''
  if (exactly !== undefined)
    return [
      ...block(UNWRAPPED, 'Apply', INDENT, fixCommand(invocation)),
      ...block(
        UNWRAPPED,
        ' '.repeat(INDENT),
        INDENT,
        `${fixCommand(invocation)} --choose ${exactly.id}   # for this call alone${more}`,
      ),
    ]
  return block({ ...page, columns: undefined }, 'Apply', INDENT, `${fixCommand(invocation)}${more}`)
}

/** The command that reads what was not provided: all of it, or what another account has (R-ADV-03). */
function liveLines({ basis, unseen, reconciliation, denial }: Diagnosis, live: string | undefined): string[] {
  if (live !== undefined && reconciliation.denialIsOlder === true && unseen.length > 0)
    return block(UNWRAPPED, 'Verify', INDENT, verifyAllCommand(live, denial.accountId))
  const [account] = unseen.flatMap((each) => each.account ?? [])
  if (live === undefined || (basis !== 'message' && account === undefined)) return []
  return block(UNWRAPPED, 'Verify', INDENT, verifyCommand(live, account))
}

function fixCommand({ files, snapshot, scenario, options: more = [] }: Invocation): string {
  const options = [
    ...(snapshot === undefined ? [] : ['--snapshot', shellWord(snapshot)]),
    ...(scenario === undefined ? [] : ['--scenario', shellWord(scenario)]),
    ...more,
  ]
  return ['denytrace fix', ...files.map(shellWord), ...options, '--out fix'].join(' ')
}

function assumedLines(diagnosis: Diagnosis, page: Page): string[] {
  if (diagnosis.assumptions.length === 0) return []
  return block(page, 'Assumed', INDENT, assumedWords(diagnosis, unlistedAction))
}

/** What AWS's reference lacks of an action that is assumed to exist. */
const unlistedAction = (action: string): string | undefined =>
  doubtfulAction(action) === undefined ? undefined : `AWS's reference of ${FACTS.date}`
