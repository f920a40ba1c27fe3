import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { asFile, unifiedDiff } from '#fix/document-text.ts'
import { fileNameOf } from '#quote/file-name.ts'
import type { RewrittenFile } from '#fix/hcl/rewrite.ts'
import type { ChangeInHand } from '#fix/change.ts'
import { scriptOf, type Step } from '#fix/script/script.ts'
import { jsonText } from '#quote/json.ts'
import type { FixScope } from '#fix/scope.ts'
import { FIX_SCOPES } from '#fix/scope.ts'
import { withExternalIdByHand } from '#fix/proof/external-id.ts'
import { writtenDraft } from '#fix/draft/written-draft.ts'
import type { DiagnosisWithFixes, DraftedFix, DraftInHand, Fix, FixInHand, OtherFix } from '#fix/proof/fix.ts'
import { accessTests } from '#report/access-tests.ts'
import { draftedWords } from '#answer/outcome-words.ts'
import { IF_KNOWN } from '#answer/verify-words.ts'
import { UserError } from '../errors.ts'
import {
  type DiagnosisSearch,
  draftsFor,
  fixToWrite,
  jsonFor,
  toldFix,
  choosableIn,
  untold,
  whyNoFixFor,
  withheldOf,
} from './diagnose.ts'

export interface FixChoice {
  readonly id: string | undefined
  readonly scope: FixScope | undefined
}

/** A diagnosis with the fix that was chosen for it, whole; undefined: it has none. */
export interface Chosen {
  readonly diagnosis: Diagnosis & Pick<DiagnosisWithFixes, 'fixesNotTried' | 'fixesIf' | 'withheldFixes' | 'whyNoFix'>
  readonly fix: FixInHand | DraftInHand | undefined
  /** What was drafted is for the exact resource, and another scope was asked for. */
  readonly isOtherScope?: true
  /** Fixes that are offered only to who asks for them by their id; left out: none is. */
  readonly onDemand?: readonly Pick<OtherFix, 'id' | 'title' | 'onDemand'>[]
}

/**
 * For each denial the fix of the given id or scope, else the first: what AWS's words alone come to, where no policy was seen. An id
 * that no denial has is a mistake.
 */
export function chosenFixes(searches: readonly DiagnosisSearch[], choice: FixChoice): readonly Chosen[] {
  const { id } = choice
  const all = searches.map(asChosen(id)).flatMap((searched) => [...draftsFor(searched), ...searched.search.all()])
  if (id !== undefined && !all.some((fix) => fix.id === id)) throw noSuchFix(id, all)
  return searches
    .map((searched) => chosenOf(asChosen(id)(searched), choice))
    .filter(({ fix }) => id === undefined || fix !== undefined)
}

/** Who names a fix of a caller from outside knows that caller (R-ADV-08): it is headed so. */
const asChosen =
  (id: string | undefined) =>
  (searched: DiagnosisSearch): DiagnosisSearch => {
    const { withheld, ...rest } = searched
    return id === undefined || withheld === undefined ? searched : { ...rest, search: withheld }
  }

const headed = <F extends FixInHand | DraftInHand>(fix: F, { diagnosis }: DiagnosisSearch): F =>
  diagnosis.identity.relation === 'outside' && fix.grantsTo !== null
    ? {
        ...fix,
        changes: fix.changes.map(withExternalIdByHand),
        title: `${IF_KNOWN}: ${fix.title.charAt(0).toLowerCase()}${fix.title.slice(1)}`,
      }
    : fix

function chosenOf(searched: DiagnosisSearch, { id, scope }: FixChoice): Chosen {
  const isChosen = (fix: Pick<Fix, 'id' | 'scope' | 'onDemand'>): boolean =>
    id === undefined ? fix.onDemand === undefined && (scope === undefined || fix.scope === scope) : fix.id === id
  const drafts = draftsFor(searched)
  const choosable = choosableIn(searched)
  const onDemand = choosable.length === 0 || id !== undefined ? {} : { onDemand: choosable }
  const draft = drafts.find(isChosen)
  if (draft !== undefined)
    return { diagnosis: searched.diagnosis, fix: headed(writtenDraft(draft), searched), ...onDemand }
  const plan = searched.search
    .all()
    .find(({ id: own, onDemand: why, replayed }) =>
      isChosen({ id: own, scope: replayed.plan.scope, ...(why === undefined ? {} : { onDemand: why }) }),
    )
  if (plan !== undefined)
    return { diagnosis: searched.diagnosis, fix: headed(fixToWrite(plan, searched), searched), ...onDemand }
  const whyNoFix = whyNoFixFor(searched)
  return {
    diagnosis: {
      ...searched.diagnosis,
      ...untold(searched, jsonFor(searched.diagnosis)),
      ...withheldOf(searched),
      ...(whyNoFix.length === 0 ? {} : { whyNoFix }),
    },
    fix: undefined,
    ...onDemand,
    ...(scope !== undefined && drafts.length > 0 ? { isOtherScope: true } : {}),
  }
}

