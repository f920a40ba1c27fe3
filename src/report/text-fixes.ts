import { CHANGE_WORDS, isOfResource } from './change-words.ts'
import { shellComment } from '#quote/shell.ts'
import type { Step } from '#engine/decision.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { Change, ChangeInHand } from '#fix/change.ts'
import type { Operation } from '#fix/operation.ts'
import { stepsOf, valueAt } from '#iam/json-pointer.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type {
  ConditionalFix,
  DraftedFix,
  Fix,
  Proof,
  ShownDiagnosis,
  ShownFix,
  ShownProof,
  WithheldFix,
} from '#fix/proof/fix.ts'
import { noFixWords } from '#answer/no-fix-words.ts'
import { IF_KNOWN, NONE_OFFERED, verifyCommand } from '#answer/verify-words.ts'
import { unseenLines } from './diagnosis/unseen-lines.ts'
import { draftedWords, stillDenied } from '#answer/outcome-words.ts'
import { fullJson, type JsonLines } from './json-lines.ts'
import { block, type Page, paint, UNWRAPPED } from './page.ts'
import { safeLine } from '#quote/terminal.ts'
import { consequenceLines } from './consequence-lines.ts'
import { isOtherCaller, offeredIn, type OnDemand, onDemandLines } from './on-demand-lines.ts'
import { crossCheckLines } from './text-cross-check.ts'
import { join } from './text-decision.ts'
import { besidesText, grantedTexts, takesText } from './grant-lines.ts'
import { grantedText, requestText } from '#answer/granted-words.ts'
import { valueText } from '#answer/value-words.ts'

const MAX_OTHERS = 5
const MAX_OPEN = 3

/** A diagnosis with what is told of it where it has no fix. */
type Unfixed = Diagnosis &
  Pick<ShownDiagnosis, 'fixesNotTried' | 'withheldFixes' | 'whyNoFix'> & {
    readonly fixesIf?: readonly TitledCase[]
  }

type TitledCase = ConditionalFix<Pick<Fix, 'title'>>

interface Chosen {
  readonly diagnosis: Unfixed
  readonly fix: Fix | DraftedFix | undefined
  /** Fixes that are offered only to who asks for them by their id; left out: none is. */
  readonly onDemand?: readonly OnDemand[]
  readonly isOtherScope?: true
}

/** How `fix` was asked for. */
interface FixView {
  /** The command that reads from AWS what bears on the denial; left out: policies are at hand. */
  readonly live?: string | undefined
}

/** The text of `denytrace fix`: each chosen fix whole, with Terraform and commands, or the files they were written to. */
export function fixesText(
  chosen: readonly Chosen[],
  written: readonly string[],
  page: Page,
  view: FixView = {},
): string {
  const texts = chosen.map((each) => chosenLines(each, written, page))
  const files = written.length === 0 ? [] : [['Written', ...written.map((path) => `  ${safeLine(path)}`)]]
  return join([...texts, ...files, liveLines(view)])
}

function chosenLines(
  { diagnosis, fix, isOtherScope, onDemand = [] }: Chosen,
  written: readonly string[],
  page: Page,
): string[] {
  if (fix === undefined)
    return [
      ...block(page, '', 0, `No fix: ${isOtherScope === true ? OTHER_SCOPE : diagnosis.summary}`),
      ...(isOtherScope === true ? [] : [...noFixLines(diagnosis, page), ...onDemandLines(onDemand, page)]),
    ]
  const snippets = written.length > 0 ? [] : snippetLines(fix)
  const doubt = [...warningLines(diagnosis, page), ...callerDoubtLines(diagnosis, fix, page)]
  if (fix.proof === null && isOtherCaller(fix))
    return [...doubt, ...otherCallerLines(fix, page), ...onDemandLines(onDemand, page)]
  if (fix.proof === null) return [...doubt, ...draftedFixLines(fix, diagnosis, page), ...snippets]
  return [
    ...doubt,
    ...oneFix(fix, diagnosis.steps, page),
    ...snippets,
    ...neighbourLines(fix, page),
    ...(fix.crossChecks === undefined ? [] : ['', ...crossCheckLines(fix.crossChecks, page)]),
  ]
}

