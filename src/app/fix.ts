import { asFile, unifiedDiff } from '#fix/document-text.ts'
import { fileNameOf } from '#fix/file-name.ts'
import type { RewrittenFile } from '#fix/hcl/rewrite.ts'
import type { Change } from '#fix/change.ts'
import { scriptOf, type Step } from '#fix/script/script.ts'
import { jsonText } from '#quote/json.ts'
import type { FixScope } from '#fix/scope.ts'
import { FIX_SCOPES } from '#fix/scope.ts'
import type { DiagnosisWithFixes, Fix } from '#prove/fix.ts'
import { accessTests } from '#report/access-tests.ts'
import { UserError } from '../errors.ts'

export interface FixChoice {
  readonly id: string | undefined
  readonly scope: FixScope | undefined
}

/** A diagnosis with the fix that was chosen for it; undefined: it has none. */
export interface Chosen {
  readonly diagnosis: DiagnosisWithFixes
  readonly fix: Fix | undefined
}

/** For each denial the fix of the given id or scope, else the smallest. An id that no denial has is a mistake. */
export function chosenFixes(diagnoses: readonly DiagnosisWithFixes[], choice: FixChoice): readonly Chosen[] {
  const { id, scope } = choice
  const all = diagnoses.flatMap(({ fixes }) => fixes)
  if (id !== undefined && !all.some((fix) => fix.id === id)) throw noSuchFix(id, all)
  return diagnoses
    .map((diagnosis) => ({
      diagnosis,
      fix: diagnosis.fixes.find((fix) =>
        id === undefined ? scope === undefined || fix.scope === scope : fix.id === id,
      ),
    }))
    .filter(({ fix }) => id === undefined || fix !== undefined)
}

function noSuchFix(id: string, all: readonly Fix[]): UserError {
  const ids = [...new Set(all.map((fix) => fix.id))]
  const hint =
    ids.length === 0
      ? 'no fix was found: see what `denytrace diagnose` says'
      : `there are ${ids
          .slice(0, 6)
          .map((one) => `\`${one}\``)
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
    ...file('fix.json', jsonText(fix, 2)),
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
    ...file('fix.terraform.diff', sources.map((one) => unifiedDiff(one.path, one.before, one.after)).join('')),
    ...sources.map(({ path, after }) => ({ name: `${prefix}terraform/${path}`, text: after })),
    ...file(
      'fix.cloudformation.yaml',
      texts(({ cloudFormation }) => cloudFormation, '\n---\n'),
    ),
    ...file(
      'fix.cdk.ts',
      texts(({ cdk }) => cdk, '\n\n'),
    ),
    ...file('fix.sh', scriptOf(fix.title, named.map(stepOf))),
    ...(options.withTests ? file('access.test.yaml', accessTests(diagnosis, fix, options.subject)) : []),
  ]
}

/** A change with the names of its files: what it comes to, and what it was made from. */
interface Named {
  readonly change: Change
  readonly after: string
  readonly before: string
}

/** Two policies may come to one name for a file: the second gets a number. */
function namedFiles(changes: readonly Change[], prefix: string): readonly Named[] {
  const taken = new Set<string>()
  return changes.map((change) => {
    const full = fileNameOf(change.policy, change.policyArn, change.on).slice(0, -'.json'.length)
    let stem = full
    for (let i = 2; taken.has(stem.toLowerCase()); i++) stem = `${full}-${i}`
    taken.add(stem.toLowerCase())
    return { change, after: `${prefix}${stem}.json`, before: `${prefix}${stem}.before.json` }
  })
}

function documentFiles({ change: { text, made }, after, before }: Named): readonly OutFile[] {
  if (text === undefined) return []
  const old = made?.before ?? null
  return [
    { name: after, text: asFile(text) },
    ...(old === null ? [] : [{ name: before, text: `${jsonText(old, 2)}\n` }]),
  ]
}

const stepOf = ({ change, after, before }: Named): Step => ({
  name: change.policy,
  does: change.does,
  account: /^(?:organization management )?account (\d{12})(?:$|:)/.exec(change.owner)?.[1],
  owner: change.owner,
  recipe: change.recipe,
  before,
  after,
})