/** Whether the fix was drafted from AWS's words alone, so that AWS's own evaluators cannot be asked about it either. */
export const isDraft = (fix: FixInHand | DraftInHand | undefined): fix is DraftInHand => fix?.proof === null

/** The fixes as JSON has them. */
export const jsonFixes = (chosen: readonly Chosen[]): readonly (Fix | DraftedFix)[] =>
  chosen.flatMap(({ diagnosis, fix }) => (fix === undefined ? [] : [toldFix(fix, diagnosis.steps)]))

function noSuchFix(id: string, all: readonly { readonly id: string }[]): UserError {
  const ids = [...new Set(all.map((fix) => fix.id))]
  const hint =
    ids.length === 0
      ? 'no fix was found: see what `denytrace diagnose` says'
      : `there are ${ids
          .slice(0, 6)
          .map((kind) => `\`${kind}\``)
          .join(', ')}`
  return new UserError('usage/not-a-value', `there is no fix \`${id}\``, hint)
}

export const isScope = (text: string | undefined): text is FixScope | undefined =>
  text === undefined || (FIX_SCOPES as readonly string[]).includes(text)

/** A file to write, by its name in the directory. */
export interface OutFile {
  readonly name: string
  readonly text: string
}

export interface WrittenOptions {
  readonly withTests: boolean
  /** As an access test names it. */
  readonly subject: { readonly snapshot?: string; readonly scenario?: string }
}

/** Files of the user's Terraform, edited. */
interface Sources {
  readonly sources?: readonly RewrittenFile[]
}

/** Everything of a fix as files: policies, patch, diff, Terraform, CloudFormation, commands, and access tests. */
export function filesOf(
  { diagnosis, fix, sources = [] }: Chosen & Sources,
  options: WrittenOptions,
  prefix = '',
): readonly OutFile[] {
  if (fix === undefined) return []
  const { changes } = fix
  const named = namedFiles(changes, prefix)
  const texts = (pick: (change: Fix['changes'][number]) => string | undefined, between: string): string =>
    changes.flatMap((change) => pick(change) ?? []).join(between)
  const file = (name: string, text: string): readonly OutFile[] =>
    text.trim() === '' ? [] : [{ name: `${prefix}${name}`, text: text.endsWith('\n') ? text : `${text}\n` }]
  return [
    ...file('fix.json', jsonText(toldFix(fix, diagnosis.steps), 2)),
    ...named.flatMap(documentFiles),
    ...file(
      'fix.diff',
      texts(({ diff }) => diff, ''),
    ),
    // What is edited where it stands needs no block to merge.
    ...file(
      'fix.tf',
      texts(({ terraform, terraformEdit }) => (terraformEdit === undefined ? terraform : undefined), '\n\n'),
    ),
    ...file(
      'fix.terraform.diff',
      sources.map((source) => unifiedDiff(source.path, source.before, source.after)).join(''),
    ),
    ...sources.map(({ path, after }) => ({ name: `${prefix}terraform/${path}`, text: after })),
    ...file(
      'fix.cloudformation.yaml',
      texts(({ cloudFormation }) => cloudFormation, '\n---\n'),
    ),
    ...file(
      'fix.cdk.ts',
      texts(({ cdk }) => cdk, '\n\n'),
    ),
    ...file(
      'fix.sh',
      scriptOf(
        isDraft(fix) ? `${fix.title} (${draftedWords(fix)})` : fix.title,
        named.map((change, i) => ({
          ...stepOf(change),
          consequences: fix.consequences.filter((consequence) => consequence.change === i),
        })),
      ),
    ),
    ...(options.withTests ? file('access.test.yaml', accessTests(diagnosis, fix, options.subject)) : []),
  ]
}

/** A change with the names of its files: what it comes to, and what it was made from. */
interface Named {
  readonly change: ChangeInHand
  readonly after: string
  readonly before: string
}

/** Two policies may come to one name for a file: the second gets a number. */
function namedFiles(changes: readonly ChangeInHand[], prefix: string): readonly Named[] {
  const taken = new Set<string>()
  return changes.map((change) => {
    const full = fileNameOf(change.policy, change.policyArn, change.on).slice(0, -'.json'.length)
    let stem = full
    for (let i = 2; taken.has(stem.toLowerCase()); i++) stem = `${full}-${i}`
    taken.add(stem.toLowerCase())
    return { change, after: `${prefix}${stem}.json`, before: `${prefix}${stem}.before.json` }
  })
}

function documentFiles({ change: { text, editedDocument: made }, after, before }: Named): readonly OutFile[] {
  if (text === undefined) return []
  const old = made?.before ?? null
  return [
    { name: after, text: asFile(text) },
    ...(old === null ? [] : [{ name: before, text: `${jsonText(old, 2)}\n` }]),
  ]
}

const stepOf = ({ change, after, before }: Named): Omit<Step, 'consequences'> => ({
  name: change.policy,
  does: change.does,
  account: /^(?:organization management )?account (\d{12})(?:$|:)/.exec(change.owner)?.[1],
  owner: change.owner,
  leftOpen: change.leftOpen,
  recipe: change.recipe,
  before,
  after,
})