/** A caller from outside, before what would let it in. */
const warningLines = ({ identity }: Diagnosis, page: Page): string[] =>
  identity.warning === undefined
    ? []
    : [...block(page, 'Warning', 9, identity.warning).map((line) => paint(page, 'yellow', line)), '']

/** The call as another caller: what to do, and that no policy changes. */
const otherCallerLines = ({ title }: Pick<DraftedFix, 'title'>, page: Page): string[] =>
  block(page, 'Fix', 8, `${title}. No policy changes.`)

/** Lines that say why another caller may have been meant: a grant to this one would go around it. */
function callerDoubtLines({ identity }: Diagnosis, fix: Pick<Fix, 'changes'>, page: Page): string[] {
  const { agrees, doubt } = identity
  const isGrant = fix.changes.some(({ kind }) => CHANGE_WORDS[kind].ofPolicy === true)
  if (agrees !== null || doubt === undefined || !(isGrant || isOtherCaller(fix))) return []
  return [
    ...block(page, 'Caller', 8, doubt.text).map((line) => paint(page, 'yellow', line)),
    ...block(UNWRAPPED, ' '.repeat(8), 8, doubt.tell),
    '',
  ]
}

const OTHER_SCOPE =
  "what AWS's words come to is for the denied resource alone; leave `--scope` out, or give the policies for more"

/** A drafted fix in full. */
export function draftedFixLines(draft: DraftedFix, { unseen }: Diagnosis, page: Page): string[] {
  const { title, changes, consequences } = draft
  const [first = '', ...rest] = block(page, 'Fix', 6, title)
  return [
    paint(page, 'bold', 'Fix') + first.slice('Fix'.length),
    ...rest,
    ...block(page, '  ', 2, draftedWords(draft)),
    ...changes.flatMap((change, i) => [
      '',
      ...changeLines(change, changes.length > 1 ? i + 1 : 0, page),
      ...consequenceLines(consequences, i, page),
    ]),
    ...(unseen.length === 0 ? [] : ['', ...unseenLines(unseen, page)]),
  ]
}

/** Where no policy was seen, the one command that reads what bears on the denial. */
const liveLines = ({ live }: FixView): string[] =>
  live === undefined ? [] : block(UNWRAPPED, 'Verify', 9, verifyCommand(live))

/** To be copied: never wrapped. */
function snippetLines({ changes }: Pick<Fix, 'changes'>): string[] {
  const snippets = (title: string, pick: (change: Change) => string | undefined): string[] => {
    const texts = changes.flatMap((change) => pick(change) ?? [])
    return texts.length === 0
      ? []
      : [
          '',
          title,
          '',
          ...texts
            .join('\n\n')
            .split('\n')
            .map((line) => safeIndented(line)),
        ]
  }
  return [
    ...snippets('Terraform', terraformText),
    ...snippets('CDK', ({ cdk }) => cdk),
    ...snippets('Commands', ({ awsCli }) => awsCli),
  ]
}

/** The diff of the file where it stands; else the block to merge, and why it is not more. */
function terraformText({ terraform, terraformEdit, terraformNote }: Change): string | undefined {
  if (terraformEdit !== undefined) return terraformEdit.diff.trimEnd()
  return terraformNote === undefined
    ? terraform
    : [
        shellComment(`Not edited in your files: ${terraformNote}.`),
        ...(terraform === undefined ? [] : [terraform]),
      ].join('\n')
}

const safeIndented = (line: string): string => (line === '' ? '' : `  ${safeLine(line)}`)

/** Lines of the neighbouring requests that a proof asked, with their decisions before and after the fix. */
function neighbourLines({ proof }: Fix, page: Page): string[] {
  if (proof.neighbours.length === 0) return []
  return [
    '',
    'Similar requests',
    ...proof.neighbours.flatMap(({ relation, differs, request, before, after }) =>
      block(
        page,
        '  ',
        4,
        `${before === after ? before : `${before}, then ${after}`}  ${relation.replaceAll('-', ' ')}: ${requestText(request)}${differsText(differs)}`,
      ),
    ),
  ]
}

