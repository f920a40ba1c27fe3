import { CHANGE_WORDS, isOfResource } from '../change-words.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { ChangeInHand } from '#fix/change.ts'
import type { Operation } from '#fix/operation.ts'
import type { DraftInHand, ShownDiagnosis, ShownFix } from '#fix/proof/fix.ts'
import { safeLine } from '#quote/terminal.ts'
import { layerName } from '#iam/layers.ts'
import { readsAsPolicy } from '#answer/layer-in-words.ts'
import { changesWords, countedOutcome, THIS_CALL_ALONE } from '#answer/fix-words.ts'
import { draftedWords, isShortened, outcomeBehind, outcomeWords } from '#answer/outcome-words.ts'
import { consequenceLines } from '../consequence-lines.ts'
import { isOtherCaller, offeredIn, onDemandLines } from '../on-demand-lines.ts'
import { block, type Page, paint, UNWRAPPED } from '../page.ts'
import { shortGrantedText } from '#answer/granted-words.ts'
import { shortJson } from '../json-lines.ts'
import { bodyLines, takesLines } from '../text-fixes.ts'
import { nameOfResource } from './names.ts'
import type { AccessSet } from '#space/access-set.ts'
import { valueText } from '#answer/value-words.ts'
import { noFixText, noFixWords } from '#answer/no-fix-words.ts'

const INDENT = 9

/** The first fix: how many changes, what they come to, each with its policy and what is added. */
export function fixScreen(diagnosis: ShownDiagnosis, page: Page): string[] {
  const [best] = diagnosis.fixes
  const draft = offeredIn(diagnosis)
  const onDemand = onDemandLines(diagnosis.choosable, page)
  if (draft !== undefined && isOtherCaller(draft)) return [...callFirstLines(draft, page), ...onDemand]
  if (best === undefined)
    return draft === undefined
      ? [...noFixOn(diagnosis, page), ...onDemand]
      : [...draftLines(draft, page), ...forOthers(diagnosis, page)]
  const { exactly } = diagnosis
  const first = oneFix(best, { title: 'Fix', command: 'denytrace fix', head: headWords(best, diagnosis) }, page)
  return [
    ...first,
    ...(exactly === undefined ? [] : exactlyLines(exactly, best, diagnosis, page).filter(isNewIn(first))),
    ...forOthers(diagnosis, page),
  ]
}

/** The smallest fix behind the first: what both say is not said again. */
function exactlyLines(exactly: ShownFix, best: ShownFix, diagnosis: ShownDiagnosis, page: Page): string[] {
  const outcome = outcomeBehind(exactly, best, diagnosis.steps)
  const many = exactly.changes.length > 1 ? ` ${exactly.changes.length} changes.` : ''
  return oneFix(
    exactly,
    {
      title: 'Or',
      command: `fix --choose ${exactly.id}`,
      head: `${THIS_CALL_ALONE}.${many} ${outcome}${moreWords(exactly)}`,
    },
    page,
  )
}

/** Whether a line of a second fix is not one of the first: its policy and its warnings can be the same. */
const isNewIn =
  (first: readonly string[]) =>
  (line: string): boolean =>
    !/^ {2}\S|^ {5}! /.test(line) || !first.includes(line)

/** Where another caller was probably meant, the fix is to call as that one: a grant to this one would go around it. */
function callFirstLines({ title }: DraftInHand, page: Page): string[] {
  const [first = '', ...rest] = block(
    page,
    'Fix',
    INDENT,
    `${title}, as the lines about the caller say. No policy changes.`,
  )
  return [paint(page, 'bold', 'Fix') + first.slice('Fix'.length), ...rest]
}

/** The word before a fix, and what shows it whole. */
interface Titled {
  readonly title: string
  readonly command: string
  /** Its first sentences. */
  readonly head: string
}

function oneFix(fix: ShownFix, { title, command, head }: Titled, page: Page): string[] {
  const [first = '', ...rest] = block(page, title, INDENT, head)
  return [
    paint(page, 'bold', title) + first.slice(title.length),
    ...rest,
    ...takenLines(fix, page, ' '.repeat(INDENT)),
    ...fix.changes.flatMap((change, i) => [
      ...changeLines(change, fix.changes.length > 1 ? i + 1 : 0, page, command),
      ...consequenceLines(fix.consequences, i, page),
    ]),
  ]
}