const differsText = (differs: Proof['neighbours'][number]['differs'] = {}): string =>
  Object.entries(differs)
    .map(([key, value]) => (value === null ? ` without ${key}` : ` with ${key} = ${valueText(value)}`))
    .join(' and')

/** The smallest fix in full, the others by name: each can be written with `denytrace fix --choose`. */
export function fixLines(diagnosis: ShownDiagnosis, page: Page): string[] {
  const { fixes, otherFixes, fixScopes, steps } = diagnosis
  const [best] = fixes
  const draft = offeredIn(diagnosis)
  const onDemand = onDemandLines(diagnosis.choosable, page)
  if (draft !== undefined && isOtherCaller(draft))
    return [...callerDoubtLines(diagnosis, draft, page), ...otherCallerLines(draft, page), ...onDemand]
  if (best === undefined)
    return draft === undefined
      ? [...noFixLines(diagnosis, page), ...onDemand]
      : [...draftedFixLines(draft, diagnosis, page), '', ...writeLines(draft, page)]
  return [...oneFix(best, steps, page), '', ...writeLines(best, page), ...otherLines(best, otherFixes, fixScopes, page)]
}

const withheldLines = ([first]: readonly WithheldFix[], page: Page): string[] =>
  first === undefined
    ? []
    : block(page, 'Fix', 6, `${NONE_OFFERED} ${IF_KNOWN}: denytrace fix … --choose ${first.id} --out DIR`)

const writeLines = ({ id }: { readonly id: string }, page: Page): string[] =>
  block(page, '  Write it with', 18, `denytrace fix … --choose ${id} --out DIR`)

/** Why nothing is offered. */
function noFixLines(diagnosis: Unfixed, page: Page): string[] {
  const { fixesIf = [], fixesNotTried: untried, withheldFixes } = diagnosis
  if (withheldFixes !== undefined) return withheldLines(withheldFixes, page)
  const found = noFixWords(diagnosis)
  if (found === undefined) return []
  const label = found.isYet === true ? 'No fix yet' : 'No fix'
  const why = untried === undefined ? found.why : `not decided whether there is one: ${untried}`
  return [
    ...block(page, label, label.length + 2, why),
    ...fixesIf.flatMap((conditional) => block(page, '  ', 4, conditionalText(conditional))),
  ]
}

/** `if aws:SourceVpce is absent: add a statement to …` */
function conditionalText({ when, decision, fix }: TitledCase): string {
  const facts = Object.entries(when).map(([key, value]) => `${key} is ${value === null ? 'absent' : valueText(value)}`)
  const what =
    decision === 'allowed'
      ? 'it is allowed as it is'
      : fix === null
        ? 'it is denied, and no fix was found'
        : `${uncapitalized(fix.title)} (replayed)`
  return `if ${facts.join(' and ')}: ${what}`
}

/** The text of a fix: what it does, what the replay and the proof say, and every change. */
export function oneFix(fix: ShownFix, steps: readonly Step[], page: Page): string[] {
  const [first = '', ...rest] = block(page, 'Fix', 6, fix.title)
  return [
    paint(page, 'bold', 'Fix') + first.slice('Fix'.length),
    ...rest,
    ...block(page, '  allows', 12, allowsText(fix, steps)),
    ...stillLines(fix, steps, page),
    ...block(page, '  grants', 12, grantsText(fix.proof)),
    ...takesLines(fix, page),
    ...flipLines(fix, page),
    ...fix.changes.flatMap((change, i) => [
      '',
      ...changeLines(change, fix.changes.length > 1 ? i + 1 : 0, page),
      ...consequenceLines(fix.consequences, i, page),
    ]),
  ]
}

function allowsText({ cures, replay, scope }: ShownFix, steps: readonly Step[]): string {
  const actions = [...new Set(cures.map((i) => steps[i]?.request.action ?? ''))].filter((action) => action !== '')
  const what = actions.length === 0 ? 'the call' : actions.join(' and ')
  const reach = scope === 'exact' ? '' : scope === 'prefix' ? ', and the same beside it' : ', on all of the resource'
  const by = replay.by.length === 0 ? '' : `, by ${replay.by.map(nameOf).join(' and ')}`
  const also =
    replay.broader === undefined ? '' : `; but ${replay.broader.map(nameOf).join(' and ')} allows it too, or would`
  return `${what} (replayed${unlessText(replay)})${reach}${by}${also}`
}

function unlessText({ decision, unseen = [] }: ShownFix['replay']): string {
  if (decision === 'allowed') return ''
  return `, unless one of these denies it, which were not checked: ${[...new Set(unseen.map(({ what }) => what))].join(', ')}`
}

function stillLines({ cures }: ShownFix, steps: readonly Step[], page: Page): string[] {
  const names = [...new Set(stillDenied(cures, steps).map(({ request }) => request.action))]
  if (names.length === 0) return []
  return block(page, '  but', 12, `${names.join(' and ')} is still denied: this change alone is not enough`)
}

const nameOf = ({ policy, sid, index }: StatementRef): string =>
  `\`${policy}\` statement ${index + 1}${sid === undefined ? '' : ` "${sid}"`}`

const grantsText = (proof: ShownProof & Partial<Pick<Proof, 'newlyAllowed'>>): string =>
  proof.status === 'proved' && proof.newlyAllowed !== undefined && proof.newlyAllowed.length > 0
    ? grantedTexts(proof.newlyAllowed)
    : `${proof.status === 'not-proved' ? 'what it is for; ' : ''}${besidesText(proof)}`

/** Lines of the access that a fix takes away; none where it takes nothing. */
export function takesLines(
  { changes, proof: { newlyDenied, newlyDeniedElse, reason } }: Pick<ShownFix, 'changes' | 'proof'>,
  page: Page,
  head = '  ',
  textOf = grantedText,
): string[] {
  const sets = takesText({ newlyDenied }, textOf)
  const found = sets === '' ? [] : block(page, `${head}takes away`, head.length + 12, sets)
  if (newlyDeniedElse === undefined || newlyDeniedElse === reason) return found
  const others = changes.some(isOfResource)
    ? block(page, `${head}may change`, head.length + 12, `what others may do: ${newlyDeniedElse}`)
    : block(page, `${head}may take`, head.length + 10, `more: ${newlyDeniedElse}`)
  return [...found, ...others]
}

function flipLines({ replay }: ShownFix, page: Page): string[] {
  const flipped = replay.others?.flipped ?? []
  return flipped.flatMap(({ request, before, after }) =>
    block(page, '  changes', 12, `${requestText(request)}: ${before}, then ${after}`),
  )
}

function changeLines(change: ChangeInHand, number: number, page: Page): string[] {
  const head = number === 0 ? '  ' : `  ${number}. `
  const where = change.where === undefined ? '' : ` at ${change.where}`
  const title = `${change.kind === 'edit-request' && change.on === undefined ? 'the request' : change.policy}${where}, ${change.owner}`
  const quota =
    change.quota === undefined || change.quota.used * 10 < change.quota.limit * 8
      ? []
      : block(page, '     ', 7, `${change.quota.used} of ${change.quota.limit} ${change.quota.what}`)
  const versions =
    change.versions?.deletes === undefined
      ? []
      : block(
          page,
          '     ',
          7,
          `it has ${change.versions.used} versions, as many as IAM keeps: ${change.versions.deletes}, the oldest, has to be deleted first`,
        )
  const open = change.leftOpen === undefined ? [] : block(page, '     ', 7, onlyEditText(change.leftOpen))
  return [...block(page, head, head.length, title), ...quota, ...versions, ...open, ...bodyLines(change, page)]
}

/** Why there is an edit and no document. */
function onlyEditText(leftOpen: readonly string[]): string {
  const open = `${leftOpen.slice(0, MAX_OPEN).join(', ')}${leftOpen.length > MAX_OPEN ? ` and ${leftOpen.length - MAX_OPEN} more` : ''}`
  return `make this edit in the policy in force. Not known of it: ${open}. So no complete document is given.`
}