/** Whether a Deny is narrowed: what was refused is refused in other elements then, which may refuse a little besides. */
const isException = ({ id }: ShownFix): boolean => /(?:^|\+)(?:except|narrow|list|deny-the-rest)/.test(id)

/** What the fix takes away, on one line where a Deny is narrowed: nothing, too, is said then. */
function takenLines(fix: ShownFix, page: Page, head: string): string[] {
  return isException(fix)
    ? block(page, `${head}takes away`, head.length + 12, takenText(fix))
    : takesLines(fix, page, head, (set) => textInRoom(set, (page.columns ?? Infinity) - head.length - 12))
}

/** A set in one line; where there is no room for it, its actions alone. */
function textInRoom(set: AccessSet, room: number): string {
  const whole = shortGrantedText(set)
  return whole.length <= room
    ? whole
    : `${valueText(set.actions.slice(0, 2))}${set.actions.length > 2 ? ' and more' : ''}, in some cases (--verbose)`
}

function takenText({ takesOfOtherServices, proof }: ShownFix): string {
  const { newlyDenied, newlyDeniedElse, reason } = proof
  if (takesOfOtherServices !== undefined)
    return `nothing but other services' actions on ${takesOfOtherServices.join(', ')} (--verbose)`
  const [first, ...more] = newlyDenied
  if (first !== undefined) return `${shortGrantedText(first)}${more.length > 0 ? ', and more (--verbose)' : ''}`
  if (newlyDeniedElse === undefined) return 'nothing'
  return `nothing that is known${newlyDeniedElse === reason ? '' : `; perhaps more: ${newlyDeniedElse}`}`
}

/** The others of an incident need the same as the first. */
const forOthers = ({ alike = [] }: ShownDiagnosis, page: Page): string[] =>
  alike.length < 2
    ? []
    : block(
        page,
        '     ',
        5,
        alike.length === 2
          ? 'The other resource needs the same statement with its ARN.'
          : `The other ${alike.length - 1} resources need the same statement, each with its own ARN, or use one pattern.`,
      )

/** Lines of a drafted fix, which AWS's words alone come to. */
function draftLines(draft: DraftInHand, page: Page): string[] {
  const { changes, consequences } = draft
  const [first = '', ...rest] = block(page, 'Fix', INDENT, draftedText(draft))
  return [
    paint(page, 'bold', 'Fix') + first.slice('Fix'.length),
    ...rest,
    ...changes.flatMap((change, i) => [
      ...changeLines(change, changes.length > 1 ? i + 1 : 0, page),
      ...consequenceLines(consequences, i, page),
      ...(change.awsCli === undefined || change.on === undefined ? [] : block(UNWRAPPED, '     ', 5, change.awsCli)),
    ]),
  ]
}

function draftedText(draft: Parameters<typeof draftedWords>[0]): string {
  const words = draftedWords(draft)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

function headWords(fix: ShownFix, diagnosis: Diagnosis): string {
  const { basis, steps } = diagnosis
  if (basis !== 'policies') return fix.changes.length > 1 ? changesWords(fix, diagnosis) : draftedText(fix)
  return `${countedOutcome(fix, diagnosis, outcomeWords(fix, steps))}${moreWords(fix)}`
}

const moreWords = ({ proof }: ShownFix): string => (isShortened(proof) ? ' --verbose shows all of it.' : '')

function changeLines(change: ChangeInHand, number: number, page: Page, command = 'denytrace fix'): string[] {
  const head = number === 0 ? '  ' : `  ${number}  `
  const does = change.does.charAt(0).toUpperCase() + change.does.slice(1)
  const body = shortBody(change, page, command)
  const isTold = body[0]?.trimStart().startsWith(does) === true
  return [
    ...block(page, head, Math.max(2, head.length), placeWords(change)),
    ...(change.putsBack === undefined || isTold ? [] : block(page, '     ', 5, does)),
    ...body,
  ]
}

function placeWords({ layer, policy, policyArn, where, owner, kind, on, does }: ChangeInHand): string {
  const { head } = CHANGE_WORDS[kind]
  // A session policy goes with the call, and is a document all the same.
  if (head === 'what-it-does' && on === undefined) return `${does.charAt(0).toUpperCase()}${does.slice(1)}`
  // A tag of the resource, its grants, its ownership of objects.
  if (on === undefined && head === 'policy') return `${does.charAt(0).toUpperCase()}${does.slice(1)} (${owner})`
  if (head === 'who-makes-it' || head === 'what-it-does') return `${policy}, by ${owner}`
  const at = where === undefined ? '' : ` at ${where}`
  if (policy === 'key policy') return `${on === undefined ? '' : `${nameOfResource(on)}, `}${policy} (${owner})`
  if (policy.includes(' policy of ')) return `${policy} (${owner})`
  const [, own, group] = OF_GROUP.exec(policy) ?? []
  if (own !== undefined) return `group ${group}, ${policyWords(layer, policyArn)} ${own} (${owner})`
  const named = readsAsPolicy(policy) ? policy : `${policyWords(layer, policyArn)} ${policy}`
  return `${on === undefined || policy.includes(' of ') ? '' : `${nameOfResource(on)}, `}${named}${at} (${owner})`
}

/** `reader (group devs)`, as inline policies of the caller's groups are named. */
const OF_GROUP = /^(.{1,128}) \(group (.{1,128})\)$/s

/** An identity policy is inline or managed; one that no ARN names is changed as an inline policy is. */
const policyWords = (layer: ChangeInHand['layer'], arn: string | undefined): string =>
  layer === 'identity-policy' ? (arn === undefined ? 'inline policy' : 'managed policy') : layerName(layer)

/** New statements on as few lines as they take; other changes as they are to be read. */
function shortBody(change: ChangeInHand, page: Page, command: string): string[] {
  const added = change.patch.flatMap(addedStatements)
  if (added.length > 0 && added.length <= MOST_STATEMENTS && added.every(isObject))
    return added
      .flatMap((each) => shortJson(each, (page.columns ?? 160) - 7))
      .map((line) => paint(page, 'green', safeLine(`     + ${line}`)))
  // Another call is said above, with its value; a command is worth a line.
  if (CHANGE_WORDS[change.kind].head === 'what-it-does' && change.on === undefined && change.awsCli === undefined)
    return []
  // What is tagged or set is said above; its commands first read what is in force, and are a page of their own.
  if (isOfResource(change) && change.awsCli !== undefined) return []
  const lines = bodyLines(change, page, shortJson)
  if (lines.length <= (command.includes('--choose') ? MOST_LINES_BEHIND : MOST_LINES)) return lines
  const words = change.does.charAt(0).toUpperCase() + change.does.slice(1)
  return block(page, '     ', 5, `${words} (${lines.length} changed lines; \`${command}\` shows them)`)
}

/** Of one change on the screen. */
const MOST_LINES = 18
/** Of one change of the fix that stands behind the first. */
const MOST_LINES_BEHIND = 8

/** Of one change on the screen, each on a few lines. */
const MOST_STATEMENTS = 3

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The statements that an operation adds; one that does something else has none that is an object. */
function addedStatements(operation: Operation): readonly unknown[] {
  if (operation.op !== 'add') return [undefined]
  if (/^\/Statement\/[^/]+$/.test(operation.path)) return [operation.value]
  return operation.path === '' ? statementsOf(operation.value) : [undefined]
}

/** The statements of a new policy: what stands around them is always the same. */
function statementsOf(document: unknown): readonly unknown[] {
  const listed = isObject(document) && 'Statement' in document ? document.Statement : []
  return Array.isArray(listed) && listed.length > 0 ? listed : [undefined]
}

function noFixOn(diagnosis: ShownDiagnosis, page: Page): string[] {
  // Held back, which the next line says.
  if (diagnosis.withheldFixes !== undefined) return []
  const found = noFixWords(diagnosis)
  return found === undefined ? [] : block(page, 'Fix', INDENT, noFixText(found))
}