export function bodyLines(
  { kind, patch, before, editedDocument: made, awsCli, on }: ChangeInHand,
  page: Page,
  json: JsonLines = fullJson,
): string[] {
  if (on !== undefined)
    return patch.flatMap((operation) => operationLines(operation, made?.before ?? before, page, json))
  if (awsCli !== undefined) return awsCli.split('\n').map((line) => `     ${safeLine(line)}`)
  const pathWords = CHANGE_WORDS[kind].path
  const shown = patch.filter(({ path }) => pathWords === undefined || path === pathWords)
  return shown.map((operation) => {
    const value =
      operation.op === 'remove' ? 'not there' : operation.value === null ? 'absent' : valueText(operation.value)
    return safeLine(`     ${stepsOf(operation.path).slice(1).join(' ') || operation.path.slice(1)}: ${value}`)
  })
}

/** For reading: a statement whole, or what stood at a place and what will. The diff is in the JSON and among the files. */
function operationLines(operation: Operation, before: unknown, page: Page, json: JsonLines): string[] {
  const room = (page.columns ?? 160) - 7
  const lines = (sign: string, value: unknown): readonly string[] => json(value, room).map((line) => `${sign} ${line}`)
  const { path } = operation
  const isWhole = path === '' || /^\/Statement(?:\/[^/]+)?$/.test(path)
  const behind = behindLoneStatement(operation, before)
  const removed = operation.op === 'add' || behind !== undefined ? [] : lines('-', valueAt(before, path))
  const fresh = operation.op === 'remove' ? [] : lines('+', behind ?? operation.value)
  return [
    ...(isWhole && removed.length === 0 ? [] : [`     ${safeLine(placeOf(path, before))}`]),
    ...removed.map((line) => `     ${paint(page, 'red', safeLine(line))}`),
    ...fresh.map((line) => `     ${paint(page, 'green', safeLine(line))}`),
  ]
}

/** What is put behind a lone statement that stays as it is and becomes the first of a list; undefined: that is not what is done. */
function behindLoneStatement(operation: Operation, before: unknown): unknown {
  if (operation.op === 'remove' || operation.path !== '/Statement' || !Array.isArray(operation.value)) return undefined
  const [first, ...more] = operation.value as readonly unknown[]
  const lone = valueAt(before, operation.path)
  if (Array.isArray(lone) || lone === undefined || JSON.stringify(first) !== JSON.stringify(lone)) return undefined
  return more.length === 1 ? more[0] : more
}

/** `statement 3 "Sid", Condition ArnNotLike aws:PrincipalArn` */
function placeOf(path: string, before: unknown): string {
  const [first = '', index, ...rest] = stepsOf(path)
  if (first !== 'Statement' || index === undefined || index === '-')
    return [first, index ?? '', ...rest].join(' ').trim()
  const number = Number(index)
  const isNumber = Number.isInteger(number)
  const sid = valueAt(before, isNumber ? `/Statement/${index}/Sid` : '/Statement/Sid')
  const name = `statement ${isNumber ? number + 1 : 1}${typeof sid === 'string' ? ` "${sid}"` : ''}`
  const within = (isNumber ? rest : [index, ...rest]).filter((step) => step !== '-').join(' ')
  return within === '' ? name : `${name}, ${within}`
}

/** The others by their ids, and the scopes there are. Their proofs are not waited for. */
function otherLines(
  { changes }: ShownFix,
  others: ShownDiagnosis['otherFixes'],
  scopes: ShownDiagnosis['fixScopes'],
  page: Page,
): string[] {
  const changesPolicy = changes.some(({ kind }) => CHANGE_WORDS[kind].ofPolicy === true)
  const rows = [
    ...(changesPolicy ? scopes : []).map((scope) => `--scope ${scope}: ${REACH[scope]}`),
    ...others
      .slice(0, MAX_OTHERS)
      .map(
        ({ id, title, mayGrantMore }) =>
          `--choose ${id}: ${uncapitalized(title)}${mayGrantMore ? '; it may grant more' : ''}`,
      ),
  ]
  return rows.length === 0 ? [] : ['', 'Other fixes', ...rows.flatMap((row) => block(page, '  ', 4, row))]
}

const REACH: Readonly<Record<Fix['scope'], string>> = {
  exact: 'for this resource alone',
  prefix: 'for all in the same folder: the next release has another name',
  resource: 'for all of what holds it',
}

const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
